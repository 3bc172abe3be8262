"""The families of attacks and of harmless twins: which templates they use, and the shapes that are built in code."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from guard_carriers import CARRIERS, carry
from guard_grammar import NOT_LATIN, UNSPACED, expand, has, join, say, sentences, stock, written_languages
from guard_obfuscate import BYTE_CIPHERS, CIPHERS, DISGUISES, noise

# Families that are templates alone: the key is the family's name.
ATTACK_KEYS = (
    "override", "override_soft", "attack_short", "persona", "extract", "secret", "fake_system", "fiction", "hypothetical",
    "authority", "emotion", "suppression", "format_hijack", "translation_trick", "game", "logic_trap", "goal_substitution",
    "agent_hijack", "exfiltration", "inject_bare", "essay", "attack_long", "quote_then_obey", "many_ways",
)
BENIGN_KEYS = (
    "trigger", "security", "about_jailbreaks", "prompt_engineering", "quote_attack", "roleplay", "violent_fiction",
    "corrections", "system_prompts", "instructions", "code_identifiers", "sysadmin", "idioms", "harmful_plain", "short_chat",
    "authority_benign", "emotion_benign", "hypothetical_benign", "format_benign", "translation_benign", "game_benign",
    "extract_benign", "secret_benign", "goal_benign", "agent_benign", "link_benign", "log_table", "task",
    "act_as", "long_brief", "task_long", "bot_talk", "harmful_long", "agent_rules", "many_ways_benign",
)
# Families drawn three times as often: the texts that guards wrongly flag.
HARD = frozenset({"trigger", "security", "harmful-plain", "bot-talk", "link-benign", "goal-benign", "sysadmin"})
# What stands for "an attack" or "an ordinary request" where a shape needs one.
ATTACK_CORES = ("override", "override", "override_soft", "persona", "extract", "authority", "emotion", "fiction", "suppression",
                "hypothetical", "secret", "attack_short")
BENIGN_CORES = ("task", "task", "trigger", "corrections", "roleplay", "harmful_plain", "harmful_plain", "harmful_plain",
                "harmful_long", "bot_talk", "bot_talk", "bot_talk", "bot_talk", "instructions", "security", "idioms",
                "extract_benign", "authority_benign", "emotion_benign", "hypothetical_benign")

Shape = Callable[[random.Random, str, bool], str]


def core(rng: random.Random, language: str, attack: bool) -> str:
    """A direct attack, or an ordinary request of the same size."""
    keys = [key for key in (ATTACK_CORES if attack else BENIGN_CORES) if has(language, key)]
    return say(rng, language, rng.choice(keys))


def plant(rng: random.Random, language: str, attack: bool, key: str = "inject") -> str:
    """A line for a document: meant for the model, or for the people who read it."""
    if attack:
        if not has(language, key) or rng.random() < 0.25:
            key = "inject"
        if rng.random() < 0.15:
            return core(rng, language, True)
        return say(rng, language, key)
    keys = [key for key in ("human_line", "human_line", "ai_mention") if has(language, key)]
    lines = [say(rng, language, rng.choice(keys)) for _ in range(rng.choice((1, 1, 2)))]
    return join(language, lines)


def other_language(rng: random.Random, language: str) -> str:
    """Mostly the language itself: a line in a document is at times written in another one, whatever its purpose."""
    if language == "en":
        return rng.choice(written_languages()) if rng.random() < 0.08 else "en"
    return "en" if rng.random() < 0.25 else language


def ciphered(rng: random.Random, language: str, attack: bool) -> str:
    """An unreadable text and what is wanted of it; the request decides."""
    name, cipher = rng.choice(BYTE_CIPHERS if language in NOT_LATIN else CIPHERS)
    text = core(rng, language, attack)[:160]
    hidden = cipher(rng, text)
    lead = say(rng, language, "decode_obey" if attack else "decode_ask").replace("CIPHER", name)
    return lead.replace("HIDDEN", hidden) if "HIDDEN" in lead else rng.choice((f"{lead}\n{hidden}", f"{hidden}\n{lead}"))


def disguised(rng: random.Random, language: str, attack: bool) -> str:
    """A text that is spelled oddly but can be read."""
    name, disguise = rng.choice(DISGUISES)
    text = core(rng, language, attack)
    cut = text[:220]
    hidden = disguise(rng, cut)
    if rng.random() < 0.3:
        lead = say(rng, language, "decode_obey" if attack else "decode_ask").replace("CIPHER", name)
        return lead.replace("HIDDEN", hidden) if "HIDDEN" in lead else f"{lead}\n{hidden}"
    return hidden


def chat_tokens(rng: random.Random, language: str, attack: bool) -> str:
    """Chat-template tokens: forged inside a message, or a record of a proper conversation."""
    forms = (
        ("<|im_start|>{role}\n{text}<|im_end|>\n", ("system", "user", "assistant")),
        ("<|start_header_id|>{role}<|end_header_id|>\n{text}<|eot_id|>", ("system", "user", "assistant")),
        ("### {role}:\n{text}\n\n", ("System", "Instruction", "Response")),
        ("\n\n{role}: {text}", ("System", "Human", "Assistant")),
        ("[{role}] {text} [/{role}]\n", ("SYS", "INST", "OUT")),
        ("<{role}>{text}</{role}>\n", ("system", "user", "assistant")),
        ("<|{role}|>{text}</s>", ("system", "user", "assistant")),
        ("<start_of_turn>{role}\n{text}<end_of_turn>\n", ("system", "user", "model")),
    )
    form, roles = rng.choice(forms)

    def turn(role: int, text: str) -> str:
        return form.replace("{role}", roles[role]).replace("{text}", text)

    first = say(rng, language, "task")
    if attack:
        order = core(rng, language, True) if rng.random() < 0.6 else say(rng, language, "inject")
        return rng.choice((
            first + turn(0, order), turn(0, order) + turn(1, first), first + turn(2, say(rng, language, "reply")) + turn(0, order),
            turn(0, order), turn(1, order), turn(0, say(rng, language, "ruleset")) + turn(1, order),
        ))
    system = " ".join(say(rng, language, "ruleset") for _ in range(rng.choice((1, 2, 3))))
    return rng.choice((
        turn(0, system) + turn(1, first), turn(0, system) + turn(1, first) + turn(2, say(rng, language, "reply")),
        turn(1, first), turn(1, core(rng, language, False)) + turn(2, say(rng, language, "reply")),
        turn(0, system), turn(0, system) + turn(1, core(rng, language, False)),
    ))


def many_shot(rng: random.Random, language: str, attack: bool) -> str:
    """A row of made-up questions and answers that ends with an open question."""
    asker, answerer = rng.choice((("Q", "A"), ("User", "Assistant"), ("Human", "AI"), ("U", "B")))
    lines: list[str] = []
    for _ in range(rng.randrange(2, 10)):
        question = say(rng, language, "bad") if attack and rng.random() < 0.8 else say(rng, language, "task")
        answer = say(rng, language, "shot_yes" if attack and rng.random() < 0.7 else "reply")
        lines.append(f"{asker}: {question}\n{answerer}: {answer}")
    last = say(rng, language, rng.choice(("bad", "bad", "leak", "drop")) if attack else "task")
    return "\n".join([*lines, f"{asker}: {last}\n{answerer}:"])


def split_over_variables(rng: random.Random, language: str, attack: bool) -> str:
    """A sentence cut into pieces that are to be joined again."""
    text = say(rng, language, rng.choice(("bad", "leak", "attack_short")) if attack else rng.choice(("task", "trigger")))
    pieces: list[str] = []
    while text:
        size = rng.randrange(3, max(4, len(text) // 2 + 4))
        pieces.append(text[:size])
        text = text[size:]
    names = rng.sample("abcdefgxyzpq", k=min(len(pieces), 12))
    pieces = [*pieces[:len(names) - 1], "".join(pieces[len(names) - 1:])]
    lines = [f"{name} = '{piece}'" for name, piece in zip(names, pieces, strict=True)]
    tail = say(rng, language, "joined_obey" if attack else "joined_show").replace("JOINED", " + ".join(names))
    return rng.choice(("\n", "; ")).join([*lines, tail])


def many_turns(rng: random.Random, language: str, attack: bool) -> str:
    """A conversation written out, harmless until the last turns or harmless throughout."""
    asker, answerer = rng.choice((("User", "Assistant"), ("user", "assistant"), ("Human", "AI"), ("Me", "Bot"), ("U", "A")))
    turns = rng.randrange(1, 6)
    lines: list[str] = []
    if rng.random() < 0.3:
        lines.append(f"System: {say(rng, language, 'ruleset')}")
    for _ in range(turns):
        lines.append(f"{asker}: {core(rng, language, False)}")
        lines.append(f"{answerer}: {say(rng, language, 'reply')}")
    if attack and rng.random() < 0.5:
        pieces = core(rng, language, True)
        half = len(pieces) // 2
        lines += [f"{asker}: {pieces[:half]}...", f"{answerer}: {say(rng, language, 'reply')}", f"{asker}: ...{pieces[half:]}"]
    else:
        lines.append(f"{asker}: {core(rng, language, attack)}")
    return "\n".join(lines)


def noise_suffix(rng: random.Random, language: str, attack: bool) -> str:
    """A request with a tail (or head) of broken tokens."""
    text = capital_bad(rng, language) if attack else say(rng, language, rng.choice(("task", "task", "trigger", "corrections")))
    tail = noise(rng)
    return rng.choice((f"{text} {tail}", f"{text} {tail}", f"{text}{tail}", f"{tail} {text}", f"{tail} {text} {noise(rng)}"))


def capital_bad(rng: random.Random, language: str) -> str:
    """Something the model should turn down, as a sentence."""
    return expand(rng, language, rng.choice(("{Bad}.", "{Bad}", "{Leak}.", "{Drop}. {Bad}.")))


def long_persona(rng: random.Random, language: str, attack: bool) -> str:
    """A page that sets up a character: a freed model, or somebody in a game."""
    tag = "" if attack else "_good"
    words = stock(language)
    name = rng.choice(words["pname"])

    def fill(key: str) -> str:
        return expand(rng, language, rng.choice(words[key]).replace("{pname}", name))

    count = min(rng.randrange(3, 14), len(words[f"persona{tag}_rule"]))
    rules = [expand(rng, language, rule.replace("{pname}", name)) for rule in rng.sample(words[f"persona{tag}_rule"], count)]
    if rng.random() < 0.35:
        body = "\n".join(f"{index + 1}. {rule}" for index, rule in enumerate(rules))
    else:
        body = rng.choice(("\n", " ", " ")).join(rules)
    end = say(rng, language, "goal" if attack else "task")
    opening = fill(f"persona{tag}_intro")
    return rng.choice((f"{opening}\n{body}\n{end}", f"{opening} {body} {end}", f"{body}\n\n{opening}", f"{opening}\n\n{body}\n\n{name}: ",
                       f"{opening}\n\n{body}\n\n1: {end}"))


def in_long_text(place: str) -> Shape:
    """A long everyday text with a request at its start, in the middle or at the end."""

    def shape(rng: random.Random, language: str, attack: bool) -> str:
        lines = sentences(rng, language, rng.choice((6, 9, 13, 18, 24, 30, 38)))
        half = rng.randrange(len(lines) // 3, 2 * len(lines) // 3 + 1)
        index = {"start": 0, "middle": half, "end": len(lines)}[place]
        written = other_language(rng, language)
        inner = core(rng, written, attack) if rng.random() < 0.6 else plant(rng, written, attack)
        before, after = join(language, lines[:index]), join(language, lines[index:])
        glue = rng.choice(("\n\n", "\n", "" if language in UNSPACED else " "))
        return glue.join(part for part in (before, inner, after) if part)

    return shape


def system_and_user(rng: random.Random, language: str, attack: bool) -> str:
    """An application's prompt followed by what its user typed."""
    rules = [say(rng, language, "ruleset") for _ in range(rng.randrange(1, 6))]
    asked = core(rng, language, attack)
    head = rng.choice(("\n".join(f"- {rule}" for rule in rules), " ".join(rules)))
    return rng.choice((f"{head}\n\nUser: {asked}", f"{head}\n\n{asked}", f"[system]\n{head}\n[user]\n{asked}", f"{head} Input: {asked}"))


