"""Checks of the domain generator: same rows for the same seed, known labels, balance, and exam stems that read like chat."""

import collections
import random

import domain


def test_rows_are_deterministic_and_well_formed():
    first, again = list(domain.rows(7)), list(domain.rows(7))
    assert first == again
    assert first != list(domain.rows(8))
    assert len(first) >= 6000
    for row in first:
        assert set(row) == {"text", "head", "label", "source", "language"}
        assert row["head"] == "domain" and row["label"] in domain.LABELS
        assert row["text"] == row["text"].strip() and row["text"] and "{" not in row["source"]
    assert len({row["text"] for row in first}) == len(first)


def test_labels_languages_and_lengths_are_balanced():
    rows = list(domain.rows(1))
    by_label = collections.Counter(row["label"] for row in rows)
    assert max(by_label.values()) <= 1.34 * min(by_label.values())
    foreign = [row for row in rows if row["language"] != "en"]
    assert 0.12 <= len(foreign) / len(rows) <= 0.2
    cells = collections.Counter((row["language"], row["label"]) for row in foreign)
    assert len(cells) == 9 * 14 and max(cells.values()) <= 3 * min(cells.values())
    means = {label: sum(len(row["text"]) for row in rows if row["label"] == label) / count for label, count in by_label.items()}
    assert max(means.values()) <= 1.25 * min(means.values())


def test_chat_style_drops_the_options():
    stems = [
        "Which of the following is a second messenger that stimulates release of calcium ions into the cytoplasm?",
        "Which of the following statements about the lac operon is true?",
        "All of the following are symptoms of depression EXCEPT:",
        "The energy stored in the magnetic field in a solenoid 30 cm long is",
        "The organ that removes bilirubin from the blood is",
        "A/an ___________ is a program that steals your logins.",
        "For which of these two scenarios does the main character do something clearly morally wrong? Scenario 1 | I fed the dog. Scenario 2 | I kicked the dog.",
    ]
    for seed in range(40):
        for stem in stems:
            text = domain.chat_style(stem, random.Random(seed))
            assert text and "of the following" not in text.lower() and "scenario" not in text.lower()
            assert text == domain.chat_style(stem, random.Random(seed))
