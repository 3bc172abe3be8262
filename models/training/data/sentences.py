"""Fills the word stock of `words/pair_*` into sentences: what the entailment and the pair generators share."""

import json
import random
import re
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
SMALL = "zero one two three four five six seven eight nine ten eleven twelve".split()
CONVERSIONS = [
    ("minutes", 60, "hours"),
    ("days", 7, "weeks"),
    ("months", 12, "years"),
    ("hours", 24, "days"),
    ("grams", 1000, "kilograms"),
    ("metres", 1000, "kilometres"),
]


@lru_cache(maxsize=None)
def load(name: str):
    """One stock file: a list of records (.jsonl) or an object (.json)."""
    text = (WORDS / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines() if line]
    return json.loads(text)


def stock(kind: str) -> list[str]:
    return load("pair_stock.json")[kind]


def person(draw: random.Random, gender: str | None = None) -> str:
    first = stock(f"first_{gender or draw.choice('fm')}")
    return f"{draw.choice(first)} {draw.choice(stock('last'))}"


def capital(sentence: str) -> str:
    """The sentence with its first letter, after a speaker's name where there is one, in upper case."""
    head, colon, rest = sentence.partition(": ")
    if colon and head in {"User", "Customer", "Assistant", "Agent"}:
        return f"{head}: {capital(rest)}"
    return sentence[:1].upper() + sentence[1:]


def lower_start(sentence: str) -> str:
    """The sentence as it stands inside another one: only small words lose their capital."""
    first = sentence.split(" ", 1)[0]
    small = {"The", "A", "An", "It", "There", "This", "In", "On", "At", "No", "Two", "Three", "Some", "Each", "More"}
    small |= {"Fewer", "Nobody", "Someone", "He", "She", "They", "Over", "Less", "Most", "All", "Its", "One"}
    return sentence[:1].lower() + sentence[1:] if first in small else sentence


def number(value: int, draw: random.Random, year: bool = False) -> str:
    if year or abs(value) < 1000:
        return str(value)
    return f"{value:,}" if draw.random() < 0.6 else str(value)


def number_range(kind: str) -> tuple[int, int, int, bool]:
    """`#[y]low-high[/step]` as (low, high, step, is a year or a code)."""
    match = re.fullmatch(r"#(y?)(-?\d+)-(\d+)(?:/(\d+))?", kind)
    if not match:
        raise ValueError(f"expected #low-high/step, received {kind}")
    return int(match[2]), int(match[3]), int(match[4] or 1), bool(match[1])


def value_of(kind: str, draw: random.Random, avoid=()):
    """A value for a slot of this kind, none of those to avoid."""
    for _ in range(200):
        if kind.startswith("#"):
            low, high, step, _year = number_range(kind)
            value = draw.randrange(low, high + 1, step)
        elif kind in ("person", "person_f", "person_m"):
            value = person(draw, kind[7:] or None)
        else:
            value = draw.choice(stock(kind))
        if value not in avoid:
            return value
    raise ValueError(f"stock {kind} is too small")


def shown(kind: str, value, draw: random.Random) -> str:
    if kind.startswith("#"):
        return number(value, draw, number_range(kind)[3])
    return value


def fill(template: str, slots: dict, kinds: dict, draw: random.Random) -> str:
    """The template with each {slot} in its written form, capitalised."""
    def put(match):
        article, name = match[1] or "", match[2]
        value = str(shown(kinds.get(name, ""), slots[name], draw))
        if article and re.match(r"(?!uni|one|eu)[aeiou]", value.lower()):
            article = article[0] + "n "
        return article + value
    return capital(re.sub(r"\b1 (\w+)\b", one_of, re.sub(r"(\b[Aa] )?\{(\w+)\}", put, template)))


def one_of(match) -> str:
    """`1 years` as `1 year`."""
    plural = match[1]
    if plural == "children":
        return "1 child"
    return f"1 {plural[:-1]}" if plural.endswith("s") and not plural.endswith("ss") and plural != "is" else match[0]


def kind_of(slot: str) -> str:
    return {"man": "first_m", "woman": "first_f"}.get(slot.rstrip("0123456789"), slot.rstrip("0123456789"))


def values(texts: list[str], draw: random.Random) -> tuple[dict, dict]:
    """A value for each slot in the texts; n1 < n2 < n3 are numbers, h small ones, y years."""
    names = sorted({m for text in texts for m in re.findall(r"\{(\w+)\}", text)})
    ranges = {"n": range(12, 96), "h": range(2, 12), "y": range(1890, 2021)}
    ordered = {letter: sorted(draw.sample(numbers, 3)) for letter, numbers in ranges.items()}
    slots, kinds = {}, {}
    for name in names:
        if re.fullmatch(r"[nhy][123]", name):
            slots[name], kinds[name] = ordered[name[0]][int(name[1]) - 1], "#y0-1"
        else:
            slots[name] = value_of(kind_of(name), draw, set(slots.values()))
            kinds[name] = ""
    return slots, kinds


def converted(sentence: str, draw: random.Random) -> str:
    """The sentence with one quantity in another unit or a small number in words, where that comes out even."""
    for unit, factor, larger in draw.sample(CONVERSIONS, len(CONVERSIONS)):
        match = re.search(rf"\b([\d,]+) {unit}\b", sentence)
        if match and draw.random() < 0.6:
            amount = int(match[1].replace(",", ""))
            if amount >= factor and (amount * 2) % factor == 0:
                many = amount / factor
                word = larger[:-1] if many == 1 else larger
                return sentence.replace(match[0], f"{many:g} {word}")
    match = re.search(r"(?<![\d.,:€$/-])\b([2-9]|1[0-2])\b(?![\d.,:%/°-]| [gGkKmM]\w?\b| [ap]m)", sentence)
    named = match and re.search(r"[A-Z]\w+ $", sentence[: match.start()])
    if match and not named and draw.random() < 0.6:
        word = SMALL[int(match[1])]
        word = word.capitalize() if match.start() == 0 else word
        return sentence[: match.start()] + word + sentence[match.end():]
    return sentence


def typo(text: str, draw: random.Random) -> str:
    """One slip of the keyboard in a long word: two letters swapped or one lost."""
    words = [m for m in re.finditer(r"[a-z]{5,}", text)]
    if not words:
        return text
    word = draw.choice(words)
    at = draw.randrange(word.start() + 1, word.end() - 2)
    swapped = text[at + 1] + text[at] if draw.random() < 0.6 else text[at]
    return text[:at] + swapped + text[at + 2:]


def styled(text: str, draw: random.Random, rate: float = 0.12) -> str:
    """Now and then as people type: lower case, no full stop, a slip."""
    if draw.random() >= rate:
        return text
    way = draw.randrange(4)
    if way == 0:
        return text.lower()
    if way == 1:
        return text.rstrip(".")
    if way == 2:
        return typo(text, draw)
    return text.lower().rstrip(".")
