"""The heads of the bundled model: what each is called, answers, and stands on. Training, export and the model card read this table."""

import json
from dataclasses import dataclass
from pathlib import Path

MEANING = "meaning"
GUARD = "guard"

DOMAINS = [
    "biology", "business", "chemistry", "computer science", "economics", "engineering", "health",
    "history", "law", "math", "other", "philosophy", "physics", "psychology",
]  # fmt: skip
INTENTS = tuple(json.loads(Path(__file__).with_name("intents.json").read_text()))
PII_TYPES = [
    "PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "STREET_ADDRESS",
    "ORGANIZATION", "LOCATION", "DATE_TIME", "URL", "USERNAME", "PASSPORT", "DRIVER_LICENSE", "BANK_ACCOUNT", "AGE", "NRP",
    "TITLE",
]  # fmt: skip


@dataclass(frozen=True)
class Head:
    """One row of the table. `hidden` is the width of the layer between pooling and labels, 0 for none."""

    name: str
    task: str
    branch: str
    labels: tuple[str, ...] = ()
    pooling: str = "mean"
    hidden: int = 0
    merge: str = "mean"
    # How often its batches come, and how much its loss weighs.
    share: float = 1.0
    # The most tokens of a row in training; a longer text is cut to a window.
    tokens: int = 128


HEADS = [
    Head("embedding", "embedding", MEANING, share=1.2),
    Head("domain", "sequence", MEANING, tuple(DOMAINS), hidden=384, share=2.6),
    # CLINC150's 150 intents and `oos`: what people ask a service for, or none of it.
    Head("intent", "sequence", MEANING, INTENTS, share=0.8),
    Head("reasoning", "sequence", MEANING, ("non-reasoning", "reasoning"), hidden=128, share=0.8),
    Head("complexity", "sequence", MEANING, ("low", "medium", "high"), hidden=128, share=0.6),
    Head("fact-check", "sequence", MEANING, ("no-check", "needs-check"), hidden=128, share=0.7),
    Head("feedback", "sequence", MEANING, ("satisfied", "need-clarification", "wrong-answer", "want-different"), hidden=128, share=0.8),
    Head("modality", "sequence", MEANING, ("AR", "DIFFUSION", "BOTH"), hidden=128, share=0.6),
    Head("jailbreak", "sequence", GUARD, ("benign", "jailbreak"), pooling="max", hidden=128, merge="max", share=3.0, tokens=256),
    Head(
        "pii", "token", GUARD, ("O", *(f"{kind}-{name}" for name in PII_TYPES for kind in "BI")), share=2.2, tokens=192
    ),
    Head("entailment", "sequence", GUARD, ("entailment", "neutral", "contradiction"), hidden=192, share=1.3),
]

BY_NAME = {head.name: head for head in HEADS}
