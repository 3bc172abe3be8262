"""Pairs about facts: one fact worded twice, one value changed, roles swapped, another fact, another thing."""

import random

from entailment_facts import Record, claim, swapped
from sentences import fill, load


def wordings(fact: dict) -> list[str]:
    return [*fact["given"], *fact["claim"]]


def changed(record: Record, fact: dict, draw: random.Random, scores: dict) -> tuple[dict, float]:
    """The slots with the fact's value changed, and what is left of the likeness."""
    if "<>" in fact["slot"]:
        return swapped(record.slots, fact), scores["role"]
    kind = record.kinds[fact["slot"]]
    slots = {**record.slots, fact["slot"]: record.other(fact["slot"], draw)}
    return slots, scores["number"] if kind.startswith("#") or kind in ("day", "month") else scores["entity"]


def one(schema: dict, schemas: list, draw: random.Random, scores: dict) -> dict:
    record, kinds = Record(schema, draw), None
    kinds = record.kinds
    facts = draw.sample(schema["facts"], min(3, len(schema["facts"])))
    fact = facts[0]

    def put(f, slots=record.slots):
        return fill(draw.choice(wordings(f)), slots, kinds, draw)

    way = draw.choice(["same", "same", "same", "changed", "changed", "denied", "fact", "thing", "none", "long", "long-changed",
                       "long-extra", "long-half"])
    if way == "same":
        return {"text": put(fact), "pair": put(fact), "score": scores["same"]}
    if way == "changed":
        slots, score = changed(record, fact, draw, scores)
        return {"text": put(fact), "pair": put(fact, slots), "score": score}
    if way == "denied" and fact["denied"]:
        return {"text": put(fact), "pair": fill(draw.choice(fact["denied"]), record.slots, kinds, draw), "score": scores["denied"]}
    if way == "thing":
        other = Record(schema, draw)
        return {"text": put(fact), "pair": put(fact, other.slots), "score": 0.36}
    if way == "none":
        schema2 = draw.choice([s for s in schemas if s["domain"] != schema["domain"]])
        other = Record(schema2, draw)
        return {"text": put(fact), "pair": fill(draw.choice(wordings(draw.choice(schema2["facts"]))), other.slots, other.kinds, draw),
                "score": scores["none"]}
    if way.startswith("long") and len(facts) > 2:
        first = f"{put(facts[0])} {put(facts[1])}"
        if way == "long":
            parts = [put(facts[0]), put(facts[1])]
            draw.shuffle(parts)
            return {"text": first, "pair": " ".join(parts), "score": scores["same"] - 0.02}
        if way == "long-changed":
            slots, score = changed(record, facts[1], draw, scores)
            return {"text": first, "pair": f"{put(facts[0], slots)} {put(facts[1], slots)}", "score": (score + 0.85) / 2}
        if way == "long-extra":
            return {"text": first, "pair": put(draw.choice(facts[:2])), "score": 0.7}
        return {"text": first, "pair": f"{put(facts[0])} {put(facts[2])}", "score": 0.58}
    return {"text": put(fact), "pair": put(facts[1]), "score": 0.3}


def rows(draw: random.Random, count: int, scores: dict, language: str = "en"):
    schemas = [s for s in load("pair_facts.jsonl") if s["language"] == language]
    for index in range(count):
        row = one(schemas[index % len(schemas)], schemas, draw, scores)
        yield {**row, "kind": "facts" if language == "en" else f"facts-{language}", "language": language}