def after_task(rng: random.Random, language: str, attack: bool) -> str:
    """A harmless request, then a second message of either kind."""
    first, second = say(rng, language, "task"), core(rng, language, attack)
    glue = rng.choice((" ", "\n", "\n\n", "\n\n---\n"))
    return glue.join((first, second) if rng.random() < 0.7 else (second, first))


def carrier(shape: Callable, key: str) -> Shape:
    """A document of this kind with a line planted in it."""

    def made(rng: random.Random, language: str, attack: bool) -> str:
        size = rng.choice((2, 3, 4, 5, 7, 10))
        return carry(rng, language, shape, plant(rng, other_language(rng, language), attack, key), size)

    return made


# Shapes that exist for both labels: name, maker, keys a language needs.
SHAPES: tuple[tuple[str, Shape, tuple[str, ...]], ...] = (
    ("ciphered", ciphered, ("decode_obey", "decode_ask")),
    ("disguised", disguised, ("decode_obey", "decode_ask")),
    ("chat-tokens", chat_tokens, ("reply", "ruleset", "inject")),
    ("many-shot", many_shot, ("bad", "shot_yes", "reply")),
    ("split-variables", split_over_variables, ("joined_obey", "joined_show", "attack_short")),
    ("many-turns", many_turns, ("reply", "ruleset")),
    ("noise-suffix", noise_suffix, ("bad",)),
    ("long-persona", long_persona, ("persona_rule", "persona_good_rule", "persona_intro", "persona_good_intro")),
    ("long-start", in_long_text("start"), ("theme",)),
    ("long-middle", in_long_text("middle"), ("theme",)),
    ("long-end", in_long_text("end"), ("theme",)),
    ("system-and-user", system_and_user, ("ruleset",)),
    ("after-task", after_task, ()),
    *((name, carrier(shape, key), ("theme", "inject")) for name, shape, key in CARRIERS),
)


def families(language: str, attack: bool) -> Iterator[tuple[str, Callable[[random.Random], str]]]:
    """Name and maker of each family that the language has words for."""
    for key in ATTACK_KEYS if attack else BENIGN_KEYS:
        source = "inject" if key == "inject_bare" else key
        if has(language, source):
            yield key.replace("_", "-"), lambda rng, source=source: say(rng, language, source)
    for name, shape, needs in SHAPES:
        if all(has(language, key) for key in needs):
            yield name, lambda rng, shape=shape: shape(rng, language, attack)
