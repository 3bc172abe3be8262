"""Turns word stock into sentences: fills templates, and rewrites a sentence the way different people type it."""

import json
import random
import re
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
SLOT = re.compile(r"\{([a-z_]+)\}")
HELD = re.compile("\x00(\\d+)\x00")
# "a" before a vowel that asks for "an"; not before "one", "eu…" and the like.
ARTICLE = re.compile(r"\b([aA]) (?=[aeio](?!ne\b|u))")
# Verbs that begin an order; some people make a question of it.
ORDER = re.compile(
    r"(Write|Draw|Paint|Sketch|Create|Make|Generate|Design|Give|Tell|Show|Explain|Describe|List|Translate|Summarise|Turn|Put|Remove|Add|Compose|Invent|Suggest|Rewrite|Fix|Correct|Find|Compare|Name|Change|Convert|Render|Illustrate|Plan)\b [^\n]*\.$"
)
ASKED = ["can you", "could you", "could you please", "would you", "can you please", "will you", "are you able to", "is it possible for you to"]
# Slots whose values are quoted material: they are neither expanded nor restyled.
QUOTED = {"passage", "code", "quoted", "log"}
UNCASED = {"zh", "ja", "ko", "ar", "hi", "he", "th", "fa"}
NEIGHBOURS = {"a": "s", "e": "r", "i": "o", "o": "p", "t": "y", "n": "m", "s": "d", "r": "t", "l": "k", "h": "j"}
OPENERS = {
    "en": ["hey, ", "hi! ", "hello, ", "ok so ", "so, ", "um, ", "hey there, ", "yo ", "please: ", "one thing: ", "quick one: ", "ok, ", "right, ", "hmm, ", "hi there. ", "good morning, ", "well, "],
    "de": ["hallo, ", "hey, ", "also, ", "kurze Frage: ", "ok, ", "hm, ", "guten Tag, "],
    "fr": ["bonjour, ", "salut, ", "alors, ", "bon, ", "euh, ", "coucou, "],
    "es": ["hola, ", "buenas, ", "oye, ", "a ver, ", "bueno, ", "mira, "],
    "it": ["ciao, ", "senti, ", "allora, ", "buongiorno, ", "ok, "],
    "pt": ["oi, ", "olá, ", "então, ", "bom dia, ", "ok, "],
    "nl": ["hoi, ", "hallo, ", "even dit: ", "ok, ", "dag, "],
    "pl": ["hej, ", "cześć, ", "dzień dobry, ", "ok, ", "słuchaj, "],
    "sv": ["hej, ", "tja, ", "ok, ", "hallå, "],
    "tr": ["merhaba, ", "selam, ", "şey, ", "tamam, "],
    "ru": ["привет, ", "здравствуйте, ", "слушай, ", "так, ", "добрый день, "],
    "zh": ["你好，", "请问，", "嗯，", "那个，"],
    "ja": ["こんにちは。", "すみません、", "えっと、", "あの、"],
    "ko": ["안녕하세요, ", "저기요, ", "음, "],
    "ar": ["مرحبا، ", "السلام عليكم، ", "لو سمحت، "],
    "hi": ["नमस्ते, ", "सुनिए, ", "अच्छा, "],
}


