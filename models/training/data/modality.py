"""Makes training rows for the head `modality`: whether a request wants text (AR), a picture (DIFFUSION) or both."""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from task_phrasing import Filled, fill, language_picker, seeded, stock, text_task, topic_slots, voice  # noqa: E402

HEAD = "modality"
TEXT, PICTURE, BOTH = "AR", "DIFFUSION", "BOTH"
# Rows of each label.
COUNTS = {TEXT: 3150, PICTURE: 2450, BOTH: 1400}
OTHER_LANGUAGES = 0.21
# Share of each family within its label; the same subjects, concepts, dishes and businesses serve all three.
FAMILIES = {
    TEXT: {"knowledge": 11, "code": 15, "vision": 10, "words": 15, "lesson": 9, "lettering": 5, "figurative": 11, "meta": 4, "plain_concept": 7, "sentences": 8, "requests": 17, "text_tasks": 28, "report": 5, "aside": 5, "creative": 5, "edit": 3, "reading": 3},
    PICTURE: {"ask": 24, "scene": 22, "design": 19, "edit": 14, "implied": 13, "lettering": 7, "sentences": 12},
    BOTH: {"story": 31, "explain": 25, "recipe": 12, "publish": 25, "lettering": 5, "sentences": 13},
}
# Families of text requests taken from the fact-check generator's stock.
WORLD = {"report", "aside", "creative", "edit", "reading"}
CONTEXT = 0.14


def rows(seed: int) -> Iterator[dict]:
    """`COUNTS` distinct rows, a fifth of them not English, in random order."""
    rng = seeded(seed, "modality")
    words = stock("modality.json")
    slots = words["slots"] | words["extra"] | words["more"]
    material = {
        "words": words,
        "slots": slots | {f"{name}_cap": [value[:1].upper() + value[1:] for value in values] for name, values in slots.items()},
        "requests": sum(stock("requests.json").values(), []),
        "contexts": stock("fact_check.json")["contexts"],
        "languages": stock("modality_languages.json"),
        "tasks": stock("fact_check_languages.json"),
    }
    pick_language = language_picker(rng, sorted(material["languages"]), OTHER_LANGUAGES)
    plan = [label for label, count in COUNTS.items() for _ in range(count)]
    rng.shuffle(plan)
    seen = set()
    for label in plan:
        yield distinct(label, pick_language(), material, rng, seen)


def distinct(label, language, material, rng, seen):
    """A row whose text was not made before."""
    for _ in range(300):
        family, text = english(label, material, rng) if language == "en" else foreign(label, language, material, rng)
        if text.lower() not in seen:
            seen.add(text.lower())
            return {"text": text, "head": HEAD, "label": label, "source": f"generated/modality/{family}", "language": language}
    raise RuntimeError(f"no new row for {label} in {language}: its stock is too small")


def english(label, material, rng):
    """A family and an English text of it."""
    words = material["words"]
    family = rng.choices(list(FAMILIES[label]), weights=list(FAMILIES[label].values()))[0]
    if family == "requests":
        filled = Filled(rng.choice(material["requests"]), [])
    elif family == "text_tasks":
        filled = text_task(rng)
    elif family in WORLD:
        filled = fill(rng.choice(stock("fact_check.json")[family]), topic_slots(rng), rng)
    elif family == "sentences":
        filled = Filled(rng.choice(words["sentences"][label]), [])
    else:
        filled = fill(rng.choice(words[label][family]), material["slots"], rng)
    text = voice(filled, rng, openers=family != "scene")
    if family != "scene" and rng.random() < CONTEXT:
        context = rng.choice(material["contexts"])
        text = f"{context} {text}" if rng.random() < 0.5 else f"{text} {context}"
    return family, text


def foreign(label, language, material, rng):
    """A family and a text in another language; a third of the plain text requests are tasks without any picture."""
    words = material["languages"][language]
    if label == TEXT and rng.random() < 0.35:
        tasks = material["tasks"][language]
        kind = rng.choice(["needs-check", "no-check"])
        slots = {"t": tasks["names"], "n": str(rng.randint(12, 90)), "k": str(rng.randint(2, 9))}
        family = rng.choice(["sentences", "templates"])
        return "foreign_tasks", voice(fill(rng.choice(tasks[kind][family]), slots, rng), rng, language)
    filled = fill(rng.choice(words[label]), {"s": words["s"]}, rng)
    return "foreign", voice(filled, rng, language)
