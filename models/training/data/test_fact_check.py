"""Tests the fact-check generator: repeatable, known labels, balanced by label, language and length."""

import fact_check
import generator_checks


def test_rows():
    rows = generator_checks.check(fact_check, {"needs-check": 0.5, "no-check": 0.5}, least=5000)
    generator_checks.check_languages(rows, share=(0.17, 0.25), least=12)
    generator_checks.check_cue(rows, lambda row: row["text"].rstrip().endswith("?"), spread=0.3)
    generator_checks.check_lengths(rows, factor=1.6)
