"""Writes a trained network as a model folder: int8 weights with a scale a row, the heads' table, the tokenizer, hashes.

python export.py --state WORK/run/state.pt --base MINILM --out FOLDER [--temperatures WORK/run/temperatures.json] [--status WORK/run/status.json]
"""

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from heads import HEADS
from network import BRANCHES, LAYER_NAMES, Network

# int8 uses -127 … 127: the same on both sides of zero.
LARGEST = 127


def tensors(network: Network) -> dict[str, Tensor]:
    """By the names of a folder: those of transformers for one branch, and `branches.NAME.` before the upper layers of the others."""
    named: dict[str, Tensor] = {}
    table = {"words": "word_embeddings", "positions": "position_embeddings", "types": "token_type_embeddings", "norm": "LayerNorm"}
    for ours, theirs in table.items():
        take(named, getattr(network, ours), f"embeddings.{theirs}")
    for number, layer in enumerate(network.shared):
        take_layer(named, layer, f"encoder.layer.{number}")
    for place, name in enumerate(BRANCHES):
        before = "" if place == 0 else f"branches.{name}."
        for number, layer in enumerate(network.branches[name], network.fork):
            take_layer(named, layer, f"{before}encoder.layer.{number}")
    for head in HEADS:
        own = network.heads[head.name]
        for part in ("dense", "output"):
            if getattr(own, part) is not None:
                take(named, getattr(own, part), f"heads.{head.name}.{part}")
    return named


def take_layer(named: dict[str, Tensor], layer: torch.nn.Module, at: str) -> None:
    for ours, theirs in LAYER_NAMES.items():
        take(named, getattr(layer, ours), f"{at}.{theirs}")


def take(named: dict[str, Tensor], module: torch.nn.Module, name: str) -> None:
    named[f"{name}.weight"] = module.weight.detach()
    if getattr(module, "bias", None) is not None:
        named[f"{name}.bias"] = module.bias.detach()


def cooled(named: dict[str, Tensor], temperatures: dict[str, float]) -> dict[str, Tensor]:
    """Divides the logits of each head by its temperature (Guo et al., 2017)."""
    factor = {f"heads.{head}.output.{part}": 1 / value for head, value in temperatures.items() for part in ("weight", "bias")}
    return {name: value * factor.get(name, 1.0) for name, value in named.items()}


def packed(named: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as int8 with `NAME.scale`, tables of positions in f16, vectors in f32."""
    made: dict[str, Tensor] = {}
    for name, value in sorted(named.items()):
        if value.dim() == 1:
            made[name] = value.float().contiguous()
        elif "position" in name or "token_type" in name:
            made[name] = value.half().contiguous()
        else:
            scale = value.abs().amax(1).clamp(min=1e-12) / LARGEST
            made[name] = torch.round(value / scale[:, None]).clamp(-LARGEST, LARGEST).to(torch.int8).contiguous()
            made[f"{name}.scale"] = scale.float().contiguous()
    return made


def manifest(folder: Path, network: Network, status: dict[str, str]) -> dict:
    heads = []
    for head in HEADS:
        entry: dict = {"name": head.name, "task": head.task}
        if head.task != "token":
            entry["pooling"] = head.pooling
        if head.branch != BRANCHES[0]:
            entry["branch"] = head.branch
        if head.hidden:
            entry |= {"hidden": head.hidden, "activation": "gelu"}
        if head.labels:
            entry["labels"] = list(head.labels)
        if head.merge != "mean":
            entry["merge"] = head.merge
        if status.get(head.name):
            entry["status"] = status[head.name]
        heads.append(entry)
    branches = [{"name": name, "from": network.fork} for name in BRANCHES[1:]]
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in ("model.safetensors", "tokenizer.json", "config.json")}
    return {"version": 1, "branches": branches, "heads": heads, "files": files}


def joined(states: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The branches and heads of each run, in the order of the branches; what they share was frozen."""
    if len(states) == 1:
        return states[0]
    owner = {f"branches.{name}.": state for name, state in zip(BRANCHES, states)}
    owner |= {f"heads.{head.name}.": states[BRANCHES.index(head.branch)] for head in HEADS}
    return {name: next((state for prefix, state in owner.items() if name.startswith(prefix)), states[0])[name] for name in states[0]}


def read_json(path: Path | None) -> dict:
    return json.loads(path.read_text()) if path else {}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--state", type=Path, required=True, nargs="+", help="of one run, or of two that each trained a branch: meaning, then guard")
    for name in ("base", "out"):
        options.add_argument(f"--{name}", type=Path, required=True)
    for name in ("temperatures", "status"):
        options.add_argument(f"--{name}", type=Path)
    chosen = options.parse_args()
    config = json.loads((chosen.base / "config.json").read_text())
    network = Network(config)
    network.load_state_dict(joined([torch.load(path, map_location="cpu", weights_only=True)["network"] for path in chosen.state]))
    chosen.out.mkdir(parents=True, exist_ok=True)
    save_file(packed(cooled(tensors(network), read_json(chosen.temperatures))), chosen.out / "model.safetensors")
    kept = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "vocab_size", "max_position_embeddings",
            "type_vocab_size", "layer_norm_eps", "hidden_act", "pad_token_id", "position_embedding_type")  # fmt: skip
    written = {"model_type": "bert", "architectures": ["BertModel"], **{key: config[key] for key in kept}}
    (chosen.out / "config.json").write_text(json.dumps(written, indent=1) + "\n")
    tokens = json.loads((chosen.base / "tokenizer.json").read_text())
    tokens["truncation"] = tokens["padding"] = None
    (chosen.out / "tokenizer.json").write_text(json.dumps(tokens, ensure_ascii=False, separators=(",", ":")))
    (chosen.out / "signalbox.json").write_text(json.dumps(manifest(chosen.out, network, read_json(chosen.status)), indent=1) + "\n")
    for path in sorted(chosen.out.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
