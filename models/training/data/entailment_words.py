"""Entailment rows that turn on one word: wider and narrower names, words of like and of opposite meaning."""

import random
import re

from sentences import fill, load, person, values

E, N, C = "entailment", "neutral", "contradiction"


def put(template: str, draw: random.Random, **fixed) -> str:
    return fill(template, fixed, {}, draw)


def slots_for(texts: list[str], draw: random.Random) -> dict:
    """Values for all slots in the texts; {who} is a person."""
    found, _ = values([re.sub(r"\{[xta]\}", "", t).replace("{who}", "{person}") for t in texts], draw)
    found["who"] = found.pop("person", None) or person(draw)
    return found


def by_name(label: str, draw: random.Random, words: dict) -> tuple[str, str]:
    """A thing, its kind, and another of that kind."""
    narrow, wide, other = draw.choice(words["kinds"])
    if draw.random() < 0.55:
        frame = draw.choice(words["frames"])
        slots = slots_for([frame], draw)
        say = lambda x, s=slots: put(frame, draw, x=x, **s)  # noqa: E731
        no = lambda x: "It is not true that " + lowered(say(x))  # noqa: E731
        if label == E:
            return draw.choice([(say(narrow), say(wide)), (no(wide), no(narrow))])
        if label == N:
            return draw.choice([(say(wide), say(narrow)), (say(wide), no(other)), (no(narrow), no(wide)), (no(narrow), say(other))])
        return draw.choice([(say(narrow), no(wide)), (no(wide), say(narrow)), (no(wide), say(other)), (say(other), no(wide))])
    negative, positive = draw.choice(words["denials"])
    slots = slots_for([negative], draw)
    no = lambda x: put(negative, draw, x=x, **slots)  # noqa: E731
    yes = lambda x: put(positive, draw, x=x, **slots)  # noqa: E731
    if label == E:
        return draw.choice([(no(wide), no(narrow)), (yes(narrow), yes(wide))])
    if label == N:
        return draw.choice([(no(narrow), no(wide)), (no(narrow), yes(other)), (yes(wide), yes(narrow)), (yes(wide), no(other))])
    return draw.choice([(no(wide), yes(narrow)), (yes(narrow), no(wide))])


def lowered(sentence: str) -> str:
    return "in " + sentence[3:] if sentence.startswith("In ") else sentence


def by_quality(label: str, draw: random.Random, words: dict) -> tuple[str, str]:
    """How a thing is, in words of like and of opposite meaning."""
    thing = draw.choice(list(words["fits"]))
    quality = draw.choice(words["adjectives"])
    fitting = [a for a in words["adjectives"] if a[0] in words["fits"][thing]]
    same, like, opposite = quality if quality in fitting else draw.choice(fitting)
    rest = [a for a in fitting if a[0] != same] or fitting
    second = draw.choice(rest)
    frame = draw.choice(["The {t} is {a}.", "{who} says that the {t} is {a}.", "The {t} in {city} is {a}.", "We heard that the {t} was {a}."])
    slots = slots_for([frame], draw)
    say = lambda a: put(frame, draw, t=thing, a=a, **slots)  # noqa: E731
    both = say(f"{same} and {second[0]}")
    if label == E:
        pair = [say(same), say(like)]
        draw.shuffle(pair)
        return draw.choice([tuple(pair), tuple(pair), (say(same), say(f"not {opposite}")), (both, say(like)), (both, say(second[1]))])
    if label == N:
        return draw.choice([(say(same), say(second[0])), (say(like), say(f"{same} and {second[0]}")), (say(same), say(f"not {second[2]}")), (say(same), say(second[2]))])
    return draw.choice([(say(same), say(opposite)), (say(opposite), say(like)), (say(same), say(f"not {same}")), (both, say(opposite)), (both, say(second[2]))])


def by_verb(label: str, draw: random.Random, words: dict) -> tuple[str, str]:
    """What happened, with verbs of like and of opposite meaning."""
    entry, other = draw.sample(words["verbs"], 2)
    texts = [*entry["forms"], entry["against"], entry["open"]]
    slots = slots_for([*texts, *other["forms"]], draw)
    say = lambda t: put(t, draw, **slots)  # noqa: E731
    first, second = draw.sample(entry["forms"], 2)
    extra = say(entry["open"])
    if label == E:
        return draw.choice([(say(first), say(second)), (f"{say(first)} {extra}", say(second)), (f"{extra} {say(first)}", say(second)),
                            (f"{say(entry['against'])} {extra}", extra)])
    if label == N:
        return draw.choice([(say(first), extra), (extra, say(first)), (extra, say(entry["against"])), (say(entry["against"]), say(other["forms"][0]))])
    return draw.choice([(say(first), say(entry["against"])), (say(entry["against"]), say(first)), (f"{extra} {say(entry['against'])}", say(second))])


def rows(draw: random.Random, count: int):
    words = load("pair_relations.json")
    makers = [("word-kind", by_name), ("word-quality", by_quality), ("word-verb", by_verb)]
    for index in range(count):
        label = (E, N, C)[index % 3]
        kind, make = makers[(index // 3) % 3]
        text, pair = make(label, draw, words)
        yield {"text": text, "pair": pair, "label": label, "kind": kind, "style": "", "language": "en"}
