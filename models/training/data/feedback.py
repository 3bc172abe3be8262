"""Makes training rows for the head `feedback`: what a user's message says about the assistant's reply before it."""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from task_phrasing import Filled, fill, language_picker, seeded, stock, text_task, voice  # noqa: E402

HEAD = "feedback"
SATISFIED, UNCLEAR, WRONG, DIFFERENT = "satisfied", "need-clarification", "wrong-answer", "want-different"
LABELS = [SATISFIED, UNCLEAR, WRONG, DIFFERENT]
ROWS_PER_LABEL = 1900
OTHER_LANGUAGES = 0.21
WITH_REPLY = 0.5
# Share of each family within its label.
FAMILIES = {
    SATISFIED: {"thanks": 16, "works": 12, "next": 15, "task": 14, "fresh": 17, "trap": 5, "general": 9, "mixed": 6, "short": 6},
    UNCLEAR: {"term": 20, "part": 20, "implication": 13, "general": 33, "mixed": 8, "short": 6},
    WRONG: {"correction": 23, "symptom": 22, "part": 9, "general": 32, "mixed": 8, "short": 6},
    DIFFERENT: {"alt": 24, "style": 14, "another": 19, "general": 29, "mixed": 8, "short": 6},
}
# A lead-in or a detail goes before or after rows of every label alike: "Thanks!" must not mean satisfied.
LEAD_IN = 0.16
DETAIL = 0.07


def rows(seed: int) -> Iterator[dict]:
    """`ROWS_PER_LABEL` rows of each label, half of them with the reply as `pair`, a fifth not English, in random order."""
    rng = seeded(seed, "feedback")
    material = {
        "words": stock("feedback.json"),
        "topics": stock("feedback_topics.jsonl"),
        "languages": stock("feedback_languages.json"),
        "tasks": stock("fact_check_languages.json"),
        "requests": sum(stock("requests.json").values(), []),
    }
    pick_language = language_picker(rng, sorted(material["languages"]), OTHER_LANGUAGES)
    plan = LABELS * ROWS_PER_LABEL
    rng.shuffle(plan)
    seen = set()
    for label in plan:
        yield distinct(label, pick_language(), material, rng, seen)


def distinct(label, language, material, rng, seen):
    """A row whose text and reply were not made before."""
    for _ in range(300):
        make = english if language == "en" else foreign
        family, text, reply = make(label, language, material, rng)
        pair = reply if rng.random() < WITH_REPLY else None
        if (text.lower(), pair) not in seen:
            seen.add((text.lower(), pair))
            row = {"text": text, "head": HEAD, "label": label, "source": f"generated/feedback/{family}", "language": language}
            return {**row, "pair": pair} if pair else row
    raise RuntimeError(f"no new row for {label} in {language}: its stock is too small")


def english(label, language, material, rng):
    """A family, an English message of it, and the reply it answers."""
    words = material["words"]
    topic = rng.choice(material["topics"])
    family = rng.choices(list(FAMILIES[label]), weights=list(FAMILIES[label].values()))[0]
    template = rng.choice(words[label][family])
    filled = message(template, topic, material, rng)
    if family != "short" and rng.random() < LEAD_IN:
        filled = Filled(led(rng.choice(words["lead_ins"]), filled.text), filled.held)
    if family != "short" and rng.random() < DETAIL:
        filled = Filled(f"{filled.text} {rng.choice(words['details'])}", filled.held)
    return family, voice(filled, rng, openers=False), reply_of(template, topic, words, rng)


def message(template, topic, material, rng):
    """`template` filled with what `topic` offers; a phrase marked `_cap` begins with a capital."""
    slots = {name: value for name, value in topic.items() if name != "reply"}
    slots |= {f"{name}_cap": capital(value) for name, value in topic.items()}
    slots["next_low"] = lower_start(topic["next"])
    slots["comma_good"] = f": {topic['good']}" if rng.random() < 0.5 else ""
    slots["request"] = rng.choice(material["requests"]) if rng.random() < 0.6 else text_task(rng).joined()
    return fill(template, slots, rng)


def led(lead_in, text):
    """`text` after `lead_in`, as one sentence where that ends in a comma."""
    return f"{lead_in} {lower_start(text) if lead_in.endswith(',') else text}"


def capital(text):
    """`text` with its first letter made a capital."""
    return text[:1].upper() + text[1:]


def lower_start(text):
    """`text` with its first letter made small, unless that is the word I."""
    return text if text.startswith("I ") else text[:1].lower() + text[1:]


def reply_of(template, topic, words, rng):
    """The assistant's reply: of the topic where the message has details of it, else any; its frame never depends on the label."""
    if "{" in template or rng.random() < 0.7:
        return rng.choice(words["reply_starts"]) + topic["reply"] + rng.choice(words["reply_ends"])
    return rng.choice(words["replies"])


def foreign(label, language, material, rng):
    """A family, a message in another language, and a reply in that language or in English."""
    words = material["languages"][language]
    family, text = "foreign", rng.choice(words[label])
    if label == SATISFIED and rng.random() < 0.35:
        tasks = material["tasks"][language]
        family, text = "foreign_tasks", rng.choice(tasks["needs-check"]["sentences"] + tasks["no-check"]["sentences"])
    if rng.random() < LEAD_IN:
        text = led(rng.choice(words["lead_ins"]), text)
    reply = rng.choice(words["replies"]) if rng.random() < 0.8 else rng.choice(material["topics"])["reply"]
    return family, voice(Filled(text, []), rng, language, openers=False), reply
