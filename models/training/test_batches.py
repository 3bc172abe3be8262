"""Checks of rows on their way to batches: tags on tricky offsets, windows, groups that take every item once, a teacher's rows."""

import random

import pytest
import torch

import tiny_base
from batches import IGNORED, SMOOTHING, Item, Stream, batch, grouped, items, spread, tokeniser
from heads import BY_NAME

WORDS = tokeniser(tiny_base.TINY / "bert")
PII = BY_NAME["pii"]


def spans_in(text, *found):
    """Spans of (words, type) where they first stand in the text."""
    return [{"start": text.index(words), "end": text.index(words) + len(words), "type": kind} for words, kind in found]


TRICKY = [
    ("plain", "My name is Ada Lovelace.", [("Ada Lovelace", "PERSON")]),
    ("after an emoji of several code points", "👩‍👩‍👧 Ada wrote", [("Ada", "PERSON")]),
    ("combining accent inside", "call Rene\u0301 now", [("Rene\u0301", "PERSON")]),
    ("accent that the normaliser takes away", "ask Müller, please", [("Müller", "PERSON")]),
    ("no space between scripts", "電話は030です", [("030", "PHONE_NUMBER")]),
    ("part of a word", "user=ada;", [("ada", "USERNAME")]),
    ("two spans that touch", "AdaBerlin", [("Ada", "PERSON"), ("Berlin", "LOCATION")]),
    ("neighbours of one type", "Ada Bob", [("Ada", "PERSON"), ("Bob", "PERSON")]),
    ("at both ends", "Ada met Bob", [("Ada", "PERSON"), ("Bob", "PERSON")]),
    ("given out of order", "Ada met Bob", [("Bob", "PERSON"), ("Ada", "PERSON")]),
    ("none", "nobody here", []),
]


@pytest.mark.parametrize(("text", "found"), [case[1:] for case in TRICKY], ids=[case[0] for case in TRICKY])
def test_a_tag_stands_on_every_token_of_a_span_and_on_no_other(text, found):
    row = {"text": text, "spans": spans_in(text, *found), "source": "test"}
    [made] = items([row], PII, WORDS, random.Random(1))
    code = WORDS.encode(text)
    begun = set()
    for target, special, (start, end) in zip(made.target, code.special_tokens_mask, code.offsets):
        if special:
            assert target == IGNORED
            continue
        over = [number for number, span in enumerate(sorted(row["spans"], key=lambda one: one["start"])) if span["start"] < end and span["end"] > start]
        if not over:
            assert PII.labels[target] == "O"
            continue
        kind = sorted(row["spans"], key=lambda one: one["start"])[over[0]]["type"]
        assert PII.labels[target] == f"{'I' if over[0] in begun else 'B'}-{kind}"
        begun.add(over[0])
    assert begun or not found


def test_long_texts_become_windows_with_their_ends_and_their_tags():
    text = "route the request " * 400 + "to Ada"
    row = {"text": text, "spans": spans_in(text, ("Ada", "PERSON")), "source": "test"}
    for seed in range(8):
        [made] = items([row], PII, WORDS, random.Random(seed))
        assert len(made.ids) == len(made.types) == len(made.target) == PII.tokens
        assert (made.ids[0], made.ids[-1]) == (WORDS.token_to_id("[CLS]"), WORDS.token_to_id("[SEP]"))
        assert made.target[0] == made.target[-1] == IGNORED


def drawn(seed):
    luck = random.Random(seed)
    return [Item([1] * luck.randint(1, 90), [], number, "", [1] * luck.randint(1, 90) if luck.random() < 0.3 else None) for number in range(300)]


@pytest.mark.parametrize("luck", [None, random.Random(5)])
def test_groups_take_every_item_once_within_their_size(luck):
    rows = drawn(3)
    taken = []
    for group in grouped(rows, 512, luck):
        taken += [one.target for one in group]
        paired = [one.other is not None for one in group]
        assert len(set(paired)) == 1
        widest = max(max(len(one.ids), len(one.other or ())) for one in group)
        assert len(group) == 1 or widest * (2 if paired[0] else 1) * len(group) <= 512
    assert sorted(taken) == list(range(300))


def test_a_stream_goes_through_all_rows_before_it_begins_anew():
    head = BY_NAME["reasoning"]
    rows = [Item([1] * (number % 7 + 2), [0] * (number % 7 + 2), number % 2, "") for number in range(50)]
    stream = Stream(head, rows, 64, seed=2)
    count = 0
    while stream.rounds < 2:
        made = next(stream)
        count += len(made.ids) if stream.rounds < 2 else 0
    assert count == 50


def test_scored_pairs_stand_left_before_right():
    made = batch(BY_NAME["embedding"], [Item([2, 5, 3], [0] * 3, 0.5, "", [2, 6, 7, 3]), Item([2, 3], [0] * 2, 0.9, "", [2, 8, 3])])
    assert made.pairs == 2
    assert made.ids.tolist() == [[2, 5, 3, 0], [2, 3, 0, 0], [2, 6, 7, 3], [2, 8, 3, 0]]
    assert made.mask.sum(1).tolist() == [3, 2, 4, 3]


def test_rows_of_a_teacher_keep_their_probabilities_beside_labels():
    head = BY_NAME["jailbreak"]
    rows = [
        {"text": "a", "probabilities": {"jailbreak": 0.25, "benign": 0.75}, "source": "teacher"},
        {"text": "b", "label": "jailbreak", "source": "test"},
    ]
    made = batch(head, items(rows, head, WORDS, random.Random(1)))
    wanted = torch.tensor([[0.75, 0.25], [SMOOTHING / 2, 1 - SMOOTHING / 2]])
    assert torch.allclose(made.target, wanted, atol=1e-6)
    assert spread(1, 4) == pytest.approx((SMOOTHING / 4, 1 - SMOOTHING * 3 / 4, SMOOTHING / 4, SMOOTHING / 4))
    alone = batch(head, items(rows[1:], head, WORDS, random.Random(1)))
    assert alone.target.dtype == torch.long and alone.target.tolist() == [1]


@pytest.mark.parametrize("given", [{"benign": 0.5, "attack": 0.5}, {}, {"benign": 0.0}])
def test_probabilities_of_other_labels_are_refused(given):
    head = BY_NAME["jailbreak"]
    with pytest.raises(ValueError, match="probabilities of"):
        items([{"text": "a", "probabilities": given, "source": "teacher"}], head, WORDS, random.Random(1))
