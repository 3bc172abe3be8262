"""The entailment rows: deterministic, balanced, and not to be told by the claim alone."""

import math
import sys
from collections import Counter
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import entailment  # noqa: E402


@pytest.fixture(scope="module")
def rows():
    return list(entailment.rows(7))


def test_same_seed_same_rows(rows):
    assert rows == list(entailment.rows(7))
    assert rows[:50] != list(entailment.rows(8))[:50]


def test_rows_follow_the_contract(rows):
    for row in rows:
        assert set(row) == {"text", "pair", "head", "label", "source", "language"}
        assert row["head"] == "entailment"
        assert row["label"] in entailment.LABELS
        assert row["source"].startswith("generated/entailment/")
        assert row["text"].strip() and row["pair"].strip()
        assert "{" not in row["text"] + row["pair"]


def test_enough_and_balanced(rows):
    assert len(rows) >= 9000
    for group in (rows, [r for r in rows if r["language"] != "en"]):
        counts = Counter(row["label"] for row in group)
        for label in entailment.LABELS:
            assert 0.29 <= counts[label] / max(1, len(group)) <= 0.38 or not group


def test_each_pair_once(rows):
    assert len({(r["text"].lower(), r["pair"].lower()) for r in rows}) == len(rows)


def test_length_does_not_tell_the_label(rows):
    means = [sum(len(r["pair"]) for r in rows if r["label"] == label) / sum(r["label"] == label for r in rows) for label in entailment.LABELS]
    assert max(means) / min(means) < 1.25


def test_negation_occurs_under_every_label(rows):
    words = (" not ", "n't ", "nobody", "no one", " no ")
    counts = Counter(r["label"] for r in rows if any(w in f" {r['pair'].lower()}" for w in words))
    assert min(counts.values()) * 5 > max(counts.values())


def test_the_claim_alone_does_not_tell_the_label(rows):
    counts = {label: Counter() for label in entailment.LABELS}
    for row in rows[::2]:
        counts[row["label"]].update(set(row["pair"].lower().rstrip(".").split()))
    sums = {label: sum(c.values()) for label, c in counts.items()}

    def guess(row):
        words = set(row["pair"].lower().rstrip(".").split())
        score = {label: sum(math.log((c[w] + 1) / sums[label]) for w in words) for label, c in counts.items()}
        return max(score, key=score.get)

    held = rows[1::2]
    assert sum(guess(row) == row["label"] for row in held) / len(held) < 0.46
