"""Turns a Hugging Face encoder with a sequence, token or embedding head into an ONNX folder that signalbox loads.

python export_onnx.py CHECKPOINT OUT [--int8] [--texts ROWS.jsonl]

Writes OUT/model.onnx, tokenizer.json and config.json, the modules of sentence-transformers where there are some, and with --int8
model_quantized.onnx. The graph is compared with PyTorch, and the quantised one with the graph, on --texts (rows with `text`; by default
some of models/evaluation); one that strays further than allowed is taken away, and the command fails.
"""

import argparse
import json
import random
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy
import onnxruntime
import torch

from batches import tokeniser
from texts import read
from transformer_graph import Texts, classifies, encoder, export, load, names_of, quantise

EVALUATION = Path(__file__).parent.parent / "evaluation"
CARRIED = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "sentence_bert_config.json")


@dataclass
class Agreement:
    """How near two answers are: share of equal labels, least and mean cosine of states, largest difference of a number."""

    labels: float
    least_cosine: float
    mean_cosine: float
    difference: float


def encoded(folder: Path, texts: list[str], most: int) -> list[list[int]]:
    """Whole where they are short, else their beginning and the end token."""
    codes = tokeniser(folder).encode_batch(texts)
    return [code.ids if len(code.ids) <= most else [*code.ids[: most - 1], code.ids[-1]] for code in codes if code.ids]


def asked(session: onnxruntime.InferenceSession, ids: list[int]) -> list[numpy.ndarray]:
    row = numpy.array([ids], dtype=numpy.int64)
    known = {"input_ids": row, "attention_mask": numpy.ones_like(row), "token_type_ids": numpy.zeros_like(row)}
    return session.run(None, {one.name: known[one.name] for one in session.get_inputs()})


def opened(graph: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def taught(model, ids: list[int]) -> list[numpy.ndarray]:
    """The same outputs from PyTorch."""
    row = torch.tensor([ids])
    known = {"input_ids": row, "attention_mask": torch.ones_like(row), "token_type_ids": torch.zeros_like(row)}
    module = Texts(model, names_of(model))
    with torch.inference_mode():
        found = module(*(known[name] for name in module.names))
    return [value.numpy() for value in (found if isinstance(found, tuple) else (found,))]


def cosine(left: numpy.ndarray, right: numpy.ndarray) -> float:
    return float((left * right).sum() / (numpy.linalg.norm(left) * numpy.linalg.norm(right)))


def compared(wanted: list[list[numpy.ndarray]], given: list[list[numpy.ndarray]], labelled: bool, several: bool) -> Agreement:
    """Over all texts. Labels are the largest logit of a row or token; where several may hold at once, each side of zero."""
    same, cosines, differences = [], [], []
    for left, right in zip(wanted, given):
        states = [output[-1].mean((0, 1)) for output in (left, right)]
        cosines.append(cosine(*states))
        differences.append(abs(left[0] - right[0]).max())
        if labelled:
            told = [output[0] > 0 if several else output[0].argmax(-1) for output in (left, right)]
            same.append((told[0] == told[1]).ravel())
    labels = float(numpy.concatenate(same).mean()) if same else 1.0
    return Agreement(labels, min(cosines), float(numpy.mean(cosines)), float(max(differences)))


def checked(found: Agreement, graph: Path, least_labels: float, least_cosine: float) -> None:
    """Takes the graph away and ends the program where it strays."""
    print(f"{graph.name}: {graph.stat().st_size:,} bytes, {json.dumps(asdict(found))}")
    if found.labels < least_labels or found.mean_cosine < least_cosine:
        graph.unlink()
        graph.with_name(f"{graph.name}.data").unlink(missing_ok=True)
        sys.exit(f"{graph.name} was not kept: label agreement >= {least_labels} and mean cosine >= {least_cosine} expected")


def carry(checkpoint: Path, out: Path) -> None:
    """What a folder needs beside its graph; the encoder of sentence-transformers moves to the top."""
    out.mkdir(parents=True, exist_ok=True)
    inner = encoder(checkpoint)
    for name in CARRIED:
        if (inner / name).exists():
            shutil.copy(inner / name, out / name)
    if not (checkpoint / "modules.json").exists():
        return
    modules = json.loads((checkpoint / "modules.json").read_text())
    for module in modules:
        place = checkpoint / module["path"]
        if place.resolve() == inner.resolve():
            module["path"] = ""
        else:
            shutil.copytree(place, out / module["path"], dirs_exist_ok=True) if place.exists() else (out / module["path"]).mkdir(exist_ok=True)
    (out / "modules.json").write_text(json.dumps(modules, indent=2) + "\n")
    if (checkpoint / "config_sentence_transformers.json").exists():
        shutil.copy(checkpoint / "config_sentence_transformers.json", out)


def sample(path: Path | None, most: int) -> list[str]:
    """Texts to compare on, drawn with a fixed seed."""
    paths = [path] if path else sorted(EVALUATION.glob("*.jsonl"))
    texts = [row["text"] for one in paths for row in read(one)]
    return random.Random(1).sample(texts, min(most, len(texts)))


def longest(config) -> int:
    """Short enough for every position table: RoBERTa's begins after its padding."""
    positions = getattr(config, "max_position_embeddings", None) or 512
    return min(128, positions - 2 if positions < 130 else 128)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("checkpoint", type=Path)
    options.add_argument("out", type=Path)
    options.add_argument("--int8", action="store_true", help="also write a quantised graph")
    options.add_argument("--texts", type=Path, help="rows to compare on")
    options.add_argument("--most-texts", type=int, default=200)
    options.add_argument("--least-labels", type=float, default=0.98, help="share of labels that int8 must leave as they are")
    options.add_argument("--least-cosine", type=float, default=0.99, help="mean cosine that int8 must keep")
    chosen = options.parse_args()
    if not (encoder(chosen.checkpoint) / "tokenizer.json").exists():
        sys.exit(f"{chosen.checkpoint}: a tokenizer.json expected; save the tokenizer with transformers first")
    torch.manual_seed(1)
    model = load(encoder(chosen.checkpoint))
    carry(chosen.checkpoint, chosen.out)
    print("tracing …", flush=True)
    graph = chosen.out / "model.onnx"
    export(Texts(model, names_of(model)), graph)
    rows = encoded(chosen.out, sample(chosen.texts, chosen.most_texts), longest(model.config))
    session = opened(graph)
    plain = [asked(session, ids) for ids in rows]
    several = getattr(model.config, "problem_type", None) == "multi_label_classification"
    labelled = classifies(model)
    checked(compared([taught(model, ids) for ids in rows], plain, labelled, several), graph, 0.999, 0.9999)
    if chosen.int8:
        print("quantising …", flush=True)
        session = opened(quantise(graph))
        found = compared(plain, [asked(session, ids) for ids in rows], labelled, several)
        checked(found, chosen.out / "model_quantized.onnx", chosen.least_labels, chosen.least_cosine)


if __name__ == "__main__":
    main()
