"""Tests the modality generator: repeatable, known labels in their shares, picture words under every label."""

import re

import generator_checks
import modality

PICTURE_WORDS = re.compile(r"\b(image|picture|photo|draw\w*|paint\w*|sketch|illustrat\w*|logo|portrait|poster)s?\b", re.IGNORECASE)


def test_rows():
    rows = generator_checks.check(modality, {"AR": 0.45, "DIFFUSION": 0.35, "BOTH": 0.2}, least=4000)
    generator_checks.check_languages(rows, share=(0.16, 0.26), least=12)
    generator_checks.check_lengths(rows, factor=1.4)


def test_picture_words_do_not_tell():
    own = generator_checks.by_label([row for row in modality.rows(1) if row["language"] == "en"])
    rates = {label: sum(bool(PICTURE_WORDS.search(row["text"])) for row in rows) / len(rows) for label, rows in own.items()}
    assert rates["AR"] > 0.27, rates
    assert rates["DIFFUSION"] < 0.7, rates
