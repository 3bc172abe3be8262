"""A base of a few kilobytes for tests: a random BERT of four layers in a folder, as train.py and export.py read one."""

import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from export import tensors
from network import Network

TINY = Path(__file__).parent.parent / "tiny"


def config(vocabulary: int = 400) -> dict:
    return {
        "model_type": "bert", "vocab_size": vocabulary, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
        "intermediate_size": 48, "max_position_embeddings": 300, "type_vocab_size": 2, "layer_norm_eps": 1e-12, "hidden_act": "gelu",
        "pad_token_id": 0, "position_embedding_type": "absolute",
    }  # fmt: skip


def network(seed: int = 1) -> Network:
    torch.manual_seed(seed)
    return Network(config())


def folder(place: Path, seed: int = 1) -> Path:
    """Writes the meaning branch of a random network, by transformers' names."""
    place.mkdir(parents=True)
    named = {name: value.contiguous() for name, value in tensors(network(seed)).items() if not name.startswith(("heads.", "branches."))}
    save_file(named, place / "model.safetensors")
    (place / "config.json").write_text(json.dumps(config()))
    (place / "tokenizer.json").write_bytes((TINY / "bert" / "tokenizer.json").read_bytes())
    return place
