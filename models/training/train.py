"""Trains all heads together from the rows of prepare.py; stops and goes on where it was.

python train.py --work WORK --base MINILM --out WORK/run [--steps 4000] [--only jailbreak,pii] [--without jailbreak/bipia] [--also SOFT.jsonl]
"""

import argparse
import copy
import json
import random
import time
from itertools import chain
from pathlib import Path

import torch
from torch import nn

from batches import Stream, items, tokeniser
from heads import BY_NAME, HEADS, MEANING
from losses import loss
from network import Network, from_bert
from texts import read


def settings() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--work", type=Path, required=True)
    options.add_argument("--base", type=Path, required=True, help="folder of the MiniLM checkpoint")
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--steps", type=int, default=4000)
    options.add_argument("--tokens", type=int, default=2048, help="tokens of a batch, padding counted")
    options.add_argument("--rate", type=float, default=1.2e-4)
    options.add_argument("--only", default="", help="train these heads alone, separated by commas")
    options.add_argument("--without", default="", help="leave these sources out, separated by commas")
    options.add_argument("--also", default="", help="more files of rows, such as distil.py writes, separated by commas")
    options.add_argument("--start", type=Path, help="a state.pt to start from instead of the base")
    options.add_argument("--seed", type=int, default=1)
    return options.parse_args()


def optimiser(network: Network, rate: float) -> torch.optim.Optimizer:
    """Fresh heads learn fast; biases and norms do not decay."""
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        factor = 4.0 if name.startswith("heads.") else 1.0
        decay = 0.01 if parameter.dim() > 1 else 0.0
        groups.setdefault((factor, decay), []).append(parameter)
    made = [{"params": list(own), "lr": rate * factor, "weight_decay": decay} for (factor, decay), own in groups.items()]
    return torch.optim.AdamW(made, betas=(0.9, 0.98), eps=1e-6, fused=True)


def streams(chosen: argparse.Namespace) -> dict[str, Stream]:
    words, luck = tokeniser(chosen.base), random.Random(chosen.seed)
    names = chosen.only.split(",") if chosen.only else [head.name for head in HEADS]
    without = tuple(filter(None, chosen.without.split(",")))
    rows: dict[str, list[dict]] = {name: [] for name in names}
    files = [chosen.work / "training.jsonl", *map(Path, filter(None, chosen.also.split(",")))]
    for row in chain.from_iterable(map(read, files)):
        if row["head"] in rows and not (without and row["source"].startswith(without)):
            rows[row["head"]].append(row)
    made = {}
    for name, own in rows.items():
        if own:
            made[name] = Stream(BY_NAME[name], items(own, BY_NAME[name], words, luck), chosen.tokens, chosen.seed)
            print(f"{name}: {len(own)} rows", flush=True)
    return made


def main() -> None:
    chosen = settings()
    torch.manual_seed(chosen.seed)
    chosen.out.mkdir(parents=True, exist_ok=True)
    state = chosen.out / "state.pt"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = from_bert(chosen.base)
    teacher = copy.deepcopy(network.branches[MEANING]).eval().requires_grad_(False)
    if chosen.start:
        network.load_state_dict(torch.load(chosen.start, map_location="cpu", weights_only=True)["network"])
    network.to(device), teacher.to(device)
    # Words that training never shows stay where their neighbours are, and the two branches can be trained apart.
    for frozen in (network.words, network.positions, network.types, network.norm, network.shared):
        frozen.requires_grad_(False)
    learner = optimiser(network, chosen.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(learner, lambda at: min((at + 1) / 100, max(0.02, 1 - at / chosen.steps)))
    done = 0
    if state.exists():
        saved = torch.load(state, map_location=device, weights_only=True)
        network.load_state_dict(saved["network"]), learner.load_state_dict(saved["learner"]), schedule.load_state_dict(saved["schedule"])
        done = saved["step"]
    sources = streams(chosen)
    names, shares = list(sources), [BY_NAME[name].share for name in sources]
    luck = random.Random(chosen.seed + done)
    network.train()
    means: dict[str, float] = {}
    begun, tokens = time.time(), 0
    for step in range(done, chosen.steps):
        name = luck.choices(names, shares)[0]
        batch = next(sources[name])
        for part in ("ids", "mask", "types", "target"):
            if getattr(batch, part) is not None:
                setattr(batch, part, getattr(batch, part).to(device))
        value = loss(network, teacher, batch)
        value.backward()
        nn.utils.clip_grad_norm_([p for p in network.parameters() if p.grad is not None], 1.0)
        learner.step()
        schedule.step()
        learner.zero_grad(set_to_none=True)
        means[name] = 0.95 * means.get(name, value.item()) + 0.05 * value.item()
        tokens += int(batch.mask.sum())
        if (step + 1) % 50 == 0:
            speed = tokens / (time.time() - begun)
            text = " ".join(f"{key} {mean:.3f}" for key, mean in means.items())
            print(f"{step + 1}/{chosen.steps} {speed:.0f} tokens/s {text}", flush=True)
        if (step + 1) % 500 == 0 or step + 1 == chosen.steps:
            save(state, network, learner, schedule, step + 1)
    (chosen.out / "settings.json").write_text(json.dumps({key: str(value) for key, value in vars(chosen).items()}, indent=1))


def save(path: Path, network: Network, learner: torch.optim.Optimizer, schedule, step: int) -> None:
    """Whole or not at all."""
    parts = {"network": network.state_dict(), "learner": learner.state_dict(), "schedule": schedule.state_dict(), "step": step}
    torch.save(parts, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)


if __name__ == "__main__":
    main()
