"""Trains a low-rank adapter with a classifier of its own over a folder, and writes it as PEFT does.

python lora.py --base FOLDER --rows ROWS.jsonl --out ADAPTER [--rank 8] [--alpha 16] [--targets query,value] [--steps 400]

Rows are {text, label}, with `pair` where two texts are read; with --head only rows of that head count. `loadModel(FOLDER, { adapters:
{ name: ADAPTER } })` reads the result: adapter_config.json, adapter_model.safetensors, and the labels in config.json. Stops and goes on
where it was; a GPU is used when there is one. --onnx adds the merged graph that the onnx flavor reads.
"""

import argparse
import json
import random
import sys
from pathlib import Path

import torch
import transformers
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import safe_open
from torch import Tensor

from batches import padded, tokeniser
from texts import kept_aside, read
from transformer_graph import Texts, export, names_of

PROJECTIONS = ["query", "key", "value", "dense"]
# Which linear layers are adapted by default, and which layers between pooling and classifier are trained whole; pooler and classifier
# never get a pair, as the loader adapts the trunk alone.
TARGETS = {
    "bert": (PROJECTIONS, []),
    "roberta": (PROJECTIONS, []),
    "xlm-roberta": (PROJECTIONS, []),
    "camembert": (PROJECTIONS, []),
    "distilbert": (["q_lin", "k_lin", "v_lin", "out_lin", "lin1", "lin2"], ["pre_classifier"]),
    "modernbert": (["Wqkv", "Wo", "Wi"], ["head"]),
}
OUTSIDE = r".*(pooler|classifier|(^|\.)head)(\.|$).*"
EVERY = 100
STATE = "training.pt"

Coded = tuple[list[int], list[int], int]


def settings() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("base", "rows", "out"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--head", default="", help="use rows of this head alone")
    options.add_argument("--labels", default="", help="their order, separated by commas; by default as they first come; guards: harmless first")
    options.add_argument("--rank", type=int, default=8)
    options.add_argument("--alpha", type=float, default=16)
    options.add_argument("--targets", default="", help="names of the layers to adapt, separated by commas")
    options.add_argument("--steps", type=int, default=400)
    options.add_argument("--batch", type=int, default=16)
    options.add_argument("--tokens", type=int, default=256, help="longer texts keep their beginning")
    options.add_argument("--rate", type=float, default=3e-4)
    options.add_argument("--aside", type=int, default=10, help="per cent of the rows that only measure, by hash of their text")
    options.add_argument("--onnx", action="store_true")
    options.add_argument("--seed", type=int, default=1)
    return options.parse_args()


def base_model(folder: Path, labels: list[str]):
    """The folder as a classifier of these labels. A pooler that its files do not hold would be random in every process: refused."""
    config = transformers.AutoConfig.from_pretrained(folder)
    if config.model_type not in TARGETS:
        sys.exit(f"{folder}: model_type one of {', '.join(TARGETS)} expected, {config.model_type} found")
    if config.model_type == "bert" and not any(name.endswith("pooler.dense.weight") for name in stored(folder)):
        sys.exit(f"{folder}: a pooler expected; save the base as a BertForSequenceClassification first")
    config.id2label, config.label2id = dict(enumerate(labels)), {name: number for number, name in enumerate(labels)}
    config.problem_type = None
    known = transformers.AutoModelForSequenceClassification
    return known.from_pretrained(folder, config=config, ignore_mismatched_sizes=True, dtype=torch.float32, attn_implementation="eager")


def stored(folder: Path) -> list[str]:
    names = []
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="pt") as file:
            names += file.keys()
    return names


def adapted(model, rank: int, alpha: float, targets: list[str]):
    usual, whole = TARGETS[model.config.model_type]
    config = LoraConfig(
        task_type="SEQ_CLS", r=rank, lora_alpha=alpha, lora_dropout=0.05, target_modules=targets or usual, exclude_modules=OUTSIDE,
        modules_to_save=[*whole, "classifier"],
    )  # fmt: skip
    return get_peft_model(model, config)


def coded(rows: list[dict], folder: Path, labels: list[str], most: int) -> list[Coded]:
    made = []
    for row, code in zip(rows, tokeniser(folder).encode_batch([(row["text"], row["pair"]) if row.get("pair") else row["text"] for row in rows])):
        cut = lambda values: values if len(values) <= most else [*values[: most - 1], values[-1]]
        made.append((cut(code.ids), cut(code.type_ids), labels.index(row["label"])))
    return made


def answered(model, rows: list[Coded], filler: int, device: str) -> tuple[Tensor, Tensor]:
    """Logits and targets of a batch."""
    ids = padded([ids for ids, _, _ in rows], filler).to(device)
    inputs = {"input_ids": ids, "attention_mask": padded([[1] * len(ids) for ids, _, _ in rows], 0).to(device)}
    if "token_type_ids" in names_of(model):
        inputs["token_type_ids"] = padded([types for _, types, _ in rows], 0).to(device)
    return model(**inputs).logits, torch.tensor([target for _, _, target in rows], device=device)


