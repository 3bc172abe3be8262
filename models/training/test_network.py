"""Checks of the network: shapes of every head, branches apart, padding without weight, the same states as transformers."""

import pytest
import torch
from transformers import BertModel

import tiny_base
from heads import BY_NAME, HEADS
from network import BRANCHES, FORK, from_bert, layers_at, pool

IDS = torch.tensor([[2, 17, 40, 9, 3], [2, 55, 3, 0, 0]])
MASK = (IDS != 0).long()
TYPES = torch.zeros_like(IDS)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_a_head_answers_a_row_or_a_token(head):
    network = tiny_base.network().eval()
    answer = network(head.name, IDS, MASK, TYPES)
    width = len(head.labels) or network.config["hidden_size"]
    assert answer.shape == ((2, 5, width) if head.task == "token" else (2, width))


@pytest.mark.parametrize("head", [head for head in HEADS if head.task != "token"], ids=lambda head: head.name)
def test_padding_weighs_nothing(head):
    network = tiny_base.network().eval()
    both = network(head.name, IDS, MASK, TYPES)
    alone = network(head.name, IDS[1:, :3], MASK[1:, :3], TYPES[1:, :3])
    assert torch.allclose(both[1:], alone, atol=1e-5)


def test_pooling_sees_the_mask_alone():
    states = torch.arange(12.0).view(1, 4, 3)
    mask = torch.tensor([[1, 1, 0, 0]])
    assert pool(states, mask, "cls").tolist() == [[0, 1, 2]]
    assert pool(states, mask, "mean").tolist() == [[1.5, 2.5, 3.5]]
    assert pool(states, mask, "max").tolist() == [[3, 4, 5]]


def test_a_base_fills_both_branches_and_gives_the_states_of_transformers(tmp_path):
    place = tiny_base.folder(tmp_path / "base")
    network = from_bert(place).eval()
    theirs = BertModel.from_pretrained(place, add_pooling_layer=False).eval()
    with torch.no_grad():
        wanted = theirs(input_ids=IDS, attention_mask=MASK, token_type_ids=TYPES).last_hidden_state
        for branch in BRANCHES:
            given = network.states(branch, IDS, MASK, TYPES)
            assert torch.allclose(given[MASK.bool()], wanted[MASK.bool()], atol=1e-5)


def test_layers_below_the_fork_are_shared_and_those_above_are_not():
    network = tiny_base.network()
    assert [len(layers_at(network, number)) for number in range(4)] == [1] * FORK + [len(BRANCHES)] * (4 - FORK)
    network(BY_NAME["jailbreak"].name, IDS, MASK, TYPES).sum().backward()
    assert network.shared[0].query.weight.grad is not None
    assert network.branches["guard"][0].query.weight.grad is not None
    assert network.branches["meaning"][0].query.weight.grad is None
