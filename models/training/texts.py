"""Rows of training data: reading them, telling near-copies, and splitting off what only measures."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

WORD = re.compile(r"\w+")
SHINGLE = 6
# A training text that shares this much of its shingles with evaluation is dropped.
MOST_SHARED = 0.5


def read(path: Path) -> Iterator[dict]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def write(path: Path, rows: Iterable[dict]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def normal(text: str) -> str:
    return " ".join(WORD.findall(text.lower()))


def digest(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def kept_aside(text: str, percent: int = 10) -> bool:
    """Whether a text of a corpus only measures: by its hash, so that the answer never changes."""
    return digest("aside " + normal(text)) % 100 < percent


def shingles(text: str) -> set[int]:
    words = normal(text).split()
    if len(words) < SHINGLE:
        return {digest(" ".join(words))}
    return {digest(" ".join(words[at : at + SHINGLE])) for at in range(len(words) - SHINGLE + 1)}


class Seen:
    """Texts that training must not hold again."""

    def __init__(self) -> None:
        self.known: set[int] = set()

    def add(self, text: str) -> None:
        self.known |= shingles(text)

    def has(self, text: str) -> bool:
        own = shingles(text)
        return len(own & self.known) > MOST_SHARED * len(own)


def distinct(rows: Iterable[dict]) -> Iterator[dict]:
    """Rows whose normalised text, pair and head did not come before."""
    known = set()
    for row in rows:
        key = digest("\n".join((row["head"], normal(row["text"]) or row["text"], normal(row.get("pair", "")))))
        if key not in known:
            known.add(key)
            yield row
