"""Entailment rows from hand-written premises with claims of all three labels, many with slots to fill."""

import random
import re

from sentences import capital, fill, kind_of, load, value_of, values

LABELS = ("entailment", "neutral", "contradiction")
FILLED = 8  # times each premise with slots is filled
STRAYS = 4  # how many of these meet, for neutral, a claim made for another premise or told of another
# Slots for someone or something of whom a premise about others says nothing.
NAMES = re.compile(r"\{(man|woman|person|company|building|device|app|drug|title|profession)\d?\}")
# A premise about all or none may well say something of another.
GENERAL = re.compile(r"\b(all|every|everyone|each|no|none|nobody|only|neither|either|both|one of|most|alle|tous|todos)\b", re.IGNORECASE)
AMONG = 0.35  # share of claims that are asked again with a second passage around the premise
STRAY = 0.6  # share of premises without slots that do


def spread(entry: dict, draw: random.Random):
    """The entry's premise with each of its claims, or with a draw of them once slots are filled."""
    texts = [t for part in ("premise", *LABELS) for t in entry[part]]
    slotted = any("{" in t for t in texts)
    for turn in range(FILLED if slotted else 1):
        slots, kinds = values(texts, draw)
        for label in LABELS:
            if label == "neutral" and turn >= FILLED - STRAYS:
                continue
            claims = draw.sample(entry[label], 1) if slotted else entry[label]
            for claim in claims:
                text = fill(draw.choice(entry["premise"]), slots, kinds, draw)
                yield {"text": text, "pair": fill(claim, slots, kinds, draw), "label": label}


def stray(entry: dict, entries: list[dict], draw: random.Random) -> dict | None:
    """A claim that belongs to another premise of the same language and family kind: not settled by this one."""
    other = draw.choice([e for e in entries if e is not entry])
    slots, kinds = values([t for e in (entry, other) for p in ("premise", *LABELS) for t in e[p]], draw)
    claim = draw.choice(other[draw.choice(["entailment", "contradiction"])])
    text = fill(draw.choice(entry["premise"]), slots, kinds, draw)
    return {"text": text, "pair": capital(fill(claim, slots, kinds, draw)), "label": "neutral"}


def renamed(entry: dict, draw: random.Random) -> dict | None:
    """A claim of the entry told of somebody or something else: the premise is silent on them."""
    if GENERAL.search(" ".join(entry["premise"])) or "{item}" in "".join(entry["premise"]):
        return None
    claims = [c for label in ("entailment", "contradiction") for c in entry[label] if NAMES.search(c)]
    if not claims:
        return None
    slots, kinds = values([t for part in ("premise", *LABELS) for t in entry[part]], draw)
    others = dict(slots)
    for name in slots:
        if NAMES.search("{" + name + "}"):
            others[name] = value_of(kind_of(name), draw, {*slots.values(), *others.values()})
    text = fill(draw.choice(entry["premise"]), slots, kinds, draw)
    return {"text": text, "pair": fill(draw.choice(claims), others, kinds, draw), "label": "neutral"}


def among(row: dict, peers: list[dict], draw: random.Random) -> dict:
    """The same claim with a passage on something else before or behind the premise."""
    plain = [e for e in peers if "{" not in "".join(e["premise"])]
    if not plain:
        return row
    passages = [row["text"], draw.choice(draw.choice(plain)["premise"])]
    draw.shuffle(passages)
    return {**row, "text": draw.choice([" ", "\n", "\n\n"]).join(passages)}


def rows(draw: random.Random):
    entries = load("pair_inferences.jsonl")
    for entry in entries:
        peers = [e for e in entries if e["language"] == entry["language"] and e["family"] != entry["family"]]
        peers = peers or [e for e in entries if e["language"] == entry["language"]]
        found = list(spread(entry, draw))
        slotted = len(found) >= 2 * FILLED and "{" in "".join(entry["premise"] + entry["entailment"])
        strays = STRAYS if slotted else int(draw.random() < STRAY)
        for turn in range(strays):
            found.append((renamed(entry, draw) if turn else None) or stray(entry, peers, draw))
        found.extend(among(row, peers, draw) for row in found[:] if draw.random() < AMONG and not slotted)
        for row in found:
            yield {**row, "kind": entry["family"], "style": "", "language": entry["language"]}
