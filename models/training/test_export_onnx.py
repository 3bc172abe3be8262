"""Checks of exported checkpoints: their files, their answers beside PyTorch's, and that a graph which strays is not kept."""

import json
import sys

import numpy
import onnx
import pytest

import export_onnx
import tiny_base
from export_onnx import Agreement, checked, compared


def run(monkeypatch, name, out, *more):
    monkeypatch.setattr(sys, "argv", ["export_onnx.py", str(tiny_base.TINY / name), str(out), "--most-texts", "20", *more])
    export_onnx.main()


def test_a_classifier_is_written_and_a_quantised_graph_that_strays_is_not_kept(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="not kept"):
        run(monkeypatch, "bert_classifier", tmp_path, "--int8", "--least-labels", "1.01")
    assert {path.name for path in tmp_path.iterdir()} == {"model.onnx", "tokenizer.json", "config.json"}
    model = onnx.load(tmp_path / "model.onnx")
    assert [one.name for one in model.graph.output] == ["logits", "last_hidden_state"]
    assert not model.graph.value_info and not model.metadata_props


def test_modules_of_sentence_transformers_come_along(monkeypatch, tmp_path):
    run(monkeypatch, "bert_sentence", tmp_path, "--int8", "--least-cosine", "0.9")
    modules = json.loads((tmp_path / "modules.json").read_text())
    assert modules[0]["path"] == ""
    assert (tmp_path / "1_Pooling" / "config.json").exists() and (tmp_path / "2_Dense" / "model.safetensors").exists()
    assert (tmp_path / "model_quantized.onnx").stat().st_size < (tmp_path / "model.onnx").stat().st_size


def answer(logits, states):
    return [numpy.array([logits], numpy.float32), numpy.array([[states]], numpy.float32)]


@pytest.mark.parametrize(
    ("right", "several", "labels"),
    [(answer([2, 1], [1, 0]), False, 1.0), (answer([1, 2], [1, 0]), False, 0.0), (answer([2, -1], [1, 0]), True, 0.5)],
)
def test_agreement_counts_labels(right, several, labels):
    found = compared([answer([3, 1], [1, 0])], [right], True, several)
    assert found.labels == labels and found.least_cosine == pytest.approx(1)


def test_agreement_sees_states_that_turn():
    found = compared([answer([1], [1, 0])] * 2, [answer([1], [1, 0]), answer([1], [0, 1])], False, False)
    assert (found.least_cosine, found.mean_cosine) == (0, 0.5)


@pytest.mark.parametrize("found", [Agreement(0.9, 1, 1, 0), Agreement(1, 0.5, 0.9, 0)])
def test_a_graph_that_strays_is_taken_away(tmp_path, found):
    graph = tmp_path / "model_quantized.onnx"
    graph.write_bytes(b"graph")
    with pytest.raises(SystemExit):
        checked(found, graph, 0.98, 0.99)
    assert not graph.exists()
