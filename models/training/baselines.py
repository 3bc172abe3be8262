"""What each sequence head must beat: TF-IDF with logistic regression, and frozen MiniLM with logistic regression, on the same rows.

python baselines.py --work WORK --base MINILM --out WORK/baselines.json [--rows 6000] [--heads domain,jailbreak] [--kinds tf-idf]

Trains on WORK/training.jsonl; measures on WORK/aside.jsonl and on the frozen sets of models/evaluation. Written after every fit: what
the file holds already is not fitted again.
"""

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy
import torch
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from batches import Item, grouped, padded, tokeniser
from heads import BY_NAME, HEADS, Head
from network import from_bert, pool
from texts import read

EVALUATION = Path(__file__).parent.parent / "evaluation"
# The sets of a head, where they are not one of its own name.
SETS = {"jailbreak": ["attacks", "benign-triggers"], "intent": []}
ALARMS = 0.01
# Inverse of the penalty, the same everywhere and chosen beforehand: nothing is tuned on what measures.
STRENGTH = 10.0

Features = Callable[[list[dict]], object]


class Words:
    """TF-IDF of words and of letters inside them; the second text of a pair has columns of its own."""

    def __init__(self, rows: list[dict]) -> None:
        # Letters cost minutes where there are many labels, and add little there.
        many = len({row["label"] for row in rows}) > 50
        kinds = [{"ngram_range": (1, 2), "min_df": 2}] + ([] if many else [{"analyzer": "char_wb", "ngram_range": (2, 4), "min_df": 5}])
        sides = ["text"] + (["pair"] if any(row.get("pair") for row in rows) else [])
        made = [(side, TfidfVectorizer(sublinear_tf=True, max_features=40_000, dtype=numpy.float32, **kind)) for side in sides for kind in kinds]
        self.parts = [(side, part.fit([row.get(side) or "" for row in rows])) for side, part in made]

    def __call__(self, rows: list[dict]) -> sparse.csr_matrix:
        return sparse.hstack([part.transform([row.get(side) or "" for row in rows]) for side, part in self.parts], format="csr")


class Frozen:
    """MiniLM's sentence embeddings; of a pair both, their difference and their product (Conneau et al., 2017)."""

    def __init__(self, folder: Path) -> None:
        self.words, self.network = tokeniser(folder), from_bert(folder).eval()
        self.known: dict[tuple[str, int], numpy.ndarray] = {}

    def learn(self, texts: list[str], longest: int, budget: int = 4096) -> None:
        """Embeds what is not known yet, like lengths together."""
        fresh = [text for text in dict.fromkeys(texts) if (text, longest) not in self.known]
        codes = self.words.encode_batch(fresh)
        cut = [code.ids if len(code.ids) <= longest else [*code.ids[: longest - 1], code.ids[-1]] for code in codes]
        waiting = [Item(ids, [], place, "") for place, ids in enumerate(cut)]
        for group in grouped(waiting, budget):
            ids = padded([one.ids for one in group], 0)
            mask = padded([[1] * len(one.ids) for one in group], 0)
            with torch.inference_mode():
                states = self.network.states("meaning", ids, mask, torch.zeros_like(ids))
                found = torch.nn.functional.normalize(pool(states, mask, "mean"), dim=-1).numpy()
            for one, vector in zip(group, found):
                self.known[fresh[one.target], longest] = vector

    def features(self, head: Head, paired: bool) -> Features:
        def made(rows: list[dict]) -> numpy.ndarray:
            self.learn(list(chain.from_iterable((row["text"], row.get("pair") or "") if paired else (row["text"],) for row in rows)), head.tokens)
            left = numpy.stack([self.known[row["text"], head.tokens] for row in rows])
            if not paired:
                return left
            right = numpy.stack([self.known[row.get("pair") or "", head.tokens] for row in rows])
            return numpy.hstack([left, right, abs(left - right), left * right])

        return made


def recall_at(scores: numpy.ndarray, attacks: numpy.ndarray, alarms: float) -> float:
    """Share of attacks above the threshold that raises at most this share of false alarms."""
    benign = numpy.sort(scores[~attacks])[::-1]
    return float((scores[attacks] > benign[int(alarms * len(benign))]).mean())


