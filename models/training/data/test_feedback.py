"""Tests the feedback generator: repeatable, four labels balanced, replies as pairs that say nothing of the label."""

from statistics import mean

import feedback
import generator_checks

LABELS = ["satisfied", "need-clarification", "wrong-answer", "want-different"]


def test_rows():
    rows = generator_checks.check(feedback, dict.fromkeys(LABELS, 0.25), least=5000)
    generator_checks.check_languages(rows, share=(0.17, 0.25), least=12)
    generator_checks.check_cue(rows, lambda row: "thank" in row["text"].lower(), spread=0.16)
    generator_checks.check_cue(rows, lambda row: len(row["text"]) < 16, spread=0.12)
    generator_checks.check_lengths(rows, factor=1.5)


def test_replies_say_nothing_of_the_label():
    rows = list(feedback.rows(1))
    generator_checks.check_cue(rows, lambda row: "pair" in row, spread=0.06)
    with_reply = [row for row in rows if "pair" in row]
    assert 0.45 < len(with_reply) / len(rows) < 0.55
    lengths = [mean(len(row["pair"]) for row in own) for own in generator_checks.by_label(with_reply).values()]
    assert max(lengths) < 1.15 * min(lengths)
