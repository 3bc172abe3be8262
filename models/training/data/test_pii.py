"""The generator of personal data: same seed same rows, spans that hold, a balance that teaches, and the corpora in our types."""

import collections
import itertools
import json
import re

import pii
import pii_corpus
import pii_slots
import pii_values
import pytest

TYPES = set(
    "PERSON EMAIL_ADDRESS PHONE_NUMBER US_SSN CREDIT_CARD IBAN_CODE IP_ADDRESS STREET_ADDRESS ORGANIZATION LOCATION DATE_TIME URL USERNAME "
    "PASSPORT DRIVER_LICENSE BANK_ACCOUNT AGE NRP TITLE".split()
)
COUNT = 6000


@pytest.fixture(scope="module")
def made():
    return list(pii.rows(11, COUNT))


def test_same_seed_same_rows(made):
    assert list(itertools.islice(pii.rows(11), 300)) == made[:300]
    assert list(itertools.islice(pii.rows(12), 50)) != made[:50]


def test_texts_are_distinct_and_of_the_agreed_length(made):
    assert len({row["text"] for row in made}) == COUNT
    assert all(2 <= len(row["text"].split()) <= 150 for row in made)


def test_spans_are_in_range_apart_and_known(made):
    for row in made:
        at = 0
        for span in row["spans"]:
            assert at <= span["start"] < span["end"] <= len(row["text"]), row
            assert span["type"] in TYPES
            held = row["text"][span["start"] : span["end"]]
            assert held == held.strip(), (row, span)
            at = span["end"]


def test_no_slot_is_left_in_a_text(made):
    assert not [row["text"] for row in made if re.search(r"\{\{[#=]?(p\d?|org|city|[a-z]+\d?)(\.[a-z]+)?\}\}", row["text"])]


def test_balance(made):
    languages = collections.Counter(row["language"] for row in made)
    assert 0.56 < languages["en"] / COUNT < 0.64
    assert min(languages.values()) > 0.03 * COUNT
    assert 0.25 < sum(not row["spans"] for row in made) / COUNT < 0.35
    types = collections.Counter(span["type"] for row in made for span in row["spans"])
    assert set(types) == TYPES
    assert min(types.values()) > 0.01 * COUNT
    families = collections.Counter(row["source"] for row in made)
    assert len(families) > 25 and max(families.values()) < 0.15 * COUNT


def test_neither_length_nor_case_tells_the_negatives(made):
    lengths = {kind: [len(row["text"].split()) for row in made if bool(row["spans"]) == kind] for kind in (True, False)}
    assert sum(length > 25 for length in lengths[False]) > 0.08 * len(lengths[False])
    assert sum(length <= 8 for length in lengths[True]) > 0.08 * len(lengths[True])
    lower = {kind: [row["text"].islower() for row in made if bool(row["spans"]) == kind] for kind in (True, False)}
    assert all(0.08 < sum(values) / len(values) < 0.4 for values in lower.values())


def test_templates_are_many_and_fill():
    every = [(language, text) for language, families in pii.templates().items() for family, texts in families.items() if family != "wrap" for text in texts]
    assert len({text for _, text in every}) >= 600
    assert sum("{{" in text and not family.startswith("neg-") for families in pii.templates().values() for family, texts in families.items() for text in texts) >= 400
    for language, text in every:
        assert pii_slots.render(pii.random.Random(3), language, text)


def test_titles_and_possessives_stand_outside():
    pieces = pii_slots.render(pii.random.Random(5), "en", "{{hon}} {{p.last}}'s dog, {{=PERSON:Rose}}")
    assert [kind for _, kind in pieces] == ["TITLE", None, "PERSON", None, "PERSON"]
    assert pieces[3][0] == "'s dog, " and pieces[4][0] == "Rose"


def test_numbers_check():
    rng = pii.random.Random(7)
    for _ in range(200):
        card = re.sub(r"\D", "", pii_values.card(rng))
        assert pii_values.luhn_digit(card[:-1]) == card[-1]
        false = pii_values.bad_card(rng)
        assert pii_values.luhn_digit(false[:-1]) != false[-1]
        iban = pii_values.iban(rng).replace(" ", "")
        assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


@pytest.fixture
def folder(tmp_path):
    text = "Dr. Ana Ruiz lives at 12 Calle Sol, Lima. Mrs. Bell too."
    spans = [("PREFIX", "Dr."), ("PERSON", "Ana Ruiz"), ("ADDRESS", "12"), ("STREET_ADDRESS", "Calle Sol"), ("GPE", "Lima"), ("PERSON", "Mrs. Bell")]
    found = [{"start": text.index(part), "end": text.index(part) + len(part), "type": kind} for kind, part in reversed(spans)]
    (tmp_path / "pii.jsonl").write_text(json.dumps({"text": text, "spans": found, "source": "presidio-x"}) + "\n")
    wiki = {"tokens": ["''", "Ana", "Ruiz", "(", "singer", ")", "left", "Lima", ",", "Peru", "."], "tags": ["O", "B-PER", "I-PER", "I-PER", "I-PER", "I-PER", "O", "B-LOC", "I-LOC", "I-LOC", "O"]}
    (tmp_path / "entities.jsonl").write_text(json.dumps({**wiki, "language": "en", "source": "wikiann"}) + "\n")
    return tmp_path


def test_corpora_come_in_our_types(folder):
    first, second = pii.corpus_rows(folder)
    shown = lambda row: [(span["type"], row["text"][span["start"] : span["end"]]) for span in row["spans"]]
    assert shown(first) == [("TITLE", "Dr."), ("PERSON", "Ana Ruiz"), ("STREET_ADDRESS", "12 Calle Sol"), ("LOCATION", "Lima"), ("TITLE", "Mrs."), ("PERSON", "Bell")]
    assert second["text"] == "Ana Ruiz (singer) left Lima, Peru."
    assert shown(second) == [("PERSON", "Ana Ruiz"), ("LOCATION", "Lima, Peru")]
    assert set(pii_corpus.TYPES.values()) <= TYPES
