"""Writes multi/: one BERT with four heads by signalbox.json. Versions: folder.py."""

import hashlib
import json

import torch
from transformers import BertConfig, BertModel

from folder import cases, fresh, numbers, randomise, wordpiece, write_golden, write_json, write_tokenizer, write_weights

HEADS = [
    {"name": "embedding", "task": "embedding", "pooling": "mean", "dimensions": 32},
    {"name": "domain", "task": "sequence", "pooling": "cls", "hidden": 24, "activation": "gelu", "norm": True, "labels": ["law", "health", "maths"]},
    {"name": "jailbreak", "task": "sequence", "pooling": "max", "hidden": 16, "activation": "tanh", "labels": ["benign", "jailbreak"], "merge": "max"},
    {"name": "topics", "task": "sequence", "labels": ["code", "maths", "chat"], "multiLabel": True},
    {"name": "pii", "task": "token", "labels": ["O", "B-PERSON", "I-PERSON"]},
    {"name": "meaning", "task": "embedding", "pooling": "mean", "dimensions": 20},
]
ACTIVATIONS = {"gelu": torch.nn.GELU, "tanh": torch.nn.Tanh}


def layers(head):
    """The parts of a head by the names of their tensors."""
    outputs = len(head.get("labels", [])) or head["dimensions"]
    parts, width = {}, 32
    if "hidden" in head:
        parts["dense"] = torch.nn.Linear(width, head["hidden"])
        parts["activation"] = ACTIVATIONS[head["activation"]]()
        width = head["hidden"]
        if head.get("norm"):
            parts["norm"] = torch.nn.LayerNorm(width)
    if head["name"] != "embedding":
        parts["output"] = torch.nn.Linear(width, outputs)
    return torch.nn.ModuleDict(parts)


def pooled(head, states):
    if head["task"] == "token":
        return states
    return {"mean": states.mean(0), "cls": states[0], "max": states.amax(0)}[head.get("pooling", "mean")]


def main():
    folder, tokenizer = fresh("multi"), wordpiece()
    config = BertConfig(vocab_size=tokenizer.get_vocab_size(), max_position_embeddings=320, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=72)
    config.architectures = ["BertModel"]
    trunk = randomise(BertModel(config, add_pooling_layer=False), 41)
    heads = {head["name"]: randomise(layers(head), 42 + number) for number, head in enumerate(HEADS)}
    tensors = {f"bert.{name}": value for name, value in trunk.state_dict().items()}
    for name, head in heads.items():
        tensors.update({f"heads.{name}.{key}": value for key, value in head.state_dict().items()})
    write_weights(folder, tensors)
    write_json(folder / "config.json", json.loads(config.to_json_string()))
    write_tokenizer(folder, tokenizer)
    files = {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in ("model.safetensors", "config.json", "tokenizer.json")}
    write_json(folder / "signalbox.json", {"version": 1, "heads": HEADS, "files": files})

    def answer(ids, types):
        states = trunk(input_ids=ids, token_type_ids=types)[0][0]
        found = {}
        for head in HEADS:
            value = pooled(head, states)
            for part in heads[head["name"]].values():
                value = part(value)
            found[head["name"]] = numbers(value)
        return {"heads": found}

    write_golden(folder, cases(tokenizer, 320, answer))


if __name__ == "__main__":
    main()
