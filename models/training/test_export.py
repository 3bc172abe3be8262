"""Checks of the exported folder: int8 within half a step, temperatures in the last layer, a graph of ONNX with the network's states."""

import json
import sys

import numpy
import onnxruntime
import torch
from safetensors.torch import load_file

import export
import graph
import tiny_base
from export import LARGEST, cooled, packed, tensors
from heads import HEADS


def widened(stored, name):
    return stored[name].float() * stored[f"{name}.scale"][:, None] if f"{name}.scale" in stored else stored[name].float()


def test_packed_weights_come_back_within_half_a_step():
    named = tensors(tiny_base.network())
    named["heads.domain.output.weight"][0] = 0.0
    stored = packed(named)
    for name, value in named.items():
        back = widened(stored, name)
        if value.dim() == 1:
            assert torch.equal(back, value)
        elif f"{name}.scale" in stored:
            assert stored[name].dtype == torch.int8 and stored[name].abs().max() <= LARGEST
            assert ((back - value).abs() <= stored[f"{name}.scale"][:, None] * 0.501).all()
        else:
            assert stored[name].dtype == torch.float16
            assert torch.allclose(back, value, rtol=1e-3, atol=1e-6)


def test_a_temperature_divides_the_logits_of_its_head_alone():
    named = tensors(tiny_base.network())
    cold = cooled(named, {"domain": 2.0})
    changed = {name for name in named if not torch.equal(named[name], cold[name])}
    assert changed == {"heads.domain.output.weight", "heads.domain.output.bias"}
    assert torch.allclose(cold["heads.domain.output.weight"] * 2, named["heads.domain.output.weight"])


def test_a_folder_holds_what_the_network_held(tmp_path, monkeypatch):
    network = tiny_base.network().eval()
    base, state, out = tiny_base.folder(tmp_path / "base"), tmp_path / "state.pt", tmp_path / "out"
    torch.save({"network": network.state_dict()}, state)
    monkeypatch.setattr(sys, "argv", ["export.py", "--state", str(state), "--base", str(base), "--out", str(out)])
    export.main()
    manifest = json.loads((out / "signalbox.json").read_text())
    assert [head["name"] for head in manifest["heads"]] == [head.name for head in HEADS]
    assert set(manifest["files"]) == {"model.safetensors", "tokenizer.json", "config.json"}
    stored = load_file(out / "model.safetensors")
    assert set(stored) >= set(tensors(network))
    # The graph reads the same bytes: both networks have rounded weights.
    with torch.no_grad():
        for name, value in tensors(network).items():
            value.copy_(widened(stored, name))
    monkeypatch.setattr(sys, "argv", ["graph.py", str(out)])
    graph.main()
    ids = numpy.array([[2, 17, 40, 9, 3], [2, 55, 3, 0, 0]])
    mask = (ids != 0).astype(numpy.int64)
    feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
    session = onnxruntime.InferenceSession(out / "model.onnx")
    outputs = dict(zip((one.name for one in session.get_outputs()), session.run(None, feeds)))
    for branch, name in {"meaning": "last_hidden_state", "guard": "guard.last_hidden_state"}.items():
        with torch.no_grad():
            wanted = network.states(branch, *(torch.tensor(feeds[key]) for key in ("input_ids", "attention_mask", "token_type_ids"))).numpy()
        assert abs(outputs[name] - wanted)[mask.astype(bool)].max() < 2e-4
