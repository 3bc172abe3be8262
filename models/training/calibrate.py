"""Finds the temperature of every head with labels on rows that training did not see, and how sure an answer must be to be right so often.

python calibrate.py --work WORK --base MINILM --state WORK/run/state.pt … --out WORK/run [--rows 2000]

Writes temperatures.json for export.py (Guo et al., 2017) and thresholds.json: for each head the least confidence whose answers are right
in 90 % and 95 % of the rows at or above it (split conformal, Angelopoulos and Bates 2021, section 1.1).
"""

import argparse
import json
import random
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from batches import batch, grouped, items, tokeniser
from export import joined
from heads import HEADS, Head
from network import Network
from texts import read

LEVELS = (0.90, 0.95)
# Fewer rows than this say nothing of the sure ones.
LEAST_ROWS = 30


def logits(network: Network, head: Head, rows: list[dict], words, tokens: int = 4096) -> tuple[Tensor, Tensor]:
    """What the head says of each row and what is right, in one order."""
    found, right = [], []
    for group in grouped(items(rows, head, words, random.Random(0)), tokens):
        part = batch(head, group)
        found.append(network(head.name, part.ids, part.mask, part.types))
        right.append(part.target)
    return torch.cat(found), torch.cat(right)


def temperature(found: Tensor, right: Tensor) -> float:
    """The divisor of least cross entropy, by golden section over its logarithm."""
    cost = lambda power: functional.cross_entropy(found / 10**power, right).item()
    low, high, ratio = -0.7, 0.9, 0.618
    for _ in range(30):
        left, middle = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, middle) if cost(left) < cost(middle) else (left, high)
    return 10 ** ((low + high) / 2)


def threshold(found: Tensor, right: Tensor, level: float) -> float | None:
    """The least confidence from which on answers are right at this level; None where no such is."""
    sure, said = found.softmax(-1).max(-1)
    order = sure.argsort(descending=True)
    hits = (said == right)[order].float().cumsum(0)
    counts = torch.arange(1, len(order) + 1)
    good = ((hits / counts >= level) & (counts >= LEAST_ROWS)).nonzero()
    return round(sure[order][good[-1]].item(), 4) if len(good) else None


def error(found: Tensor, right: Tensor, bins: int = 15) -> float:
    """Expected calibration error."""
    sure, said = found.softmax(-1).max(-1)
    total = 0.0
    for inside in ((sure * bins).floor().clamp(max=bins - 1) == place for place in range(bins)):
        if inside.any():
            total += inside.float().mean().item() * abs((said == right)[inside].float().mean().item() - sure[inside].mean().item())
    return total


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("work", "base", "out"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--state", type=Path, required=True, nargs="+")
    options.add_argument("--rows", type=int, default=2000)
    chosen = options.parse_args()
    network = Network(json.loads((chosen.base / "config.json").read_text()))
    network.load_state_dict(joined([torch.load(path, weights_only=True)["network"] for path in chosen.state]))
    network.eval()
    words, aside = tokeniser(chosen.base), list(read(chosen.work / "aside.jsonl"))
    temperatures, thresholds = {}, {}
    for head in (head for head in HEADS if head.task == "sequence"):
        rows = [row for row in aside if row["head"] == head.name]
        rows = random.Random(1).sample(rows, min(chosen.rows, len(rows)))
        with torch.no_grad():
            found, right = logits(network, head, rows, words)
        divisor = temperature(found, right)
        temperatures[head.name] = divisor
        thresholds[head.name] = {str(level): threshold(found / divisor, right, level) for level in LEVELS}
        accuracy = (found.argmax(-1) == right).float().mean().item()
        print(f"{head.name}: {len(rows)} rows, accuracy {accuracy:.3f}, temperature {divisor:.2f}, "
              f"ECE {error(found, right):.3f} before, {error(found / divisor, right):.3f} after", flush=True)  # fmt: skip
    (chosen.out / "temperatures.json").write_text(json.dumps(temperatures, indent=1))
    (chosen.out / "thresholds.json").write_text(json.dumps(thresholds, indent=1))


if __name__ == "__main__":
    main()
