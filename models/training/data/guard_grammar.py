"""Reads the guard's word stock and turns its templates into text: slots in braces, choices in double brackets."""

from __future__ import annotations

import json
import random
import re
from functools import lru_cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "ru", "zh", "ja", "ko", "ar", "hi", "tr", "pl")
UNSPACED = frozenset({"zh", "ja"})
NOT_LATIN = frozenset({"ru", "zh", "ja", "ko", "ar", "hi"})

_SLOT = re.compile(r"\{([A-Za-z_]+)\}")
_CHOICE = re.compile(r"\(\(((?:(?!\(\(|\)\)).)*?)\)\)", re.DOTALL)


@lru_cache(maxsize=None)
def stock(language: str) -> dict[str, list[str]]:
    """The templates of one language by key, with those common to all where it has none; an absent one is empty."""
    path = WORDS / f"guard_{language}.json"
    if not path.exists():
        return {}
    common = json.loads((WORDS / "guard_any.json").read_text(encoding="utf-8"))
    return common | json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=None)
def written_languages() -> tuple[str, ...]:
    """The languages that have a stock."""
    return tuple(language for language in LANGUAGES if stock(language))


def has(language: str, key: str) -> bool:
    """Whether a language has templates under this key."""
    return bool(stock(language).get(key))


def capital(text: str) -> str:
    """The text with its first letter raised and the rest left alone."""
    return text[:1].upper() + text[1:]


def expand(rng: random.Random, language: str, template: str) -> str:
    """Fills one template. A slot that is the language's own key is replaced by one of its templates, and
    `{Slot}` by the same with a capital; a name in a text keeps one value throughout. Other braces stay."""
    words = stock(language)
    fixed: dict[str, str] = {}

    def slot(match: re.Match[str]) -> str:
        key = match.group(1)
        if key in ("pname", "name", "company", "topic"):
            if key not in fixed:
                fixed[key] = rng.choice(words[key]) if key in words else match.group(0)
            return fixed[key]
        if key in words:
            return rng.choice(words[key])
        if key.lower() in words:
            return capital(step(rng.choice(words[key.lower()])))
        return match.group(0)

    def step(text: str) -> str:
        text = _CHOICE.sub(lambda match: rng.choice(match.group(1).split("|")), text)
        return _SLOT.sub(slot, text)

    for _ in range(6):
        done = step(template)
        if done == template:
            break
        template = done
    return template


def say(rng: random.Random, language: str, key: str) -> str:
    """One text of a key, filled."""
    return expand(rng, language, rng.choice(stock(language)[key]))


def join(language: str, parts: list[str]) -> str:
    """Sentences in a row, as the language writes them."""
    return ("" if language in UNSPACED else " ").join(part.strip() for part in parts if part.strip())


def sentences(rng: random.Random, language: str, count: int) -> list[str]:
    """Everyday sentences, taken theme by theme so that neighbours belong together."""
    themes = stock(language)["theme"]
    order = rng.sample(range(len(themes)), len(themes))
    found: list[str] = []
    while len(found) < count:
        for index in order:
            parts = [part.strip() for part in themes[index].split(" | ")]
            start = rng.randrange(0, 2) if count < 5 else 0
            found.extend(parts[start:])
            if len(found) >= count:
                break
    return found[:count]


def words_in(text: str, language: str) -> int:
    """Length in words; for scripts without spaces two characters count as a word."""
    if language in UNSPACED:
        return max(1, len(text) // 2)
    return len(text.split())
