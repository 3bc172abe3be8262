"""Checks of the losses: the order of pairs, a teacher's probabilities, and every head once through one step."""

import copy
import random

import pytest
import torch

import tiny_base
from batches import SMOOTHING, batch, items, tokeniser
from heads import HEADS, MEANING
from losses import cosent, divergence, loss

WORDS = tokeniser(tiny_base.TINY / "bert")


def test_cosent_knows_the_order_of_pairs():
    score = torch.tensor([0.1, 0.5, 0.9])
    right, wrong = torch.tensor([0.0, 0.5, 1.0]), torch.tensor([1.0, 0.5, 0.0])
    assert cosent(right, score) < 1e-3
    assert cosent(wrong, score) > 5
    assert cosent(wrong, torch.full((3,), 0.4)) == 0
    # Only the order counts, not the scale of the scores.
    assert torch.allclose(cosent(wrong, score), cosent(wrong, score * 0.01))


def test_divergence_is_nothing_at_the_teacher_and_pulls_towards_it():
    wanted = torch.tensor([[0.7, 0.2, 0.1]])
    answer = wanted.log().requires_grad_()
    assert divergence(answer, wanted).abs() < 1e-6
    answer = torch.zeros(1, 3, requires_grad=True)
    divergence(answer, wanted).backward()
    assert torch.allclose(answer.grad, torch.full((1, 3), 1 / 3) - wanted, atol=1e-6)


def test_smoothed_labels_pull_alike_alone_and_beside_a_teacher():
    answer = torch.randn(4, 3, generator=torch.Generator().manual_seed(1))
    place = torch.tensor([0, 2, 1, 1])
    soft = torch.full((4, 3), SMOOTHING / 3)
    soft[torch.arange(4), place] += 1 - SMOOTHING
    pulls = []
    for value in (lambda x: torch.nn.functional.cross_entropy(x, place, label_smoothing=SMOOTHING), lambda x: divergence(x, soft)):
        leaf = answer.clone().requires_grad_()
        value(leaf).backward()
        pulls.append(leaf.grad)
    assert torch.allclose(*pulls, atol=1e-6)


@pytest.mark.parametrize("head", HEADS, ids=lambda head: head.name)
def test_every_head_has_a_loss_with_a_gradient(head):
    row = {"text": "Ada routes the request", "source": "test"}
    row |= {"sequence": {"label": head.labels[-1:] and head.labels[-1]}, "token": {"spans": [{"start": 0, "end": 3, "type": "PERSON"}]}}.get(head.task, {})
    network = tiny_base.network()
    teacher = copy.deepcopy(network.branches[MEANING]).eval()
    value = loss(network, teacher, batch(head, items([row, row], head, WORDS, random.Random(1))))
    value.backward()
    assert torch.isfinite(value)
    assert network.shared[0].query.weight.grad.abs().sum() > 0
