"""Training rows of the `pii` head: hand-written templates filled with seeded names, numbers and look-alikes; spans in code points.

Conventions are those of presidio-research: titles stand outside PERSON, a possessive 's outside every span; a whole address in running
text or in one field is one STREET_ADDRESS, an address in parts (lines of a block, fields, `street, town`) has STREET_ADDRESS for street,
flat and postcode and LOCATION for town, state and country; years count when they date a person or organisation.
"""

import json
import pathlib
import random
from collections import defaultdict
from functools import lru_cache

from pii_corpus import corpus_rows, joined  # noqa: F401  (corpus_rows is part of this module's surface)
from pii_slots import render
from pii_styles import styled

FOLDER = pathlib.Path(__file__).parent / "words"
LANGUAGES = [("en", 60), ("de", 5), ("fr", 5), ("es", 5), ("it", 4), ("nl", 5), ("pt", 4), ("sv", 4), ("pl", 4), ("tr", 4)]
NEGATIVE = 0.3
WRAPPED = 0.26
# How often another text follows, and again: look-alikes are shorter, so more of them are joined.
JOINED = {True: 0.42, False: 0.14}
MOST_JOINED = 5
JOINTS = ["\n", "\n\n", " ", "\n\n---\n\n"]
MOST_WORDS = 150
PER_ROW_TRIES = 60


@lru_cache(maxsize=None)
def templates():
    """language → family → texts, of every `words/pii_templates*.jsonl`; families `neg-*` hold nobody's data, `wrap` what stands around."""
    found = defaultdict(lambda: defaultdict(list))
    for path in sorted(FOLDER.glob("pii_templates*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found[row["language"]][row["family"]].append(row["text"])
    return found


def draw(rng, language, negative):
    """(family, template): families by the root of their size, so that a large one does not drown the others."""
    families = templates()[language]
    names = [name for name in families if name != "wrap" and name.startswith("neg-") == negative]
    family = rng.choices(names, [len(families[name]) ** 0.5 for name in names])[0]
    return family, rng.choice(families[family])


def around(rng, language, pieces):
    """A request to an assistant, or what else stands around a document, with the document in it."""
    before, after = rng.choice(templates()[language]["wrap"]).split("{{doc}}")
    return [(before, None), *pieces, (after, None)]


def compose(rng, language, negative):
    family, template = draw(rng, language, negative)
    pieces, used = render(rng, language, template), [template]
    for _ in range(MOST_JOINED):
        if rng.random() > JOINED[negative]:
            break
        _, other = draw(rng, language, negative or rng.random() < 0.4)
        if other in used:
            continue
        used.append(other)
        pieces = [*pieces, (rng.choice(JOINTS), None), *render(rng, language, other)]
    if rng.random() < WRAPPED:
        pieces = around(rng, language, pieces)
    return family, styled(rng, pieces)


def assembled(pieces):
    """The text and its spans."""
    text, spans = "", []
    for piece, kind in pieces:
        if kind is not None and piece:
            spans.append({"start": len(text), "end": len(text) + len(piece), "type": kind})
        text += piece
    return text, joined(text, spans)


def rows(seed, count=20_000):
    """`count` rows with distinct texts, lazily; the same seed gives the same rows."""
    rng, seen = random.Random(seed), set()
    names, weights = zip(*LANGUAGES)
    while len(seen) < count:
        language, negative = rng.choices(names, weights)[0], rng.random() < NEGATIVE
        for _ in range(PER_ROW_TRIES):
            family, pieces = compose(rng, language, negative)
            text, spans = assembled(pieces)
            if text not in seen and 2 <= len(text.split()) <= MOST_WORDS:
                break
        else:
            raise ValueError(f"no new text for {language}, negative={negative}, after {len(seen)} rows")
        seen.add(text)
        yield {"text": text, "head": "pii", "spans": spans, "source": f"generated/pii/{family}", "language": language}
