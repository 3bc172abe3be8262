"""Training rows of the jailbreak head: attacks on a model's instructions, and their harmless twins."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from guard_families import HARD, core, families, plant  # noqa: E402
from guard_grammar import join, sentences, words_in, written_languages  # noqa: E402
from guard_style import restyle  # noqa: E402

ROWS_PER_LABEL = 7600
MINIMUM_ROWS = 12_000
ENGLISH_SHARE = 0.55
# Upper bound in words, and the share of rows up to it: the same for both labels in every language.
LENGTHS = ((6, 0.07), (12, 0.13), (20, 0.18), (34, 0.20), (60, 0.16), (110, 0.13), (200, 0.08), (420, 0.05))
SPARE = 2.2
LABELS = {True: "jailbreak", False: "benign"}


def _bucket(text: str, language: str) -> int | None:
    count = words_in(text, language)
    return next((index for index, (bound, _) in enumerate(LENGTHS) if count <= bound), None)


def _pool(seed: int, language: str, attack: bool, count: int, seen: set[str]) -> dict[int, dict[str, list[str]]]:
    """Distinct texts by length and family. Both labels draw from equal seeds, so twins share their frame."""
    made: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    known = list(families(language, attack))
    each = int(count * SPARE / len(known)) + 8
    for name, make in known:
        for number in range(each * 3 if name in HARD else each):
            rng = random.Random(f"{seed}/{language}/{name}/{number}")
            text = restyle(rng, language, make(rng)).strip()
            bucket = _bucket(text, language)
            if text and bucket is not None and text.casefold() not in seen:
                seen.add(text.casefold())
                made[bucket][name].append(text)
    return made


def _even(rng: random.Random, by_family: dict[str, list[str]], count: int) -> list[tuple[str, str]]:
    """Texts taken from the families in turn, so that none dominates a length."""
    stacks = {name: rng.sample(texts, len(texts)) for name, texts in sorted(by_family.items())}
    taken: list[tuple[str, str]] = []
    while len(taken) < count and any(stacks.values()):
        turns = [*stacks, *(name for name in stacks if name in HARD for _ in range(2))]
        for name in rng.sample(turns, len(turns)):
            if stacks[name] and len(taken) < count:
                taken.append((name, stacks[name].pop()))
    return taken


def _of_language(seed: int, language: str, count: int, seen: set[str]) -> Iterator[dict]:
    pools = {attack: _pool(seed, language, attack, count, seen) for attack in (True, False)}
    rng = random.Random(f"{seed}/{language}")
    held = {index: min(sum(map(len, pools[attack][index].values())) for attack in pools) for index in range(len(LENGTHS))}
    missing = 0
    scarcest = sorted(held, key=lambda index: held[index] / LENGTHS[index][1])
    for left, bucket in zip(range(len(scarcest), 0, -1), scarcest, strict=True):
        wanted = round(count * LENGTHS[bucket][1]) + missing // left
        got = min(wanted, held[bucket])
        missing += round(count * LENGTHS[bucket][1]) - got
        for attack, pool in pools.items():
            for name, text in _even(rng, pool[bucket], got):
                yield {"text": text, "head": "jailbreak", "label": LABELS[attack],
                       "source": f"generated/guard/{name}", "language": language}


def rows(seed: int) -> Iterator[dict]:
    """All training rows in a fixed random order; labels are equal in number per language and length."""
    written = written_languages()
    others = [language for language in written if language != "en"]
    found: list[dict] = []
    seen: set[str] = set()
    for language in written:
        share = ENGLISH_SHARE if language == "en" else (1 - ENGLISH_SHARE) / max(1, len(others))
        found.extend(_of_language(seed, language, round(ROWS_PER_LABEL * share), seen))
    random.Random(seed).shuffle(found)
    yield from found


def plant_in(rng: random.Random, language: str, inner: str, place: str, size: int) -> tuple[str, int]:
    """A long everyday text of `size` sentences with `inner` at its start, middle or end, and where `inner` begins."""
    lines = sentences(rng, language, size)
    index = {"start": 0, "middle": len(lines) // 2, "end": len(lines)}[place]
    before, after = join(language, lines[:index]), join(language, lines[index:])
    glue = rng.choice((" ", "\n", "\n\n"))
    head = before + glue if before else ""
    return head + inner + (glue + after if after else ""), len(head)


def windows(seed: int, count: int = 300) -> Iterator[dict]:
    """Texts longer than the model's window: an attack at the start, in the middle and at the end of one long text,
    and twins with a harmless request there. `spans` marks the planted part, so that a trainer which cuts windows
    can call a window an attack only where it holds one."""
    for number in range(count):
        rng = random.Random(f"{seed}/window/{number}")
        written = written_languages()
        language = "en" if rng.random() < ENGLISH_SHARE else rng.choice(written)
        size = rng.choice((24, 36, 50, 70, 90))
        place = ("start", "middle", "end")[number % 3]
        for attack in (True, False):
            choose = random.Random(f"{seed}/window/{number}/{attack}")
            inner = core(choose, language, attack) if number % 2 else plant(choose, language, attack)
            text, start = plant_in(random.Random(f"{seed}/window/{number}/frame"), language, inner, place, size)
            spans = [{"start": start, "end": start + len(inner), "type": "attack"}] if attack else []
            yield {"text": text, "head": "jailbreak", "label": LABELS[attack], "spans": spans,
                   "source": f"generated/guard/window-{place}", "language": language}
