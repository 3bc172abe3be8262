"""Training rows for the `embedding` head: two texts and how near in meaning readers find them, 0 to 1."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pairs_captions  # noqa: E402
import pairs_facts  # noqa: E402
import pairs_groups  # noqa: E402
import pairs_news  # noqa: E402
import pairs_words  # noqa: E402
from sentences import styled  # noqa: E402

# Where the raters of similarity corpora and the readers of a cached answer would put each relation.
SCORES = {
    "same": 0.95,
    "extra": 0.82,
    "wider": 0.72,
    "number": 0.6,
    "denied": 0.55,
    "role": 0.58,
    "entity": 0.5,
    "question": 0.4,
    "topic": 0.24,
    "none": 0.0,
}
CAPTIONS, FACTS, NEWS, WORDS, FOREIGN = 2600, 2400, 2200, 1200, 320


def candidates(seed: int) -> Iterator[dict]:
    yield from pairs_captions.rows(random.Random(seed + 1), CAPTIONS, SCORES)
    yield from pairs_facts.rows(random.Random(seed + 2), FACTS, SCORES)
    yield from pairs_news.rows(random.Random(seed + 3), NEWS, SCORES)
    yield from pairs_groups.rows(random.Random(seed + 4), SCORES)
    yield from pairs_words.rows(random.Random(seed + 9), WORDS)
    for number, language in enumerate(("de", "fr", "es")):
        yield from pairs_facts.rows(random.Random(seed + 5 + number), FOREIGN, SCORES, language)


def rows(seed: int) -> Iterator[dict]:
    """All rows, each pair once, in either order; the same for the same seed."""
    draw = random.Random(seed)
    seen, kept = set(), []
    for row in candidates(seed):
        texts = [styled(row["text"], draw, 0.08), styled(row["pair"], draw, 0.08)]
        draw.shuffle(texts)
        key = tuple(sorted(text.lower() for text in texts))
        if key in seen or key[0] == key[1]:
            continue
        seen.add(key)
        score = row["score"]
        if 0.0 < score < 1.0:
            score = min(1.0, max(0.0, score + draw.uniform(-0.025, 0.025)))
        kept.append({
            "text": texts[0],
            "pair": texts[1],
            "head": "embedding",
            "score": round(score, 3),
            "source": f"generated/pairs/{row['kind']}",
            "language": row.get("language", "en"),
        })
    draw.shuffle(kept)
    yield from kept
