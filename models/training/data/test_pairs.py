"""The pairs: deterministic, scores in range and spread, each pair once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import pairs  # noqa: E402


@pytest.fixture(scope="module")
def rows():
    return list(pairs.rows(7))


def test_same_seed_same_rows(rows):
    assert rows == list(pairs.rows(7))
    assert rows != list(pairs.rows(8))


def test_rows_follow_the_contract(rows):
    for row in rows:
        assert set(row) == {"text", "pair", "head", "score", "source", "language"}
        assert row["head"] == "embedding"
        assert 0.0 <= row["score"] <= 1.0
        assert row["source"].startswith("generated/pairs/")
        assert row["text"].strip() and row["pair"].strip()
        assert "{" not in row["text"] + row["pair"]


def test_enough_and_spread(rows):
    assert len(rows) >= 8000
    bins = [0] * 4
    for row in rows:
        bins[min(3, int(row["score"] * 4))] += 1
    assert min(bins) >= 0.1 * len(rows)
    assert max(bins) <= 0.5 * len(rows)


def test_each_pair_once(rows):
    assert len({tuple(sorted((r["text"].lower(), r["pair"].lower()))) for r in rows}) == len(rows)


def test_shared_words_do_not_tell_the_score(rows):
    def overlap(row):
        a, b = set(row["text"].lower().split()), set(row["pair"].lower().split())
        return len(a & b) / len(a | b)

    near = [r for r in rows if 0.3 <= r["score"] <= 0.65 and overlap(r) > 0.6]
    far = [r for r in rows if r["score"] > 0.85 and overlap(r) < 0.35]
    assert len(near) > 0.05 * len(rows)
    assert len(far) > 0.08 * len(rows)
