"""Ways people type the same request: case, punctuation, typos, lead-ins, closings and stories, alike for every label."""

import functools
import json
import pathlib
import re

WORDS = pathlib.Path(__file__).resolve().parent / "words"


@functools.cache
def stock(name):
    """The word list `name`.json beside this file."""
    return json.loads((WORDS / f"{name}.json").read_text(encoding="utf-8"))


ABBREVIATIONS = stock("phrasing")["abbreviations"]
MISSPELLINGS = stock("phrasing")["misspellings"]
LEAD_INS = stock("phrasing")["lead_ins"]
CLOSINGS = stock("phrasing")["closings"]
STORIES = stock("phrasing")["stories"]
FOREIGN_LEAD_INS = stock("phrasing")["foreign_lead_ins"]
FOREIGN_CLOSINGS = stock("phrasing")["foreign_closings"]
PASSAGE_FRAMES = stock("phrasing")["passage_frames"]
SLOT = re.compile(r"\{(a|b|c|s|p|q|k|n[1-4]|item|city|day|job)\}")


def filled(text, random):
    """`text` with its slots ({a} {b} {c} two digits, {s} one, {p} {q} primes, {k} hundreds, {n1}.. names, …) filled at random."""
    slots = stock("slots")
    names = random.sample(slots["n"], 4)
    values = {name: str(random.choice(choices)) for name, choices in slots.items() if name != "n"}
    values.update({f"n{at + 1}": name for at, name in enumerate(names)})
    return SLOT.sub(lambda match: values[match[1]], text)


def passage(random, low=3, high=8):
    """A text of `low` to `high` sentences that somebody might paste with a request."""
    count = random.randint(low, high)
    return filled(" ".join(random.sample(stock("passages")["sentences"], count)), random)


def framed(kind, random, low=3, high=8):
    """A pasted passage with a request of `kind`, in one of the ways people put the two together."""
    frame = random.choice(PASSAGE_FRAMES)
    return frame.replace("{ask}", random.choice(stock("passages")[kind])).replace("{text}", passage(random, low, high))


def slip(text, random):
    """`text` with one typing slip in a longer word: two letters swapped, one lost or one doubled."""
    words = [match for match in re.finditer(r"[A-Za-z]{5,}", text)]
    if not words:
        return text
    word = random.choice(words)
    at = random.randrange(word.start() + 1, word.end() - 1)
    kind = random.randrange(3)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]


def _respell(text, random, table, share):
    for pattern, spelt in table:
        if random.random() < share:
            text = re.sub(pattern, spelt, text, count=1)
    return text


def casual(text, random):
    """One way to type `text`: as it stands, or in lower case, unpunctuated, with slips or short forms. Code is left alone."""
    if re.search(r"[{};=<>`]|\n", text):
        return text
    kind = random.random()
    if kind < 0.30:
        return text
    if kind < 0.45:
        return text[0].upper() + text[1:]
    if random.random() < 0.6:
        text = text.lower()
    if random.random() < 0.4:
        text = text.rstrip("?.!")
    if random.random() < 0.25:
        text = re.sub(r"[,'’]", "", text)
    if random.random() < 0.18:
        text = _respell(text, random, ABBREVIATIONS, 0.5)
    if random.random() < 0.14:
        text = _respell(text, random, MISSPELLINGS, 0.4)
    if random.random() < 0.2:
        text = slip(text, random)
    return text


def dressed(text, random, story=0.12):
    """`text` typed in one of its ways, now and then with a lead-in, a closing or a story before it; the same odds for every label."""
    text = casual(text, random)
    kind = random.random()
    if kind < story:
        return random.choice(STORIES) + text
    if kind < story + 0.22:
        text = random.choice(LEAD_INS) + (text if re.match(r"I\b|[A-Z]{2}", text) else text[0].lower() + text[1:])
    if random.random() < 0.14:
        if text[-1].isalnum():
            text += random.choice([".", "?", ",", ""]) if "?" not in text else "."
        text += random.choice(CLOSINGS)
    return text


def dressed_foreign(text, language, random):
    """`text` in `language`, now and then with that language's lead-in or closing, in lower case or without its last mark."""
    if random.random() < 0.25:
        text = random.choice(FOREIGN_LEAD_INS[language]) + text
    if random.random() < 0.1:
        text += random.choice(FOREIGN_CLOSINGS[language])
    if random.random() < 0.25:
        text = text.lower()
    if random.random() < 0.2:
        text = text.rstrip("?!.")
    return text


def foreign_topics(labels, count, random):
    """(label, language, text) with `count` topics a language, each once under every label."""
    forms = stock("forms_other_languages")
    for language in sorted(FOREIGN_LEAD_INS):
        stocked = sorted(stock("domain_topics_other_languages").items())
        topics = [topic for key, some in stocked if key.startswith(f"{language}/") for topic in some]
        for topic in random.sample(topics, count):
            for label in labels:
                text = filled(random.choice(forms[label][language]).replace("{t}", topic), random)
                yield label, language, dressed_foreign(text, language, random)


def row(head, label, text, family, generator, language="en"):
    """One training row in the contract's shape."""
    return {"text": text.strip(), "head": head, "label": label, "source": f"generated/{generator}/{family}", "language": language}


def unique(rows):
    """`rows` without a text that came before under the same head."""
    seen = set()
    for one in rows:
        if one["text"] not in seen:
            seen.add(one["text"])
            yield one
