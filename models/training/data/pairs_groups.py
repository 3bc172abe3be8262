"""Pairs from hand-written groups: texts that say one thing, near misses of them and others on their topic."""

import random
import re

from sentences import fill, load, value_of, values, kind_of

FILLED = 6


def all_texts(group: dict) -> list[str]:
    return [*group["same"], *group["near"], *group["topic"]]


def another(group: dict, slots: dict, draw: random.Random) -> dict | None:
    """The slots with one of the group's own changed: the same question about another thing."""
    names = sorted(set.intersection(*(set(re.findall(r"\{(\w+)\}", t)) for t in group["same"])))
    if not names:
        return None
    name = draw.choice(names)
    if re.fullmatch(r"[nhy][123]", name):
        return {**slots, name: slots[name] + draw.choice([1, 2, 5, 10])}
    return {**slots, name: value_of(kind_of(name), draw, set(slots.values()))}


def of_group(group: dict, groups: list, draw: random.Random, scores: dict):
    slots, kinds = values(all_texts(group), draw)
    asks = group["family"] == "question"

    def put(text, filled=slots):
        return fill(text, filled, kinds, draw)

    first, second = draw.sample(group["same"], 2)
    yield {"text": put(first), "pair": put(second), "score": scores["same"]}
    near = scores["question"] if asks else scores["number"] - 0.02
    if group["near"]:
        yield {"text": put(draw.choice(group["same"])), "pair": put(draw.choice(group["near"])), "score": near}
    if group["topic"] and draw.random() < 0.6:
        yield {"text": put(draw.choice(group["same"])), "pair": put(draw.choice(group["topic"])), "score": scores["topic"]}
    changed = another(group, slots, draw)
    if changed:
        score = scores["question"] if asks else scores["number"]
        yield {"text": put(first), "pair": put(draw.choice(group["same"]), changed), "score": score}
    if draw.random() < 0.5:
        other = draw.choice([g for g in groups if g is not group])
        slots2, kinds2 = values(all_texts(other), draw)
        yield {"text": put(first), "pair": fill(draw.choice(other["same"]), slots2, kinds2, draw), "score": scores["none"]}


def whole(group: dict, draw: random.Random, scores: dict):
    """Every pair of a group once: for groups without slots."""
    slots, kinds = values(all_texts(group), draw)
    put = lambda text: fill(text, slots, kinds, draw)  # noqa: E731
    same, asks = group["same"], group["family"] == "question"
    for index, first in enumerate(same):
        for second in same[index + 1:]:
            yield {"text": put(first), "pair": put(second), "score": scores["same"]}
        for text in group["near"]:
            yield {"text": put(first), "pair": put(text), "score": scores["question"] if asks else scores["number"] - 0.02}
    for text in group["topic"]:
        yield {"text": put(draw.choice(same)), "pair": put(text), "score": scores["topic"]}


def rows(draw: random.Random, scores: dict):
    groups = load("pair_questions.jsonl")
    for group in groups:
        peers = [g for g in groups if g["language"] == group["language"]]
        slotted = any("{" in t for t in all_texts(group))
        found = list(whole(group, draw, scores))
        for _ in range(FILLED if slotted else 1):
            found.extend(of_group(group, peers, draw, scores))
        language = group["language"]
        kind = group["family"] if language == "en" else f"{group['family']}-{language}"
        for row in found:
            yield {**row, "kind": kind, "language": language}
