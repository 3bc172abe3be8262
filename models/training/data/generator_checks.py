"""What the tests of the task generators share: the contract of a row, and bounds on cues that would give a label away."""

from collections import Counter
from itertools import islice
from statistics import mean

KEYS = {"text", "pair", "head", "label", "source", "language"}


def check(generator, shares, least, tolerance=0.02):
    """Checks the contract on all rows of seed 1 and returns them; `shares` is each label's share."""
    rows = list(generator.rows(1))
    assert len(rows) >= least
    assert list(islice(generator.rows(1), 50)) == rows[:50]
    assert list(islice(generator.rows(2), 50)) != rows[:50]
    for row in rows:
        assert set(row) <= KEYS
        assert row["text"].strip()
        assert row.get("pair", "x").strip()
        assert row["head"] == generator.HEAD
        assert row["source"].startswith(f"generated/{generator.__name__}/")
        for text in (row["text"], row.get("pair", "")):
            assert "{" not in text or "}" in text
            assert "\x00" not in text
    labels = Counter(row["label"] for row in rows)
    assert set(labels) == set(shares)
    for label, share in shares.items():
        assert abs(labels[label] / len(rows) - share) < tolerance, (label, labels)
    assert len({(row["text"], row.get("pair")) for row in rows}) == len(rows)
    return rows


def by_label(rows):
    """The rows of each label."""
    labels = sorted({row["label"] for row in rows})
    return {label: [row for row in rows if row["label"] == label] for label in labels}


def check_languages(rows, share, least):
    """Each label has between `share` of its rows in other languages, and at least `least` of them."""
    for own in by_label(rows).values():
        other = [row["language"] for row in own if row["language"] != "en"]
        assert share[0] < len(other) / len(own) < share[1]
        assert len(set(other)) >= least


def check_cue(rows, cue, spread):
    """No label shows the cue more often than another by `spread` or more."""
    rates = {label: mean(bool(cue(row)) for row in own) for label, own in by_label(rows).items()}
    assert max(rates.values()) - min(rates.values()) < spread, rates


def check_lengths(rows, factor):
    """Mean lengths of the labels are within `factor` of each other."""
    means = {label: mean(len(row["text"]) for row in own) for label, own in by_label(rows).items()}
    assert max(means.values()) < factor * min(means.values()), means
