"""Checks of the baselines: recall where alarms are rare, columns for both texts of a pair, MiniLM's features, the table."""

import numpy
import pytest

import tiny_base
from baselines import Frozen, Words, fitted, recall_at, table
from heads import BY_NAME

ROWS = [{"text": f"good morning number {n % 9}", "pair": f"hello {n % 9}", "label": "a"} for n in range(20)]
ROWS += [{"text": f"evil night number {n % 9}", "pair": f"farewell {n % 9}", "label": "b"} for n in range(20)]


@pytest.mark.parametrize(("attacks", "recall"), [([0.95, 0.6], 0.5), ([0.1, 0.2], 0.0), ([0.91, 0.99], 1.0)])
def test_recall_counts_attacks_above_all_but_one_in_a_hundred(attacks, recall):
    benign = numpy.linspace(0, 0.9, 199)
    scores = numpy.concatenate([benign, [1.0], attacks])
    truth = numpy.array([False] * 200 + [True] * len(attacks))
    assert recall_at(scores, truth, 0.005) == recall


def test_words_keep_the_sides_of_a_pair_apart():
    features = Words(ROWS)
    assert len(features.parts) == 4
    swapped = [{"text": row["pair"], "pair": row["text"]} for row in ROWS]
    assert (features(ROWS) != features(swapped)).nnz > 0
    alone = Words([{key: row[key] for key in ("text", "label")} for row in ROWS])
    assert len(alone.parts) == 2


def test_a_baseline_is_fitted_measured_and_told(tmp_path):
    frozen, head = Frozen(tiny_base.folder(tmp_path / "base")), BY_NAME["reasoning"]
    features = frozen.features(head, True)
    assert features(ROWS).shape == (40, 4 * 32)
    assert numpy.allclose(numpy.linalg.norm(features(ROWS)[:, :32], axis=1), 1, atol=1e-5)
    found = fitted(head, "tf-idf", Words(ROWS), ROWS, {"aside": ROWS, "reasoning": ROWS[:10]})
    assert found["reasoning"] == {"rows": 10, "accuracy": 1.0, "macroF1": 1.0}
    assert "| reasoning | tf-idf | 40 | 100.0% | reasoning 100.0% |" in table({"reasoning": {"tf-idf": found}})
