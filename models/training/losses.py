"""What training lowers: cross entropy, divergence from a teacher, and for the embedding the order of scored pairs."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from batches import IGNORED, SMOOTHING, Batch
from heads import MEANING
from network import Network, above, pool

# Prefixes of the embedding that must serve alone (Kusupati et al., 2022).
PREFIXES = (384, 128)
COSENT_SCALE = 20.0
# How much the order of pairs weighs beside the teacher.
PAIRS_WEIGHT = 0.25
TEACHER_WEIGHT = 10.0


def loss(network: Network, teacher: nn.ModuleList, batch: Batch) -> Tensor:
    """`teacher` is the upper layers as they were before training: every batch of meaning keeps the embedding near what they give."""
    below = network.below(batch.ids, batch.mask, batch.types)
    states = above(network.branches[batch.head.branch], below, batch.mask)
    answer = network.heads[batch.head.name](states, batch.mask)
    if batch.head.branch != MEANING:
        return task(answer, batch)
    with torch.no_grad():
        model = functional.normalize(pool(above(teacher, below, batch.mask), batch.mask, "mean"), dim=-1)
    vectors = pool(states, batch.mask, "mean")
    if batch.head.task == "embedding":
        return embedding(vectors, model, batch)
    return task(answer, batch) + TEACHER_WEIGHT * (1 - (functional.normalize(vectors, dim=-1) * model).sum(-1)).mean()


def task(answer: Tensor, batch: Batch) -> Tensor:
    if batch.head.task == "token":
        return functional.cross_entropy(answer.flatten(0, 1), batch.target.flatten(), ignore_index=IGNORED)
    if batch.target.is_floating_point():
        return divergence(answer, batch.target)
    return functional.cross_entropy(answer, batch.target, label_smoothing=SMOOTHING)


def divergence(answer: Tensor, probabilities: Tensor) -> Tensor:
    """Kullback-Leibler divergence of the answer from a teacher's probabilities, mean of the rows (Hinton et al., 2015)."""
    return functional.kl_div(functional.log_softmax(answer, dim=-1), probabilities, reduction="batchmean")


def embedding(answer: Tensor, model: Tensor, batch: Batch) -> Tensor:
    whole = functional.normalize(answer, dim=-1)
    total = TEACHER_WEIGHT * (1 - (whole * model).sum(-1)).mean()
    wanted = model @ model.T
    for width in PREFIXES[1:]:
        part = functional.normalize(answer[:, :width], dim=-1)
        total = total + 5.0 * functional.mse_loss(part @ part.T, wanted)
    if batch.pairs:
        for width in PREFIXES:
            part = functional.normalize(answer[:, :width], dim=-1)
            near = (part[: batch.pairs] * part[batch.pairs :]).sum(-1)
            total = total + PAIRS_WEIGHT * cosent(near, batch.target)
    return total


def cosent(near: Tensor, score: Tensor) -> Tensor:
    """Log of one plus the exponentials of every pair of pairs in the wrong order (CoSENT, Su 2022)."""
    gaps = COSENT_SCALE * (near[:, None] - near[None, :])
    lower = score[:, None] < score[None, :]
    gaps = torch.cat([gaps.new_zeros(1), gaps[lower]])
    return torch.logsumexp(gaps, 0) / max(1.0, float(score.numel()) ** 0.5)
