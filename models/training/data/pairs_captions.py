"""Pairs of captions: one scene told twice, told wider, with one thing changed, or two scenes."""

import random

from entailment_scenes import PLACES, deny, nobody, passive, say, subjects
from sentences import capital, load

# Who may stand for whom, and how much of the meaning goes.
SWAPS = {"a man": ("a woman", 0.62), "a woman": ("a man", 0.62), "a boy": ("a girl", 0.66), "a girl": ("a boy", 0.66),
         "two men": ("two women", 0.62), "two women": ("two men", 0.62), "an old man": ("a young man", 0.68),
         "a young woman": ("an old woman", 0.68), "a child": ("a man", 0.58), "a dog": ("a cat", 0.48),
         "a cat": ("a dog", 0.48), "two dogs": ("three dogs", 0.72), "two cats": ("five cats", 0.72),
         "three girls": ("two girls", 0.74), "several boys": ("one boy", 0.68), "a black dog": ("a white dog", 0.66),
         "a chef": ("a waiter", 0.58), "a soldier": ("a nurse", 0.48), "a teenager": ("an old lady", 0.5)}


def told_again(scene, who, plural, draw):
    does, place = scene["does"], draw.choice(["", "", draw.choice(PLACES)])
    ways = [scene["same"], [does]]
    options = [say(who, plural, d, draw, place) for group in ways for d in group]
    if scene["passive"] and not place:
        options.append(capital(f"{scene['passive']} by {who}."))
    return draw.choice(options), draw.choice(options)


def one(scene: dict, draw: random.Random, scores: dict, scenes: list) -> dict | None:
    who, plural, wider, narrower = draw.choice(subjects(scene))
    does, place = scene["does"], draw.choice(PLACES)
    way = draw.choice(["again", "again", "again", "wider", "narrower", "place", "who", "denied", "opposite", "other",
                       "act", "none", "none", "swap-place", "both"])
    first = say(who, plural, does, draw)
    if way == "again":
        a, b = told_again(scene, who, plural, draw)
        return {"text": a, "pair": b, "score": scores["same"] + 0.02} if a != b else None
    if way == "wider":
        if scene["wider"] and draw.random() < 0.5:
            return {"text": first, "pair": say(who, plural, draw.choice(scene["wider"]), draw), "score": 0.68}
        return {"text": first, "pair": say(draw.choice(wider), plural, does, draw), "score": 0.83}
    if way == "narrower":
        if scene["narrower"] and draw.random() < 0.6:
            return {"text": first, "pair": say(who, plural, draw.choice(scene["narrower"]), draw), "score": 0.78}
        return {"text": first, "pair": say(narrower, plural, does, draw), "score": 0.86}
    if way == "place":
        does = draw.choice([does, *scene["same"]])
        return {"text": first, "pair": say(who, plural, does, draw, place), "score": 0.8}
    if way == "swap-place":
        other = draw.choice([p for p in PLACES if p != place])
        return {"text": say(who, plural, does, draw, place), "pair": say(who, plural, does, draw, other), "score": 0.68}
    if way == "who" and who in SWAPS:
        other, score = SWAPS[who]
        does = draw.choice([does, *scene["same"]])
        return {"text": first, "pair": say(other, other.startswith(("two", "three", "five")), does, draw), "score": score}
    if way == "both" and who in SWAPS and scene["other"]:
        other, score = SWAPS[who]
        many = other.startswith(("two", "three", "five"))
        return {"text": first, "pair": say(other, many, draw.choice(scene["other"]), draw), "score": score - 0.34}
    if way == "denied":
        second = draw.choice([deny(who, plural, does, draw), deny(who, plural, does, draw), nobody(does, draw)])
        return {"text": first, "pair": second, "score": scores["denied"]}
    if way == "opposite" and scene["opposite"]:
        return {"text": first, "pair": say(who, plural, draw.choice(scene["opposite"]), draw), "score": 0.48}
    if way == "other" and scene["other"]:
        return {"text": first, "pair": say(who, plural, draw.choice(scene["other"]), draw), "score": 0.4}
    second = draw.choice([s for s in scenes if s is not scene])
    if way == "act" and second["who"] == scene["who"]:
        return {"text": first, "pair": say(who, plural, second["does"], draw), "score": 0.18}
    if way == "none":
        people = [s for s in subjects(second) if s[0] != who and s[1] != plural]
        other, many, *_ = draw.choice(people)
        return {"text": first, "pair": say(other, many, second["does"], draw, draw.choice(["", place])), "score": 0.02}
    return None


def rows(draw: random.Random, count: int, scores: dict):
    scenes = load("pair_scenes.jsonl")
    made = 0
    while made < count:
        row = one(scenes[made % len(scenes)], draw, scores, scenes)
        if row:
            made += 1
            yield {**row, "kind": "captions"}
