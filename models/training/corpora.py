"""Rows from the folder of labelled corpora: which source teaches which head, and which may only measure."""

import random
from collections.abc import Iterator
from pathlib import Path

from domain import chat_style
from texts import read

# A stem that says less without its choices says nothing of its subject.
LEAST_ASKED = 30
# Licences that forbid training weights that others use: see the folder's README.
FIGURES_ONLY = {"code-alpaca", "code_alpaca", "msrp", "sts", "sick"}


def rows(folder: Path, seed: int) -> Iterator[dict]:
    """Every row that may train, `source` named after file and source."""
    luck = random.Random(seed)
    yield from domain(folder, luck)
    yield from guard(folder, luck)
    yield from reasoning(folder, luck)
    yield from texts_only(folder)


def domain(folder: Path, luck: random.Random) -> Iterator[dict]:
    """Exam stems, each also as people would ask it, and with its choices: their words teach the subject too."""
    for row in read(folder / "domain.jsonl"):
        common = {"head": "domain", "label": row["label"], "source": "mmlu", "language": "en"}
        yield {**common, "text": row["text"]}
        choices = [choice for choice in row.get("choices") or [] if isinstance(choice, str)]
        asked = chat_style(row["text"], luck)
        if len(asked) >= LEAST_ASKED:
            yield {**common, "text": asked, "made_of": row["text"]}
        if choices:
            luck.shuffle(choices)
            yield {**common, "text": row["text"] + " " + " ".join(choices), "made_of": row["text"]}


def guard(folder: Path, luck: random.Random) -> Iterator[dict]:
    for row in read(folder / "jailbreak.jsonl"):
        label = "jailbreak" if row["label"] == 1 else "benign"
        common = {"head": "jailbreak", "source": f"jailbreak/{row['source']}", "language": row.get("language") or "en"}
        yield {**common, "text": row["text"], "label": label}
        if row.get("system"):
            yield {**common, "text": row["system"], "label": "benign", "source": "jailbreak/system-prompts"}
    benign = {
        "prompts": 2500, "intent": 1500, "domain": 1200, "reasoning": 300, "language": 2500, "outcomes": 700, "hallucination": 700,
    }  # fmt: skip
    for name, most in benign.items():
        lines = [row for row in read(folder / f"{name}.jsonl") if allowed(row)]
        luck.shuffle(lines)
        for row in lines[:most]:
            text = row["response"] if name == "hallucination" else row["text"]
            yield {"head": "jailbreak", "text": text, "label": "benign", "source": f"benign/{name}", "language": row.get("language", "en")}


def reasoning(folder: Path, luck: random.Random) -> Iterator[dict]:
    """Few of these: they are all of one kind, and a head that sees many learns the kind."""
    lines = list(read(folder / "reasoning.jsonl"))
    luck.shuffle(lines)
    for row in lines[:900]:
        yield {"head": "reasoning", "text": row["text"], "label": "reasoning", "source": "gsm8k", "language": "en"}
    for row in lines[900:1300]:
        yield {"head": "fact-check", "text": row["text"], "label": "no-check", "source": "gsm8k", "language": "en"}
    intents = list(read(folder / "intent.jsonl"))
    luck.shuffle(intents)
    common = {"language": "en", "source": "intent"}
    for row in intents[:500]:
        yield {"head": "reasoning", "text": row["text"], "label": "non-reasoning", **common}
    for row in intents[500:900]:
        yield {"head": "modality", "text": row["text"], "label": "AR", **common}
    for row in intents[900:1200]:
        yield {"head": "complexity", "text": row["text"], "label": "low", **common}
    for row in intents[1200:1500]:
        yield {"head": "feedback", "text": row["text"], "label": "satisfied", **common}
    for row in intents:
        if row["source"] == "clinc150":
            yield {"head": "intent", "text": row["text"], "label": row["label"], "language": "en", "source": "clinc150"}
    yield from stems(folder, luck)


def stems(folder: Path, luck: random.Random) -> Iterator[dict]:
    """Exam stems ask for facts, except in mathematics."""
    lines = list(read(folder / "domain.jsonl"))
    luck.shuffle(lines)
    for row in lines[:900]:
        label = "no-check" if row["label"] == "math" else "needs-check"
        yield {"head": "fact-check", "text": row["text"], "label": label, "source": "mmlu", "language": "en"}
    for row in lines[900:1300]:
        yield {"head": "modality", "text": row["text"], "label": "AR", "source": "mmlu", "language": "en"}


def texts_only(folder: Path) -> Iterator[dict]:
    """Texts without labels: the embedding keeps to its teacher on them."""
    for name in ("prompts", "intent", "domain", "hallucination", "language", "outcomes"):
        for row in read(folder / f"{name}.jsonl"):
            if allowed(row):
                yield {"head": "embedding", "text": row["text"], "source": f"texts/{name}", "language": row.get("language", "en")}


def allowed(row: dict) -> bool:
    source = str(row.get("source", "")).lower().replace(" ", "-")
    return not any(name in source for name in FIGURES_ONLY)
