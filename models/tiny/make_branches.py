"""Writes branches/: a BERT in int8 whose upper layers stand twice, and heads on either. Versions: folder.py."""

import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from folder import cases, fresh, numbers, randomise, wordpiece, write_golden, write_json, write_tokenizer
from make_multi import layers, pooled

sys.path.insert(0, str(Path(__file__).parent.parent / "training"))
import graph
from export import packed

LAYERS, FORK = 3, 1
HEADS = [
    {"name": "embedding", "task": "embedding", "pooling": "mean", "dimensions": 32},
    {"name": "domain", "task": "sequence", "pooling": "mean", "hidden": 24, "activation": "gelu", "labels": ["law", "health", "maths"]},
    {"name": "jailbreak", "task": "sequence", "branch": "guard", "pooling": "max", "labels": ["benign", "jailbreak"], "merge": "max"},
    {"name": "pii", "task": "token", "branch": "guard", "labels": ["O", "B-PERSON", "I-PERSON"], "status": "experimental"},
]


def wide(tensors):
    """What int8 tensors and their scales stand for."""
    scales = {name.removesuffix(".scale"): value for name, value in tensors.items() if name.endswith(".scale")}
    plain = {name: value for name, value in tensors.items() if not name.endswith(".scale")}
    return {name: value.float() * scales[name][:, None] if name in scales else value.float() for name, value in plain.items()}


def upper(name):
    """Whether a tensor is of the layers above the fork."""
    return name.startswith("encoder.layer.") and int(name.split(".")[2]) >= FORK


def main():
    folder, tokenizer = fresh("branches"), wordpiece()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, hidden_size=32, num_hidden_layers=LAYERS, num_attention_heads=4, intermediate_size=72)
    config.architectures = ["BertModel"]
    trunk, guard = (randomise(BertModel(config, add_pooling_layer=False), seed) for seed in (51, 52))
    heads = {head["name"]: randomise(layers(head), 53 + number) for number, head in enumerate(HEADS)}
    named = dict(trunk.state_dict())
    named |= {f"branches.guard.{name}": value for name, value in guard.state_dict().items() if upper(name)}
    for name, head in heads.items():
        named |= {f"heads.{name}.{key}": value for key, value in head.state_dict().items()}
    stored = packed({name: value.detach() for name, value in named.items() if not name.endswith("position_ids")})
    save_file(stored, folder / "model.safetensors")
    known = wide(stored)
    trunk.load_state_dict({name: known[name] for name in trunk.state_dict()})
    guard.load_state_dict({name: known[f"branches.guard.{name}" if upper(name) else name] for name in guard.state_dict()})
    for name, head in heads.items():
        head.load_state_dict({key: known[f"heads.{name}.{key}"] for key in head.state_dict()})
    write_json(folder / "config.json", json.loads(config.to_json_string()))
    write_tokenizer(folder, tokenizer)
    files = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in ("model.safetensors", "config.json", "tokenizer.json")}
    branches = [{"name": "guard", "from": FORK}]
    write_json(folder / "signalbox.json", {"version": 1, "branches": branches, "heads": HEADS, "files": files})
    for name, quantised in {"model.onnx": False, "model_quantized.onnx": True}.items():
        (folder / name).write_bytes(graph.model(folder, quantised).SerializeToString())

    def answer(ids, types):
        states = {None: trunk(input_ids=ids, token_type_ids=types)[0][0], "guard": guard(input_ids=ids, token_type_ids=types)[0][0]}
        found = {}
        for head in HEADS:
            value = pooled(head, states[head.get("branch")])
            for part in heads[head["name"]].values():
                value = part(value)
            found[head["name"]] = numbers(value)
        return {"heads": found}

    write_golden(folder, cases(tokenizer, 320, answer))


if __name__ == "__main__":
    with torch.no_grad():
        main()
