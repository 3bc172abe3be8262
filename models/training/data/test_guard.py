"""Checks the guard's rows: the same for a seed, known labels, equal numbers by language and length, many families."""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import guard  # noqa: E402
from guard_grammar import words_in  # noqa: E402


@pytest.fixture(scope="module")
def made() -> list[dict]:
    return list(guard.rows(7))


def test_a_seed_gives_the_same_rows(made: list[dict]) -> None:
    assert list(islice(guard.rows(7), 500)) == made[:500]
    assert [row["text"] for row in islice(guard.rows(8), 200)] != [row["text"] for row in made[:200]]


def test_rows_keep_the_contract(made: list[dict]) -> None:
    for row in made:
        assert set(row) == {"text", "head", "label", "source", "language"}
        assert row["head"] == "jailbreak" and row["label"] in ("jailbreak", "benign")
        assert row["source"].startswith("generated/guard/") and row["text"].strip()
    assert len({row["text"] for row in made}) == len(made)


def test_templates_are_filled(made: list[dict]) -> None:
    for row in made:
        for key in ("topic", "task", "goal", "Goal", "bad", "Bad", "name", "pname", "company", "rules", "leak", "drop", "say"):
            assert f"{{{key}}}" not in row["text"], row


def test_labels_are_balanced_by_language_and_length(made: list[dict]) -> None:
    groups: dict[tuple, Counter] = {}
    for row in made:
        count = words_in(row["text"], row["language"])
        group = next(index for index, (bound, _) in enumerate(guard.LENGTHS) if count <= bound)
        groups.setdefault((row["language"], group), Counter())[row["label"]] += 1
    for group, labels in groups.items():
        assert labels["jailbreak"] == labels["benign"], group


def test_there_are_many_rows_and_families(made: list[dict]) -> None:
    assert len(made) >= guard.MINIMUM_ROWS
    for label in ("jailbreak", "benign"):
        families = Counter(row["source"] for row in made if row["label"] == label)
        assert len(families) >= 25
        assert max(families.values()) <= 0.08 * families.total()


def test_no_common_word_gives_a_label_away(made: list[dict]) -> None:
    seen: dict[str, Counter] = {"jailbreak": Counter(), "benign": Counter()}
    for row in made:
        seen[row["label"]].update(set(re.findall(r"[^\W\d_]+", row["text"].lower())))
    for word in seen["jailbreak"] | seen["benign"]:
        attacks, harmless = seen["jailbreak"][word], seen["benign"][word]
        if attacks + harmless >= 400:
            assert 0.1 <= attacks / (attacks + harmless) <= 0.9, (word, attacks, harmless)


def test_windows_mark_what_was_planted() -> None:
    found = list(guard.windows(3, 60))
    assert found == list(guard.windows(3, 60))
    assert Counter(row["label"] for row in found) == {"jailbreak": 60, "benign": 60}
    for row in found:
        for span in row["spans"]:
            assert 0 <= span["start"] < span["end"] <= len(row["text"])
