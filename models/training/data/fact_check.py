"""Makes training rows for the head `fact-check`: does the answer to a request state facts about the world that may be wrong?"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from task_phrasing import Filled, fill, language_picker, seeded, stock, text_task, topic_slots, voice  # noqa: E402

HEAD = "fact-check"
NEEDS, NO = "needs-check", "no-check"
ROWS_PER_LABEL = 3700
OTHER_LANGUAGES = 0.21
# Share of each family within its label. The same topics, passages and contexts serve families of both labels.
FAMILIES = {
    NEEDS: {"question": 26, "report": 20, "compare": 5, "claim": 9, "world_advice": 6, "current": 5, "aside": 13, "beyond": 11, "requests": 17},
    NO: {"creative": 14, "edit": 13, "reading": 12, "code": 12, "maths": 10, "opinion": 11, "own": 18, "terse": 11, "requests": 19, "text_tasks": 20},
}
# How often a sentence of personal background stands around a row of the family.
CONTEXT = {"beyond": 0.05, "edit": 0.05, "reading": 0.05}
CONTEXT_USUALLY = 0.2


def rows(seed: int) -> Iterator[dict]:
    """`ROWS_PER_LABEL` distinct rows of each label, a fifth of them not English, in random order."""
    rng = seeded(seed, "fact_check")
    words = stock("fact_check.json")
    languages = stock("fact_check_languages.json")
    material = {"words": words, "passages": stock("passages.jsonl"), "requests": stock("requests.json"), "languages": languages}
    pick_language = language_picker(rng, sorted(languages), OTHER_LANGUAGES)
    seen = set()
    plan = [NEEDS, NO] * ROWS_PER_LABEL
    rng.shuffle(plan)
    for label in plan:
        language = pick_language()
        row = distinct(label, language, material, rng, seen)
        yield row


def distinct(label, language, material, rng, seen):
    """A row whose text was not made before."""
    for _ in range(200):
        family, text = english(label, material, rng) if language == "en" else foreign(label, language, material, rng)
        if text.lower() not in seen:
            seen.add(text.lower())
            return {"text": text, "head": HEAD, "label": label, "source": f"generated/fact_check/{family}", "language": language}
    raise RuntimeError(f"no new row for {label} in {language}: its stock is too small")


def english(label, material, rng):
    """A family and an English text of it."""
    shares = FAMILIES[label]
    family = rng.choices(list(shares), weights=list(shares.values()))[0]
    if family == "requests":
        filled = Filled(rng.choice(material["requests"][label]), [])
    elif family == "text_tasks":
        filled = text_task(rng)
    else:
        filled = fill(template(family, material["words"], rng), topic_slots(rng), rng)
    text = voice(filled, rng)
    if rng.random() < CONTEXT.get(family, CONTEXT_USUALLY):
        context = rng.choice(material["words"]["contexts"])
        text = f"{context} {text}" if rng.random() < 0.6 else f"{text.rstrip()} {context}"
    return family, text


def template(family, words, rng):
    """One template of `family`."""
    if family != "question":
        return rng.choice(words[family])
    kind = rng.choice(list(words["question"]))
    return rng.choice(words["question"][kind]).replace("{t}", f"{{{kind}}}")


def foreign(label, language, material, rng):
    """A family and a text in another language: hand-written sentences, or templates over names."""
    words = material["languages"][language]
    family = rng.choices(["sentences", "templates", "passages"], weights=[6, 9, 3])[0]
    slots = {"t": words["names"], "passage": rng.choice(material["passages"])["p"], "n": str(rng.randint(12, 90)), "k": str(rng.randint(2, 9))}
    filled = fill(rng.choice(words[label][family]), slots, rng)
    return f"foreign_{family}", voice(filled, rng, language)
