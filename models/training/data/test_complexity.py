"""Checks of the complexity generator: same rows for the same seed, levels balanced in number, language and length."""

import collections

import complexity


def test_rows_are_deterministic_and_well_formed():
    first, again = list(complexity.rows(7)), list(complexity.rows(7))
    assert first == again
    assert first != list(complexity.rows(8))
    assert len(first) >= 3600
    for row in first:
        assert set(row) == {"text", "head", "label", "source", "language"}
        assert row["head"] == "complexity" and row["label"] in complexity.LABELS
        assert row["text"] and row["text"] == row["text"].strip()
        assert "{n1}" not in row["text"] and "{t}" not in row["text"]
    assert len({row["text"] for row in first}) == len(first)


def test_levels_are_balanced_within_each_family_and_language():
    rows = list(complexity.rows(1))
    for key in ("source", "language"):
        cells = collections.Counter((row[key], row["label"]) for row in rows)
        for value in {row[key] for row in rows}:
            counts = sorted(cells[value, label] for label in complexity.LABELS)
            assert counts[-1] <= 2 * counts[0], value
    assert 0.1 <= sum(row["language"] != "en" for row in rows) / len(rows) <= 0.2


def test_mean_lengths_are_alike():
    rows = list(complexity.rows(1))
    means = []
    for label in complexity.LABELS:
        lengths = [len(row["text"]) for row in rows if row["label"] == label]
        means.append(sum(lengths) / len(lengths))
    assert max(means) <= 1.45 * min(means)
