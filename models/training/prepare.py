"""Makes the rows that training reads: corpora and generators together, without near-copies of anything that measures.

python prepare.py --corpora DIR --out WORK
"""

import argparse
import importlib
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "data"))

import corpora
from texts import Seen, digest, distinct, kept_aside, read, write

# Long texts into which the guard's generator plants an attack.
WINDOWS = 1200
GENERATORS = ["guard", "domain", "reasoning", "complexity", "fact_check", "feedback", "modality", "entailment", "pairs", "pii"]


def generated(seed: int, folder: Path | None) -> Iterator[dict]:
    for name in GENERATORS:
        print(f"{name} …", file=sys.stderr, flush=True)
        module = importlib.import_module(name)
        yield from module.rows(seed)
        if name == "guard":
            yield from cut(module.windows(seed, WINDOWS), random.Random(seed))
        if folder is not None and hasattr(module, "corpus_rows"):
            yield from (row for row in module.corpus_rows(folder) if row["source"] != "wikiann" or digest(row["text"]) % 5 < 2)


def cut(rows: Iterator[dict], luck: random.Random) -> Iterator[dict]:
    """Windows of long texts as the model will see them: one with the planted attack whole, one without any of it."""
    for row in rows:
        spans = row.pop("spans", [])
        length = luck.randint(500, 1300)
        if not spans:
            first = luck.randint(0, max(0, len(row["text"]) - length))
            yield {**row, "text": row["text"][first : first + length].strip()}
            continue
        start, end = spans[0]["start"], spans[0]["end"]
        first = luck.randint(max(0, end - length), start) if end - length < start else start
        yield {**row, "text": row["text"][first : max(end, first + length)].strip()}
        before, after = row["text"][:start].strip(), row["text"][end:].strip()
        rest = max(before, after, key=len)
        if len(rest) > 200:
            yield {**row, "label": "benign", "text": rest[:length]}


def evaluation_texts() -> Iterator[str]:
    for path in sorted((HERE.parent / "evaluation").glob("*.jsonl")):
        for row in read(path):
            yield row["text"]
            if "pair" in row:
                yield row["pair"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpora", type=Path)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    seen = Seen()
    for text in evaluation_texts():
        seen.add(text)
    both = [*(corpora.rows(chosen.corpora, chosen.seed) if chosen.corpora else ()), *generated(chosen.seed, chosen.corpora)]
    counts: dict[str, Counter] = {}
    training, aside = [], []
    for row in distinct(both):
        if seen.has(row["text"]):
            counts.setdefault(row["head"], Counter())["left out: too near evaluation"] += 1
            continue
        made_of = row.pop("made_of", None)
        measures = kept_aside(made_of or row["text"])
        # What was made of a text that measures must not teach, and does not measure either.
        if measures and made_of:
            continue
        (aside if measures else training).append(row)
        counts.setdefault(row["head"], Counter())[row.get("label", "rows") if "spans" not in row else "rows"] += 1
    random.Random(chosen.seed).shuffle(training)
    write(chosen.out / "training.jsonl", training)
    write(chosen.out / "aside.jsonl", aside)
    sources = Counter((row["head"], row["source"].split("/")[0]) for row in training)
    report = {"training": len(training), "aside": len(aside), "heads": counts, "sources": {"/".join(key): n for key, n in sources.items()}}
    (chosen.out / "report.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
