"""Soft labels: what a teacher thinks of each text, in our labels, as rows that train.py learns from with --also.

python distil.py --teacher FOLDER|MODEL.onnx --rows ROWS.jsonl --head jailbreak --map "LABEL_0=benign,LABEL_1=jailbreak" --out SOFT.jsonl

The teacher is a folder of a Hugging Face sequence classifier, or a graph with tokenizer.json (and config.json for its labels) beside it
or one folder up. Every label of the teacher is given one of the head's, or `-` for none: the rest is then scaled to one. Rows are
{text, pair?, head, probabilities, source}. What SOFT.jsonl holds already is not asked again; a GPU is used when there is one.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy
import torch

from batches import padded, tokeniser
from heads import BY_NAME, Head
from texts import digest, read

Answer = Callable[[list[list[int]], list[list[int]]], numpy.ndarray]


def folder_of(teacher: Path) -> Path:
    """Where the tokenizer of a teacher lies."""
    if teacher.suffix != ".onnx":
        return teacher
    places = [place for place in (teacher.parent, teacher.parent.parent) if (place / "tokenizer.json").exists()]
    if not places:
        sys.exit(f"{teacher}: a tokenizer.json beside it or one folder up expected")
    return places[0]


def labels_of(folder: Path) -> list[str] | None:
    path = folder / "config.json"
    named = json.loads(path.read_text()).get("id2label") if path.exists() else None
    return [named[key] for key in sorted(named, key=int)] if named else None


def of_folder(folder: Path) -> Answer:
    from transformers import AutoModelForSequenceClassification

    from transformer_graph import names_of

    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForSequenceClassification.from_pretrained(folder, dtype=torch.float32).eval().to(device)
    filler = model.config.pad_token_id or 0

    def answer(ids: list[list[int]], types: list[list[int]]) -> numpy.ndarray:
        inputs = {"input_ids": padded(ids, filler), "attention_mask": padded([[1] * len(row) for row in ids], 0), "token_type_ids": padded(types, 0)}
        with torch.inference_mode():
            return model(**{name: inputs[name].to(device) for name in names_of(model)}).logits.float().cpu().numpy()

    return answer


def of_graph(graph: Path) -> Answer:
    """A graph is asked row by row: not every exporter kept the mask."""
    import onnxruntime

    session = onnxruntime.InferenceSession(graph, providers=onnxruntime.get_available_providers())
    outputs = [one.name for one in session.get_outputs()]
    wanted = "logits" if "logits" in outputs else outputs[0]

    def answer(ids: list[list[int]], types: list[list[int]]) -> numpy.ndarray:
        made = []
        for row, kinds in zip(ids, types):
            known = {"input_ids": row, "attention_mask": [1] * len(row), "token_type_ids": kinds}
            made.append(session.run([wanted], {one.name: numpy.array([known[one.name]], numpy.int64) for one in session.get_inputs()})[0][0])
        return numpy.stack(made)

    return answer


def mapped(text: str, theirs: list[str] | None, head: Head) -> tuple[list[str], numpy.ndarray]:
    """The teacher's labels and a matrix `[theirs, ours]` of zeros and ones; a label without a place ends the program."""
    pairs = dict(part.split("=", 1) for part in text.split(","))
    theirs = theirs or list(pairs)
    strange = [name for name in pairs if name not in theirs] + [ours for ours in pairs.values() if ours != "-" and ours not in head.labels]
    absent = [name for name in theirs if name not in pairs]
    if strange or absent:
        sys.exit(f"--map: each of {theirs} to one of {list(head.labels)} or - expected; not known {strange}, without a place {absent}")
    matrix = numpy.zeros((len(theirs), len(head.labels)))
    for place, name in enumerate(theirs):
        if pairs[name] != "-":
            matrix[place, head.labels.index(pairs[name])] = 1
    return theirs, matrix


def soft(logits: numpy.ndarray, matrix: numpy.ndarray, temperature: float) -> numpy.ndarray:
    """Probabilities of our labels `[rows, ours]`."""
    if logits.shape[1] != len(matrix):
        sys.exit(f"the teacher answers with {logits.shape[1]} numbers, {len(matrix)} labels are known")
    raised = numpy.exp((logits - logits.max(1, keepdims=True)) / temperature)
    ours = raised / raised.sum(1, keepdims=True) @ matrix
    return ours / ours.sum(1, keepdims=True).clip(min=1e-12)


def key(row: dict) -> int:
    return digest(f"{row['text']}\n{row.get('pair', '')}")


def asked(rows: list[dict], folder: Path, most: int) -> list[tuple[dict, list[int], list[int]]]:
    codes = tokeniser(folder).encode_batch([(row["text"], row["pair"]) if row.get("pair") else row["text"] for row in rows])
    cut = lambda values: values if len(values) <= most else [*values[: most - 1], values[-1]]
    return [(row, cut(code.ids), cut(code.type_ids)) for row, code in zip(rows, codes)]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("teacher", "rows", "out"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--head", required=True, choices=[head.name for head in BY_NAME.values() if head.task == "sequence"])
    options.add_argument("--map", required=True, help="THEIRS=OURS,… ; OURS may be - ; without config.json in the order of the outputs")
    options.add_argument("--from-head", default="", help="ask about texts of this head alone; by default of all rows")
    options.add_argument("--name", default="", help="of the teacher, in `source`; by default its folder's")
    options.add_argument("--temperature", type=float, default=1.0)
    options.add_argument("--tokens", type=int, default=512)
    options.add_argument("--batch", type=int, default=16)
    chosen = options.parse_args()
    head, folder = BY_NAME[chosen.head], folder_of(chosen.teacher)
    _, matrix = mapped(chosen.map, labels_of(folder), head)
    answer = of_graph(chosen.teacher) if chosen.teacher.suffix == ".onnx" else of_folder(chosen.teacher)
    known = {key(row) for row in read(chosen.out)} if chosen.out.exists() else set()
    rows = {key(row): row for row in read(chosen.rows) if not chosen.from_head or row.get("head") == chosen.from_head}
    waiting = [row for one, row in rows.items() if one not in known]
    source = f"teacher/{chosen.name or folder.resolve().name}"
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    with chosen.out.open("a", encoding="utf-8") as out:
        for start in range(0, len(waiting), chosen.batch):
            part = asked(waiting[start : start + chosen.batch], folder, chosen.tokens)
            given = soft(answer([ids for _, ids, _ in part], [types for _, _, types in part]), matrix, chosen.temperature)
            for (row, _, _), ours in zip(part, given):
                kept = {name: row[name] for name in ("text", "pair", "language") if row.get(name)}
                probabilities = {label: round(float(value), 5) for label, value in zip(head.labels, ours)}
                out.write(json.dumps({**kept, "head": head.name, "probabilities": probabilities, "source": source}, ensure_ascii=False) + "\n")
            out.flush()
            if start // chosen.batch % 20 == 0:
                print(f"{len(known) + start + len(part)}/{len(known) + len(waiting)}", flush=True)


if __name__ == "__main__":
    main()
