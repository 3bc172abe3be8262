"""Changes how a text is written without changing what it asks: case, typing errors, punctuation, chat prefixes."""

from __future__ import annotations

import random

from guard_grammar import UNSPACED, has, say


def typos(rng: random.Random, text: str, rate: float = 0.03) -> str:
    """Swaps, drops or doubles a letter now and then."""
    letters = list(text)
    position = 1
    while position < len(letters) - 1:
        if letters[position].isalpha() and letters[position - 1].isalpha() and rng.random() < rate:
            kind = rng.randrange(3)
            if kind == 0:
                letters[position - 1], letters[position] = letters[position], letters[position - 1]
            elif kind == 1:
                del letters[position]
            else:
                letters.insert(position, letters[position])
            position += 2
        position += 1
    return "".join(letters)


def restyle(rng: random.Random, language: str, text: str) -> str:
    """One of the ways in which people write the same thing; more than half of the texts stay as they are."""
    draw = rng.random()
    if draw < 0.58:
        return text
    if draw < 0.70:
        return text.lower()
    if draw < 0.77 and language not in UNSPACED:
        return typos(rng, text)
    if draw < 0.80 and len(text) < 300:
        return text.upper()
    if draw < 0.85:
        return "".join(sign for sign in text if sign not in ".,;:!?¿¡،。、，？！।")
    if draw < 0.92 and has(language, "opening"):
        return f"{say(rng, language, 'opening')} {text}"
    if draw < 0.97 and has(language, "polite"):
        return f"{text} {say(rng, language, 'polite')}"
    return rng.choice(("> ", "- ", "Q: ", "* ", "user: ", "\n\n")) + text