def drawn(step: int, count: int, batch: int, seed: int) -> list[int]:
    """The rows of a step: each round takes all in an order of its own, so that a run that goes on takes those that it would have taken."""
    a_round = max(1, count // batch)
    order = list(range(count))
    random.Random(f"{seed}/{step // a_round}").shuffle(order)
    return order[step % a_round * batch :][:batch]


def train(model, rows: list[Coded], chosen: argparse.Namespace, device: str) -> None:
    state = chosen.out / STATE
    learner = torch.optim.AdamW([value for value in model.parameters() if value.requires_grad], lr=chosen.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(learner, lambda at: min((at + 1) / 20, max(0.02, 1 - at / chosen.steps)))
    done = 0
    if state.exists():
        saved = torch.load(state, map_location=device, weights_only=True)
        set_peft_model_state_dict(model, saved["adapter"]), learner.load_state_dict(saved["learner"]), schedule.load_state_dict(saved["schedule"])
        done = saved["step"]
    filler = model.config.pad_token_id or 0
    model.train()
    mean = None
    for step in range(done, chosen.steps):
        torch.manual_seed(chosen.seed * 1_000_003 + step)
        logits, target = answered(model, [rows[place] for place in drawn(step, len(rows), chosen.batch, chosen.seed)], filler, device)
        value = torch.nn.functional.cross_entropy(logits, target)
        value.backward()
        learner.step(), schedule.step(), learner.zero_grad(set_to_none=True)
        mean = value.item() if mean is None else 0.95 * mean + 0.05 * value.item()
        if (step + 1) % 20 == 0:
            print(f"{step + 1}/{chosen.steps} loss {mean:.3f}", flush=True)
        if (step + 1) % EVERY == 0 and step + 1 < chosen.steps:
            parts = {"adapter": get_peft_model_state_dict(model), "learner": learner.state_dict(), "schedule": schedule.state_dict(), "step": step + 1}
            torch.save(parts, state.with_suffix(".new"))
            state.with_suffix(".new").replace(state)


def accuracy(model, rows: list[Coded], device: str) -> float:
    model.eval()
    right = 0
    for start in range(0, len(rows), 32):
        with torch.inference_mode():
            logits, target = answered(model, rows[start : start + 32], model.config.pad_token_id or 0, device)
        right += int((logits.argmax(-1) == target).sum())
    return right / len(rows)


def write(model, base: Path, out: Path, labels: list[str]) -> None:
    """PEFT's two files, without the path of this machine, and the labels, which PEFT does not keep."""
    model.eval().save_pretrained(out)
    (out / "README.md").unlink(missing_ok=True)
    path = out / "adapter_config.json"
    config = {**json.loads(path.read_text()), "base_model_name_or_path": base.resolve().name}
    # Sets have no order: sorted, the same run writes the same bytes.
    config["target_modules"] = sorted(config["target_modules"])
    path.write_text(json.dumps(config, indent=2) + "\n")
    (out / "config.json").write_text(json.dumps({"id2label": dict(enumerate(labels))}, indent=2, ensure_ascii=False) + "\n")


def main() -> None:
    chosen = settings()
    rows = [row for row in read(chosen.rows) if "label" in row and (not chosen.head or row.get("head") == chosen.head)]
    labels = chosen.labels.split(",") if chosen.labels else list(dict.fromkeys(row["label"] for row in rows))
    strange = {row["label"] for row in rows} - set(labels)
    if len(labels) < 2 or strange:
        sys.exit(f"{chosen.rows}: at least two labels of {labels} expected, {sorted(strange) or len(labels)} found")
    torch.manual_seed(chosen.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = adapted(base_model(chosen.base, labels), chosen.rank, chosen.alpha, [*filter(None, chosen.targets.split(","))]).to(device)
    model.print_trainable_parameters()
    chosen.out.mkdir(parents=True, exist_ok=True)
    aside = [row for row in rows if kept_aside(row["text"], chosen.aside)]
    training = [row for row in rows if not kept_aside(row["text"], chosen.aside)]
    train(model, coded(training, chosen.base, labels, chosen.tokens), chosen, device)
    if aside:
        print(f"accuracy {accuracy(model, coded(aside, chosen.base, labels, chosen.tokens), device):.3f} on {len(aside)} rows kept aside")
    write(model, chosen.base, chosen.out, labels)
    if chosen.onnx:
        merged = model.to("cpu").merge_and_unload().eval()
        export(Texts(merged, names_of(merged)), chosen.out / "model.onnx")
    (chosen.out / STATE).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
