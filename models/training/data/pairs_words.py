"""Pairs that differ in one word: of like meaning, of opposite meaning, wider, or another of the kind."""

import random

from entailment_words import put, slots_for
from sentences import load


def by_name(draw: random.Random, words: dict) -> tuple[str, str, float]:
    narrow, wide, other = draw.choice(words["kinds"])
    frame = draw.choice(words["frames"])
    slots = slots_for([frame], draw)
    second = dict(slots, who=slots_for([frame], draw)["who"])
    way = draw.randrange(4)
    if way == 0:
        return put(frame, draw, x=narrow, **slots), put(frame, draw, x=wide, **slots), 0.78
    if way == 1:
        return put(frame, draw, x=narrow, **slots), put(frame, draw, x=other, **slots), 0.55
    if way == 2:
        return put(frame, draw, x=narrow, **slots), put(frame, draw, x=narrow, **second), 0.6
    frame2 = draw.choice([f for f in words["frames"] if f != frame])
    slots2 = {**slots_for([frame2], draw), "who": slots["who"]}
    return put(frame, draw, x=narrow, **slots), put(frame2, draw, x=narrow, **slots2), 0.36


def by_quality(draw: random.Random, words: dict) -> tuple[str, str, float]:
    thing = draw.choice(list(words["fits"]))
    fitting = [a for a in words["adjectives"] if a[0] in words["fits"][thing]]
    (same, like, opposite), second = draw.sample(fitting, 2)
    frame = draw.choice(["The {t} is {a}.", "{who} says that the {t} is {a}.", "The {t} in {city} is {a}.", "Why is the {t} in {city} {a}?",
                         "I think the {t} is rather {a}.", "Everybody told {who} that the {t} was {a}."])
    slots = slots_for([frame], draw)
    say = lambda a: put(frame, draw, t=thing, a=a, **slots)  # noqa: E731
    way = draw.randrange(5)
    if way < 2:
        return say(same), say(like), 0.94
    if way == 2:
        return say(draw.choice([same, like])), say(opposite), 0.48
    if way == 3:
        return say(same), say(f"not {same}"), 0.5
    return say(same), say(second[0]), 0.42


def by_verb(draw: random.Random, words: dict) -> tuple[str, str, float]:
    entry, other = draw.sample(words["verbs"], 2)
    slots = slots_for([*entry["forms"], entry["against"], entry["open"], *other["forms"]], draw)
    say = lambda t: put(t, draw, **slots)  # noqa: E731
    first, second = draw.sample(entry["forms"], 2)
    way = draw.randrange(6)
    if way < 2:
        return say(first), say(second), 0.96
    if way == 2:
        return say(first), say(entry["against"]), 0.5
    if way == 3:
        return say(first), say(entry["open"]), 0.34
    if way == 4:
        return say(first), f"{say(second)} {say(entry['open'])}", 0.78
    return say(first), say(other["forms"][0]), 0.1


def rows(draw: random.Random, count: int):
    words = load("pair_relations.json")
    for index in range(count):
        text, pair, score = (by_name, by_quality, by_verb)[index % 3](draw, words)
        yield {"text": text, "pair": pair, "score": score, "kind": "words"}
