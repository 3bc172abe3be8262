"""Pairs of news sentences: two papers on one event with the same or other details, a changed detail, another event."""

import random
import re

from sentences import capital, fill, load, value_of, values, kind_of

# How much of the likeness is left when one slot of the event is another.
LOSS = {"n": 0.3, "h": 0.3, "y": 0.28, "day": 0.18, "month": 0.2, "city": 0.3, "country": 0.38}

JOINS = (r"(as|because|after|following|in|on|with|at|by|to|so|for|despite|although|thanks|helped|according|close|and|more|"
         r"starting|their|\{day\}|a step|the second|the third|the companies|both firms|police said|officials|authorities|"
         r"the prime|the premier|the family|relatives|subject|driven|led|up|down|compared|\w+ing)\b")


def texts_of(story: dict) -> list[str]:
    return [*story["core"], *story["other"], *(p for d in story["details"] for p in d)]


def sentence(core: str, details: list[str], slots: dict, kinds: dict, draw: random.Random) -> str:
    """The event with its details, in one sentence or in two."""
    text = core
    for detail in sorted(details, key=stands_alone):
        text += f". {capital(fill(detail, slots, kinds, draw))}" if stands_alone(detail) else f", {detail}"
    return f"{fill(text, slots, kinds, draw)}."


def stands_alone(detail: str) -> bool:
    """Whether the detail is a sentence of its own rather than a clause behind a comma."""
    return not re.match(JOINS, detail)


def told(story: dict, chosen: list[int], slots, kinds, draw, core: str | None = None) -> str:
    order = draw.sample(chosen, len(chosen))
    core = core or draw.choice(story["core"])
    return sentence(core, [draw.choice(story["details"][i]) for i in order], slots, kinds, draw)


def altered(story: dict, slots: dict, draw: random.Random) -> tuple[dict, float]:
    """The slots with one of the event's own changed, and the loss."""
    names = sorted(set(re.findall(r"\{(\w+)\}", " ".join(story["core"]))))
    name = draw.choice(names)
    stem = kind_of(name) if not re.fullmatch(r"[nhy][123]", name) else name[0]
    if len(stem) == 1:
        new = slots[name] + draw.choice([-1, 1, 2, 3, 7])
        return {**slots, name: max(2, new)}, LOSS[stem]
    return {**slots, name: value_of(stem, draw, set(slots.values()))}, LOSS.get(stem, 0.4)


def one(story: dict, stories: list, draw: random.Random) -> dict:
    slots, kinds = values(texts_of(story), draw)
    all_details = range(len(story["details"]))
    mine = draw.sample(all_details, draw.choice([0, 1, 1, 2, 2, 3]) % (len(all_details) + 1))
    cores = draw.sample(story["core"], 2) if draw.random() < 0.85 else [draw.choice(story["core"])] * 2
    first = told(story, mine, slots, kinds, draw, cores[0])
    way = draw.choice(["same", "same", "details", "details", "details", "altered", "altered", "other", "detail-only", "event", "none"])
    if way == "same":
        return {"text": first, "pair": told(story, mine, slots, kinds, draw, cores[1]), "score": 0.95}
    if way == "details":
        yours = draw.sample(all_details, draw.choice([0, 1, 1, 2]) % (len(all_details) + 1))
        unshared = len(set(mine) ^ set(yours))
        return {"text": first, "pair": told(story, yours, slots, kinds, draw, cores[1]), "score": max(0.6, 0.95 - 0.1 * unshared)}
    if way == "altered":
        slots2, loss = altered(story, slots, draw)
        yours = mine if draw.random() < 0.6 else draw.sample(all_details, len(mine))
        loss += 0.04 * len(set(mine) ^ set(yours))
        return {"text": first, "pair": told(story, yours, slots2, kinds, draw, cores[1]), "score": 0.92 - loss}
    if way == "other":
        return {"text": first, "pair": sentence(draw.choice(story["other"]), [], slots, kinds, draw), "score": 0.36}
    if way == "event":
        slots2, _ = values(texts_of(story), draw)
        return {"text": first, "pair": told(story, mine, slots2, kinds, draw, cores[1]), "score": 0.3}
    if way == "detail-only" and mine:
        return {"text": first, "pair": told(story, [], slots, kinds, draw, cores[1]), "score": 0.95 - 0.09 * len(mine)}
    story2 = draw.choice([s for s in stories if s is not story])
    slots2, kinds2 = values(texts_of(story2), draw)
    return {"text": first, "pair": told(story2, mine, slots2, kinds2, draw), "score": 0.06}


def rows(draw: random.Random, count: int, scores: dict):
    stories = load("pair_news.jsonl")
    for index in range(count):
        yield {**one(stories[index % len(stories)], stories, draw), "kind": "news"}
