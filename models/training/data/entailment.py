"""Training rows for the `entailment` head: a premise, a claim, and whether the first settles the second."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import entailment_facts  # noqa: E402
import entailment_inferences  # noqa: E402
import entailment_numbers  # noqa: E402
import entailment_scenes  # noqa: E402
import entailment_words  # noqa: E402
from sentences import styled  # noqa: E402

LABELS = ("entailment", "neutral", "contradiction")
FACTS, SCENES, WORDS, NUMBERS, FOREIGN = 5100, 3900, 1500, 900, 300


def candidates(seed: int) -> Iterator[dict]:
    yield from entailment_facts.rows(random.Random(seed + 1), FACTS)
    yield from entailment_scenes.rows(random.Random(seed + 2), SCENES)
    yield from entailment_inferences.rows(random.Random(seed + 3))
    yield from entailment_words.rows(random.Random(seed + 8), WORDS)
    yield from entailment_numbers.rows(random.Random(seed + 9), NUMBERS)
    for number, language in enumerate(("de", "fr", "es")):
        yield from entailment_facts.rows(random.Random(seed + 4 + number), FOREIGN, language)


def family(row: dict) -> str:
    """What leave-one-source-out leaves out."""
    if row["language"] != "en":
        return f"{row['kind']}-{row['language']}"
    if row["kind"] in ("facts", "two-things", "two-claims"):
        return f"{row['kind']}-{row['style']}" if row["kind"] == "facts" else row["kind"]
    if row["kind"] == "scenes":
        return "scenes-denied" if row["style"].startswith(("not", "no", "denied", "opposite")) else "scenes-plain"
    return row["kind"]


def rows(seed: int) -> Iterator[dict]:
    """All rows, each premise and claim once; the same for the same seed."""
    draw = random.Random(seed)
    seen, kept = set(), {label: [] for label in LABELS}
    for row in candidates(seed):
        text, pair = styled(row["text"], draw, 0.08), styled(row["pair"], draw, 0.08)
        key = (text.lower(), pair.lower())
        if key in seen or text.lower() == pair.lower():
            continue
        seen.add(key)
        kept[row["label"]].append({
            "text": text,
            "pair": pair,
            "head": "entailment",
            "label": row["label"],
            "source": f"generated/entailment/{family(row)}",
            "language": row["language"],
        })
    everything = [row for label in LABELS for row in kept[label]]
    draw.shuffle(everything)
    yield from everything