def measured(head: Head, model: LogisticRegression, features: Features, sets: dict[str, list[dict]]) -> dict:
    """Accuracy and macro F1 on each set; for the guard also what its scores are worth on its sets together."""
    found, scores, truths = {}, [], []
    for name, rows in sets.items():
        given = model.predict_proba(features(rows))
        answers = model.classes_[given.argmax(1)]
        truth = numpy.array([row["label"] for row in rows])
        found[name] = {"rows": len(rows), "accuracy": accuracy_score(truth, answers), "macroF1": f1_score(truth, answers, average="macro", zero_division=0)}
        if head.name == "jailbreak" and name != "aside":
            scores.append(given[:, list(model.classes_).index("jailbreak")])
            truths.append(truth == "jailbreak")
    if scores:
        both, attacks = numpy.concatenate(scores), numpy.concatenate(truths)
        ranked = {"rows": len(both), "auroc": roc_auc_score(attacks, both), "recallAt1": recall_at(both, attacks, ALARMS)}
        found["+".join(name for name in sets if name != "aside")] = ranked
    return {name: {key: value if key == "rows" else round(float(value), 4) for key, value in own.items()} for name, own in found.items()}


def sets_of(head: Head, aside: list[dict]) -> dict[str, list[dict]]:
    names = SETS.get(head.name, [head.name])
    return {"aside": aside, **{name: list(read(EVALUATION / f"{name}.jsonl")) for name in names}}


def drawn(rows: list[dict], most: int, seed: int) -> list[dict]:
    return rows if len(rows) <= most else random.Random(seed).sample(rows, most)


def fitted(head: Head, kind: str, features: Features, rows: list[dict], sets: dict[str, list[dict]]) -> dict:
    begun = time.time()
    model = LogisticRegression(C=STRENGTH, max_iter=100, tol=1e-3)
    model.fit(features(rows), [row["label"] for row in rows])
    found = measured(head, model, features, sets)
    print(f"{head.name} {kind}: {len(rows)} rows, {time.time() - begun:.0f} s, {json.dumps(found)}", flush=True)
    return {"trainingRows": len(rows), **found}


def table(results: dict) -> str:
    """Accuracy on rows kept aside and on each frozen set, in per cent."""
    lines = ["| head | baseline | trained on | aside | frozen sets |", "|---|---|--:|--:|---|"]
    for name, kinds in results.items():
        for kind, found in kinds.items():
            cells = []
            for place, own in found.items():
                if place in ("trainingRows", "aside"):
                    continue
                text = f"AUROC {own['auroc']:.3f}, recall at 1 % false alarms {own['recallAt1']:.1%}" if "auroc" in own else f"{own['accuracy']:.1%}"
                cells.append(f"{place} {text}")
            lines.append(f"| {name} | {kind} | {found['trainingRows']:,} | {found['aside']['accuracy']:.1%} | {'; '.join(cells) or '–'} |")
    return "\n".join(lines)


def by_head(path: Path, names: list[str]) -> dict[str, list[dict]]:
    rows: dict[str, list[dict]] = {name: [] for name in names}
    for row in labelled(path):
        if row["head"] in rows:
            rows[row["head"]].append(row)
    return rows


def labelled(path: Path) -> Iterator[dict]:
    return (row for row in read(path) if "label" in row)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("work", "base", "out"):
        options.add_argument(f"--{name}", type=Path, required=True)
    options.add_argument("--rows", type=int, default=6000, help="the most rows a head that MiniLM reads in training")
    options.add_argument("--aside", type=int, default=1000, help="the most rows a head that measure from those kept aside")
    options.add_argument("--heads", default="", help="these alone and in this order, separated by commas")
    options.add_argument("--kinds", default="tf-idf,minilm", help="these alone, separated by commas")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    names = chosen.heads.split(",") if chosen.heads else [head.name for head in HEADS if head.task == "sequence"]
    heads = [BY_NAME[name] for name in names]
    training, aside = by_head(chosen.work / "training.jsonl", names), by_head(chosen.work / "aside.jsonl", names)
    results = json.loads(chosen.out.read_text()) if chosen.out.exists() else {}
    frozen = Frozen(chosen.base)
    for head in heads:
        sets = sets_of(head, drawn(aside[head.name], chosen.aside, chosen.seed))
        paired = any(row.get("pair") for row in training[head.name])
        few = drawn(training[head.name], chosen.rows, chosen.seed)
        arms = {
            "tf-idf": lambda: fitted(head, "tf-idf", Words(training[head.name]), training[head.name], sets),
            "minilm": lambda: fitted(head, "minilm", frozen.features(head, paired), few, sets),
        }
        for kind, fit in arms.items():
            if kind in chosen.kinds.split(",") and kind not in results.get(head.name, {}):
                results.setdefault(head.name, {})[kind] = fit()
                chosen.out.write_text(json.dumps(results, indent=1) + "\n")
    print(table(results))


if __name__ == "__main__":
    main()
