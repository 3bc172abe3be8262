"""From rows to batches of one head each: tokens, labels, and rows of like length together."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from heads import Head

IGNORED = -100
# How much of a label's certainty goes to the others.
SMOOTHING = 0.03


@dataclass
class Item:
    ids: list[int]
    types: list[int]
    # A label's place, a list of them (one a token), a score, or a teacher's probabilities, a tuple of one a label.
    target: object
    source: str
    # The second text of a scored pair.
    other: list[int] | None = None


@dataclass
class Batch:
    head: Head
    ids: Tensor
    mask: Tensor
    types: Tensor
    target: Tensor | None
    # For scored pairs the rows above are first all left texts, then all right ones.
    pairs: int = 0


def tokeniser(folder: Path) -> Tokenizer:
    """The folder's own, without the cut and the padding that it was saved with."""
    made = Tokenizer.from_file(str(folder / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


def items(rows: list[dict], head: Head, words: Tokenizer, luck: random.Random) -> list[Item]:
    """One item a row; texts beyond the head's length are cut to a window of it."""
    made = []
    for start in range(0, len(rows), 4096):
        part = rows[start : start + 4096]
        paired = head.task != "embedding"
        texts = [(row["text"], row["pair"]) if paired and row.get("pair") else row["text"] for row in part]
        others = words.encode_batch([row.get("pair") or "" for row in part]) if not paired else [None] * len(part)
        for row, code, other in zip(part, words.encode_batch(texts), others):
            made.append(item(row, head, code, other, luck))
    return [one for one in made if one is not None]


def item(row: dict, head: Head, code, other, luck: random.Random) -> Item | None:
    ids, types, target = code.ids, code.type_ids, None
    if head.task == "token":
        target = tags(row, head, code)
    elif head.task == "sequence":
        target = probabilities(row, head) if "probabilities" in row else head.labels.index(row["label"])
    elif row.get("pair"):
        target = float(row["score"])
    if len(ids) > head.tokens:
        if row.get("pair") and head.task != "embedding":
            return None
        first = luck.randint(1, len(ids) - head.tokens + 1)
        first = luck.choice([1, 1, first, len(ids) - head.tokens + 1])
        inner = slice(first, first + head.tokens - 2)
        cut = lambda values: [values[0], *values[inner], values[-1]]
        ids, types = cut(ids), cut(types)
        target = cut(target) if isinstance(target, list) else target
    pair = other.ids[: head.tokens] if other is not None and row.get("pair") else None
    return Item(ids, types, target, row["source"], pair)


def probabilities(row: dict, head: Head) -> tuple[float, ...]:
    """What a teacher gave each label, in the head's order; one label too many is an error."""
    given = dict(row["probabilities"])
    made = tuple(float(given.pop(label, 0.0)) for label in head.labels)
    if given or not sum(made):
        raise ValueError(f"{head.name}: probabilities of {list(head.labels)} expected, {row['probabilities']} found in {row['source']}")
    return tuple(value / sum(made) for value in made)


def tags(row: dict, head: Head, code) -> list[int]:
    """The label of each token: B- where a span begins, I- inside, O outside, nothing for special tokens."""
    made = [IGNORED if special else 0 for special in code.special_tokens_mask]
    spans = sorted(row["spans"], key=lambda span: span["start"])
    at = 0
    begun = set()
    for place, (start, end) in enumerate(code.offsets):
        if made[place] == IGNORED or start == end:
            continue
        while at < len(spans) and spans[at]["end"] <= start:
            at += 1
        if at < len(spans) and spans[at]["start"] < end:
            kind = "I" if at in begun else "B"
            begun.add(at)
            made[place] = head.labels.index(f"{kind}-{spans[at]['type']}")
    return made


def batch(head: Head, chosen: list[Item]) -> Batch:
    scored = [one for one in chosen if one.other is not None]
    if scored:
        ids = [one.ids for one in scored] + [one.other for one in scored]
        types = [[0] * len(row) for row in ids]
        target = torch.tensor([one.target for one in scored])
        return Batch(head, padded(ids, 0), padded([[1] * len(row) for row in ids], 0), padded(types, 0), target, len(scored))
    ids = padded([one.ids for one in chosen], 0)
    mask = padded([[1] * len(one.ids) for one in chosen], 0)
    types = padded([one.types for one in chosen], 0)
    if head.task == "embedding":
        return Batch(head, ids, mask, types, None)
    if head.task == "token":
        return Batch(head, ids, mask, types, padded([one.target for one in chosen], IGNORED))
    if any(isinstance(one.target, tuple) for one in chosen):
        return Batch(head, ids, mask, types, torch.tensor([spread(one.target, len(head.labels)) for one in chosen]))
    return Batch(head, ids, mask, types, torch.tensor([one.target for one in chosen]))


def spread(target: int | tuple[float, ...], labels: int) -> tuple[float, ...]:
    """A label as smoothed probabilities, so that it can stand in a batch with a teacher's."""
    if isinstance(target, tuple):
        return target
    return tuple(SMOOTHING / labels + (1 - SMOOTHING) * (place == target) for place in range(labels))


def padded(rows: list[list[int]], filler: int) -> Tensor:
    longest = max(map(len, rows))
    return torch.tensor([row + [filler] * (longest - len(row)) for row in rows])


class Stream:
    """Endless batches of one head: each round takes every item once, like lengths together, in an order drawn anew."""

    def __init__(self, head: Head, rows: list[Item], tokens: int, seed: int) -> None:
        self.head, self.rows, self.tokens = head, rows, tokens
        self.luck = random.Random(seed)
        self.rounds = 0
        self.waiting: list[list[Item]] = []

    def __next__(self) -> Batch:
        if not self.waiting:
            self.waiting = list(grouped(self.rows, self.tokens, self.luck))
            self.luck.shuffle(self.waiting)
            self.rounds += 1
        return batch(self.head, self.waiting.pop())


def grouped(rows: list[Item], tokens: int, luck: random.Random | None = None) -> Iterator[list[Item]]:
    """Groups whose padded size stays within `tokens`; pairs and single texts apart."""
    size = lambda one: max(len(one.ids), len(one.other or ()))
    noise = (lambda: luck.random() * 0.15) if luck else (lambda: 0.0)
    keyed = sorted(((one.other is not None, size(one) * (1 + noise())), number) for number, one in enumerate(rows))
    group: list[Item] = []
    longest = 0
    for (paired, _), number in keyed:
        one = rows[number]
        width = max(longest, size(one) * (2 if paired else 1))
        apart = group and (group[0].other is not None) != paired
        if group and (apart or width * (len(group) + 1) > tokens):
            yield group
            group, width = [], size(one) * (2 if paired else 1)
        group.append(one)
        longest = width
    if group:
        yield group
