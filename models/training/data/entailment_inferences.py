"""Entailment rows from hand-written premises with claims of all three labels, many with slots to fill."""

import random

from sentences import capital, fill, load, values

LABELS = ("entailment", "neutral", "contradiction")
FILLED = 8  # times each premise with slots is filled
STRAYS = 3  # how many of these meet, for neutral, a claim made for another premise
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
        found.extend(stray(entry, peers, draw) for _ in range(strays))
        found.extend(among(row, peers, draw) for row in found[:] if draw.random() < AMONG and not slotted)
        for row in found:
            yield {**row, "kind": entry["family"], "style": "", "language": entry["language"]}