@cache
def stock(name):
    """The word stock `words/<name>`: a .json value, or the list of a .jsonl file's values."""
    text = (WORDS / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    return json.loads(text)


class Filled:
    """A filled template: `text` with quoted material held out as marks, and that material."""

    def __init__(self, text, held):
        self.text = text
        self.held = held

    def joined(self):
        """The whole text with quoted material put back."""
        return HELD.sub(lambda mark: self.held[int(mark[1])], self.text)


def fill(template, slots, rng):
    """`template` with each `(a|b)` chosen and each `{slot}` drawn from `slots` (a string or a list of strings), as Filled."""
    held = []

    def expand(text, depth):
        if depth > 5:
            raise ValueError(f"slots nest too deeply: {text!r}")
        while CHOICE.search(text):
            text = CHOICE.sub(lambda choice: rng.choice(choice[1].split("|")), text)
        return SLOT.sub(lambda slot: value(slot[1], depth), text)

    def value(name, depth):
        found = slots[name]
        if not isinstance(found, str):
            found = rng.choice(found)
        if name in QUOTED:
            held.append(found)
            return f"\x00{len(held) - 1}\x00"
        return expand(found, depth + 1)

    text = re.sub(r" {2,}", " ", expand(template, 0)).strip()
    return Filled(text[:1].upper() + text[1:], held)


def typo(text, rng):
    """`text` with one slip of the keyboard in a word of four letters or more, if it has one."""
    words = [found for found in re.finditer(r"[A-Za-z]{4,}", text)]
    if not words:
        return text
    word = rng.choice(words)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    kind = rng.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[: at + 1] + text[at:]
    return text[:at] + NEIGHBOURS.get(text[at].lower(), text[at]) + text[at + 1 :]


def asked(text, rng):
    """`text` as a question where it is one order."""
    if not ORDER.fullmatch(text) or ". " in text:
        return text
    return f"{rng.choice(ASKED).capitalize()} {text[0].lower()}{text[1:-1]}?"


def voice(filled, rng, language="en", openers=True):
    """`filled` as one of many people would type it; quoted material keeps its form."""
    text = filled.text
    if language == "en":
        text = re.sub(r" +([?.!])(?=\s|$)", r"\1", ARTICLE.sub(r"\1n ", text))
    if language == "en" and rng.random() < 0.22:
        text = asked(text, rng)
    if openers and rng.random() < 0.13:
        opener = rng.choice(OPENERS.get(language, OPENERS["en"]))
        start = text if text[:2] in ("I ", "I'") or text[1:2].isupper() else text[:1].lower() + text[1:]
        text = opener[:1].upper() + opener[1:] + start
    if language in UNCASED:
        if rng.random() < 0.25:
            text = text.rstrip("。.?？!！؟।") or text
        return Filled(text, filled.held).joined()
    if rng.random() < 0.12:
        text = typo(text, rng)
        if rng.random() < 0.3:
            text = typo(text, rng)
    draw = rng.random()
    if draw < 0.24:
        text = text.lower()
    elif draw < 0.25:
        text = text.upper()
    if rng.random() < 0.24:
        text = text.rstrip(".?!") or text
    elif rng.random() < 0.04 and text[-1:] in "?!":
        text += text[-1] * rng.randint(1, 2)
    if language == "en" and rng.random() < 0.1:
        text = text.replace("'", "")
    return Filled(text, filled.held).joined()


def language_picker(rng, languages, share):
    """Draws "en" with probability 1 - `share`, else one of `languages` evenly."""
    return lambda: rng.choice(languages) if rng.random() < share else "en"


def seeded(seed, name):
    """The generator's own random stream."""
    return random.Random(f"{name}-{seed}")


def text_task(rng):
    """A request for plain text with nothing to look up: code, writing, editing or planning, as Filled."""
    words = stock("text_tasks.json")
    numbers = {"n": str(rng.randint(40, 99)), "m": str(rng.randint(11, 39)), "k": str(rng.randint(3, 9))}
    template = rng.choice(words["templates"][rng.choice(list(words["templates"]))])
    return fill(template, {**words["slots"], **numbers, "code": words["slots"]["snippet"]}, rng)


def topic_slots(rng):
    """Slot values for one row on a topic of the world: the topic, a second one, a question about the first, a passage, numbers."""
    words = stock("fact_check.json")
    topics = words["topics"]
    kind = rng.choice(list(topics))
    topic = rng.choice(topics[kind])
    passage = rng.choice(stock("passages.jsonl"))
    return {
        **topics,
        "t": topic,
        "u": rng.choice(topics[kind] if rng.random() < 0.5 else topics[rng.choice(list(topics))]),
        "q": fill(rng.choice(words["question"][kind]), {"t": topic}, rng).text,
        "asked": passage["q"],
        "x": passage["x"][:1].upper() + passage["x"][1:],
        "p_topic": passage["t"],
        "passage": passage["p"],
        "claim": words["claims"],
        "code_hint": words["code_hint"],
        "code_key": words["code_key"],
        "code_command": words["code_command"],
        "n": str(rng.randint(40, 900)),
        "m": str(rng.randint(11, 39)),
        "k": str(rng.randint(2, 9)),
    }
