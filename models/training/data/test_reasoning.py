"""Checks of the reasoning generator: same rows for the same seed, both labels in every area and language, no cue from length."""

import collections

import reasoning


def test_rows_are_deterministic_and_well_formed():
    first, again = list(reasoning.rows(7)), list(reasoning.rows(7))
    assert first == again
    assert first != list(reasoning.rows(8))
    assert len(first) >= 5000
    for row in first:
        assert set(row) == {"text", "head", "label", "source", "language"}
        assert row["head"] == "reasoning" and row["label"] in reasoning.LABELS
        assert row["text"] and row["text"] == row["text"].strip()
        assert "{n1}" not in row["text"] and "{t}" not in row["text"]
    assert len({row["text"] for row in first}) == len(first)


def test_labels_are_balanced_within_each_family_and_language():
    rows = list(reasoning.rows(1))
    for key in ("source", "language"):
        cells = collections.Counter((row[key], row["label"]) for row in rows)
        for value in {row[key] for row in rows}:
            low, high = sorted(cells[value, label] for label in reasoning.LABELS)
            assert high <= 1.8 * low, value
    assert 0.1 <= sum(row["language"] != "en" for row in rows) / len(rows) <= 0.2


def test_length_does_not_tell_the_label():
    rows = list(reasoning.rows(1))
    lengths = sorted((len(row["text"]), row["label"]) for row in rows)
    best = 0
    left = collections.Counter()
    total = collections.Counter(row["label"] for row in rows)
    for _length, label in lengths:
        left[label] += 1
        best = max(best, left["non-reasoning"] + total["reasoning"] - left["reasoning"])
    assert best / len(rows) <= 0.7
