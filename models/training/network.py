"""The network in PyTorch: a BERT encoder whose upper layers stand twice, once for meaning and once for guard and tags, with heads on them."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from heads import GUARD, HEADS, MEANING, Head

BRANCHES = (MEANING, GUARD)
# Layers below this one are shared.
FORK = 3


class Layer(nn.Module):
    """One layer of BERT (Devlin et al., 2018), post-norm, its tensors named as transformers names them."""

    def __init__(self, hidden: int, heads: int, inner: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(hidden, hidden) for _ in range(4))
        self.attention_norm = nn.LayerNorm(hidden, epsilon)
        self.up, self.down = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.norm = nn.LayerNorm(hidden, epsilon)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        rows, length, hidden = states.shape
        split = lambda x: x.view(rows, length, self.heads, -1).transpose(1, 2)
        context = functional.scaled_dot_product_attention(
            split(self.query(states)), split(self.key(states)), split(self.value(states)), attn_mask=mask
        )
        context = context.transpose(1, 2).reshape(rows, length, hidden)
        states = self.attention_norm(states + self.out(context))
        return self.norm(states + self.down(functional.gelu(self.up(states))))


# Our names of a layer's tensors beside those of transformers.
LAYER_NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "out": "attention.output.dense", "attention_norm": "attention.output.LayerNorm",
    "up": "intermediate.dense", "down": "output.dense", "norm": "output.LayerNorm",
}  # fmt: skip


class HeadLayers(nn.Module):
    """What a head does to the pooled state of a row, or to each token."""

    def __init__(self, head: Head, width: int) -> None:
        super().__init__()
        self.head = head
        self.dense = nn.Linear(width, head.hidden) if head.hidden else None
        self.output = nn.Linear(head.hidden or width, len(head.labels)) if head.labels else None
        self.dropout = nn.Dropout(0.1)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        rows = states if self.head.task == "token" else pool(states, mask, self.head.pooling)
        if self.output is None:
            return rows
        if self.dense is not None:
            rows = functional.gelu(self.dense(self.dropout(rows)))
        return self.output(self.dropout(rows))


def pool(states: Tensor, mask: Tensor, pooling: str) -> Tensor:
    """`[rows, tokens, width]` and `[rows, tokens]` of 0 and 1 to `[rows, width]`."""
    if pooling == "cls":
        return states[:, 0]
    inside = mask.unsqueeze(-1).bool()
    if pooling == "max":
        return states.masked_fill(~inside, -1e4).amax(1)
    kept = states.masked_fill(~inside, 0.0)
    return kept.sum(1) / inside.sum(1)


class Network(nn.Module):
    """Encoder and heads. `forward` gives the raw answer of one head."""

    def __init__(self, config: dict, fork: int = FORK) -> None:
        super().__init__()
        self.config, self.fork = config, fork
        hidden, epsilon = config["hidden_size"], config["layer_norm_eps"]
        self.words = nn.Embedding(config["vocab_size"], hidden)
        self.positions = nn.Embedding(config["max_position_embeddings"], hidden)
        self.types = nn.Embedding(config["type_vocab_size"], hidden)
        self.norm = nn.LayerNorm(hidden, epsilon)
        layer = lambda: Layer(hidden, config["num_attention_heads"], config["intermediate_size"], epsilon)
        self.shared = nn.ModuleList(layer() for _ in range(fork))
        upper = config["num_hidden_layers"] - fork
        self.branches = nn.ModuleDict({name: nn.ModuleList(layer() for _ in range(upper)) for name in BRANCHES})
        self.heads = nn.ModuleDict({head.name: HeadLayers(head, hidden) for head in HEADS})

    def forward(self, head: str, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        return self.heads[head](self.states(self.heads[head].head.branch, ids, mask, types), mask)

    def states(self, branch: str, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Hidden states `[rows, tokens, width]` of one branch; padding has `mask` 0."""
        return above(self.branches[branch], self.below(ids, mask, types), mask)

    def below(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """The states at the fork."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states = self.norm(self.words(ids) + self.positions(places) + self.types(types))
        return above(self.shared, states, mask)


def above(layers: nn.ModuleList, states: Tensor, mask: Tensor) -> Tensor:
    """`states` through `layers`."""
    shut = torch.zeros(mask.shape, device=states.device).masked_fill(mask == 0, float("-inf"))[:, None, None, :]
    for layer in layers:
        states = layer(states, shut)
    return states


def from_bert(folder: Path, fork: int = FORK) -> Network:
    """The network with the weights of a BERT checkpoint in both branches, and fresh heads."""
    config = json.loads((folder / "config.json").read_text())
    tensors = load_file(folder / "model.safetensors")
    network = Network(config, fork)
    names = {
        "words": "embeddings.word_embeddings", "positions": "embeddings.position_embeddings",
        "types": "embeddings.token_type_embeddings", "norm": "embeddings.LayerNorm",
    }  # fmt: skip
    with torch.no_grad():
        for ours, theirs in names.items():
            fill(getattr(network, ours), tensors, theirs)
        for number in range(config["num_hidden_layers"]):
            for layer in layers_at(network, number):
                for ours, theirs in LAYER_NAMES.items():
                    fill(getattr(layer, ours), tensors, f"encoder.layer.{number}.{theirs}")
    return network


def layers_at(network: Network, number: int) -> list[Layer]:
    """The layer of this number: one where it is shared, else one a branch."""
    if number < network.fork:
        return [network.shared[number]]
    return [network.branches[name][number - network.fork] for name in BRANCHES]


def fill(module: nn.Module, tensors: dict[str, Tensor], name: str) -> None:
    module.weight.copy_(tensors[f"{name}.weight"])
    if getattr(module, "bias", None) is not None:
        module.bias.copy_(tensors[f"{name}.bias"])
