"""Ways of hiding or disguising a text that people use, for attacks and for innocent texts alike."""

from __future__ import annotations

import base64
import codecs
import random
import re
import urllib.parse
from collections.abc import Callable

_MORSE = dict(zip(
    "abcdefghijklmnopqrstuvwxyz0123456789",
    (".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
     "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----.").split(),
    strict=True,
))
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7", "b": "8", "g": "9", "l": "1"}
_HOMOGLYPHS = {"a": "а", "c": "с", "e": "е", "i": "і", "o": "о", "p": "р", "s": "ѕ", "x": "х", "y": "у", "j": "ј"}
_ZERO_WIDTH = ("\u200b", "\u200c", "\u200d", "\u2060")


def _pig(word: str) -> str:
    match = re.match(r"([^aeiouAEIOU\W]*)(\w*)(.*)", word, re.DOTALL)
    if not match or not match.group(2):
        return word
    return f"{match.group(2)}{match.group(1)}{'ay' if match.group(1) else 'way'}{match.group(3)}"


def _caesar(text: str, shift: int) -> str:
    def turn(sign: str) -> str:
        if sign.isascii() and sign.isalpha():
            base = 65 if sign.isupper() else 97
            return chr((ord(sign) - base + shift) % 26 + base)
        return sign

    return "".join(map(turn, text))


Cipher = Callable[[random.Random, str], str]

# Name as a person would say it, and the cipher. The reader cannot see the content, only the request around it.
CIPHERS: tuple[tuple[str, Cipher], ...] = (
    ("base64", lambda rng, text: base64.b64encode(text.encode()).decode()),
    ("Base64", lambda rng, text: base64.b64encode(text.encode()).decode()),
    ("hex", lambda rng, text: text.encode().hex(" " if rng.random() < 0.5 else "-")),
    ("base32", lambda rng, text: base64.b32encode(text.encode()).decode()),
    ("rot13", lambda rng, text: codecs.encode(text, "rot13")),
    ("Caesar", lambda rng, text: _caesar(text, rng.randrange(2, 12))),
    ("Morse", lambda rng, text: " ".join(_MORSE.get(sign, "/") for sign in text.lower() if sign in _MORSE or sign == " ")),
    ("binary", lambda rng, text: " ".join(f"{byte:08b}" for byte in text.encode()[:40])),
    ("ASCII", lambda rng, text: " ".join(str(byte) for byte in text.encode()[:120])),
    ("URL", lambda rng, text: urllib.parse.quote(text)),
)

# Those that work on bytes and so on any script.
BYTE_CIPHERS = tuple(pair for pair in CIPHERS if pair[0] not in ("rot13", "Caesar", "Morse"))

# Disguises under which the content can still be read.
DISGUISES: tuple[tuple[str, Cipher], ...] = (
    ("reversed", lambda rng, text: text[::-1]),
    ("reversed words", lambda rng, text: " ".join(reversed(text.split()))),
    ("pig latin", lambda rng, text: " ".join(map(_pig, text.split()))),
    ("leet", lambda rng, text: "".join(
        rng.choice(_LEET[sign]) if sign in _LEET and rng.random() < 0.75 else sign for sign in text.lower())),
    ("spaced", lambda rng, text: rng.choice((" ", ".", "-", "_", "*")).join(text.replace(" ", "  "))),
    ("half spaced", lambda rng, text: " ".join(
        rng.choice((" ", "-", ".")).join(word) if rng.random() < 0.5 else word for word in text.split())),
    ("zero width", lambda rng, text: "".join(sign + (rng.choice(_ZERO_WIDTH) if rng.random() < 0.4 else "") for sign in text)),
    ("homoglyph", lambda rng, text: "".join(
        _HOMOGLYPHS[sign] if sign in _HOMOGLYPHS and rng.random() < 0.6 else sign for sign in text)),
    ("no vowels", lambda rng, text: re.sub(r"(?<=\w)[aeiou](?=\w)", "", text)),
    ("mixed case", lambda rng, text: "".join(sign.upper() if rng.random() < 0.5 else sign.lower() for sign in text)),
    ("fullwidth", lambda rng, text: "".join(chr(ord(sign) + 0xFEE0) if 33 <= ord(sign) <= 126 else sign for sign in text)),
    ("joined", lambda rng, text: re.sub(r"\s+", "", text.title())),
    ("underscored", lambda rng, text: re.sub(r"\s+", rng.choice(("_", "/", "~", "+")), text)),
    ("stretched", lambda rng, text: re.sub(r"[aeiou]", lambda found: found.group(0) * rng.choice((1, 1, 3)), text)),
    ("shuffled inside", lambda rng, text: " ".join(_shuffle(rng, word) for word in text.split())),
)


def _shuffle(rng: random.Random, word: str) -> str:
    if len(word) < 4:
        return word
    inner = list(word[1:-1])
    rng.shuffle(inner)
    return word[0] + "".join(inner) + word[-1]


_FRAGMENTS = (
    "describing", "==>", "}]", "\\", "({", "Now", "oppose", "ly", "]]", "--", "!!", "Two", "revert", "please?", "ONE", "**",
    "tutorial", "//", "sure", "interface", "\\n", "{\\", "format", "=\"", "übers", "Manual", "<!", "cjÅ", "regarding", ";)",
    "steps", "zx", "ĉu", "&&", "WriteLine", "similar", "::", "%%", "[/", "lists", "()", "qjf", "Unterscheidung", "+++", "kl9",
)


def noise(rng: random.Random) -> str:
    """A tail of broken tokens, as searches for adversarial suffixes give, or as a cat on the keyboard."""
    count = rng.randrange(4, 18)
    if rng.random() < 0.25:
        return "".join(rng.choice("asdfghjkl;qwertyuiopzxcvbnm,./[]\\!@#$%") for _ in range(count * 3))
    glue = rng.choice((" ", "", " "))
    return glue.join(rng.choice(_FRAGMENTS) for _ in range(count))
