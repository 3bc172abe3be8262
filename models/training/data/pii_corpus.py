"""The shared corpora as training rows in our types: presidio-research (pii.jsonl) and WikiANN (entities.jsonl)."""

import json
import pathlib
import re

# presidio-research → ours. A postcode is part of an address there in most templates, so it is one here too.
TYPES = {
    "PERSON": "PERSON", "ORGANIZATION": "ORGANIZATION", "GPE": "LOCATION", "LOCATION": "LOCATION", "ADDRESS": "STREET_ADDRESS", "STREET_ADDRESS": "STREET_ADDRESS",
    "ZIP_CODE": "STREET_ADDRESS", "CREDIT_CARD": "CREDIT_CARD", "DATE_TIME": "DATE_TIME", "PHONE_NUMBER": "PHONE_NUMBER", "TITLE": "TITLE", "PREFIX": "TITLE",
    "EMAIL_ADDRESS": "EMAIL_ADDRESS", "DOMAIN_NAME": "URL", "AGE": "AGE", "NRP": "NRP", "US_SSN": "US_SSN", "IP_ADDRESS": "IP_ADDRESS", "IBAN_CODE": "IBAN_CODE",
    "US_DRIVER_LICENSE": "DRIVER_LICENSE",
}
ENTITIES = {"PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION"}
HONORIFIC = re.compile(r"(?i)(mr|mrs|ms|miss|dr|prof)\.?(?=\s|$)")


def untitled(text, span):
    """A PERSON that begins with a title, as a TITLE and a PERSON: the corpus does both."""
    found = HONORIFIC.match(text[span["start"] : span["end"]]) if span["type"] == "PERSON" else None
    if not found:
        return [span]
    title = {"start": span["start"], "end": span["start"] + found.end(), "type": "TITLE"}
    start = title["end"]
    while start < span["end"] and text[start].isspace():
        start += 1
    return [title] + ([{**span, "start": start}] if start < span["end"] else [])


def joined(text, spans):
    """Parts of one address that only blanks divide, as one span."""
    out = []
    for span in spans:
        last = out[-1] if out else None
        same = last is not None and last["type"] == span["type"] == "STREET_ADDRESS"
        if same and text[last["end"] : span["start"]].strip(" \t") == "":
            last["end"] = span["end"]
        else:
            out.append(dict(span))
    return out


def presidio(row):
    """None for rows whose template was left unfilled."""
    text = row["text"]
    if re.search(r"\{\w+\}", text) or any(text[span["start"] : span["end"]] == "nan" for span in row["spans"]):
        return None
    spans = [{**span, "type": TYPES[span["type"]]} for span in row["spans"]]
    spans = [part for span in sorted(spans, key=lambda span: span["start"]) for part in untitled(text, span)]
    return {"text": text, "head": "pii", "spans": joined(text, spans), "source": row["source"], "language": "en"}


NO_SPACE_BEFORE = set(",.;:!?)]}%»”’") | {"'s", "n't"}
NO_SPACE_AFTER = set("([{«“‘#$£")
MARKS = re.compile(r"\[\[|\]\]|^\*+|''+|``|^'$")
NOT_TEXT = re.compile(r"(redirect|doorverwijzing|redirection|weiterleitung|\d+px)$", re.IGNORECASE)


def clean(row):
    """The tokens without wiki marks, with the type of each and whether a span begins there."""
    tokens = []
    for token, tag in zip(row["tokens"], row["tags"]):
        token = MARKS.sub("", token)
        if not token or NOT_TEXT.match(token):
            continue
        kind = None if tag == "O" else ENTITIES[tag[2:]]
        begins = kind is not None and (tag[0] == "B" or not tokens or tokens[-1][1] != kind)
        tokens.append((token, kind, begins))
    return tokens


def detokenised(row):
    """WikiANN's tokens as running text. None where nothing is left."""
    text, spans = "", []
    tight, last = True, ""
    for token, kind, begins in clean(row):
        apart = not (tight or token in NO_SPACE_BEFORE or last in NO_SPACE_AFTER)
        text += " " if apart else ""
        start = len(text)
        text += token
        if begins:
            spans.append({"start": start, "end": len(text), "type": kind})
        elif kind is not None:
            spans[-1]["end"] = len(text)
        tight, last = False, token
    spans = [span for span in (trimmed(text, span) for span in spans) if span["start"] < span["end"]]
    if len(text) < 2:
        return None
    return {"text": text, "head": "pii", "spans": spans, "source": row["source"], "language": row["language"]}


def trimmed(text, span):
    """A name without the bracketed kind of Wikipedia titles: `Bushido (Rapper)`."""
    inside = text[span["start"] : span["end"]]
    cut = inside.find(" (")
    return {**span, "end": span["start"] + cut} if cut > 0 and inside.endswith(")") else span


def read(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def corpus_rows(folder):
    """Training rows of `folder`: presidio-research's in order, then WikiANN's."""
    folder = pathlib.Path(folder)
    for name, turn in (("pii.jsonl", presidio), ("entities.jsonl", detokenised)):
        for row in read(folder / name):
            turned = turn(row)
            if turned is not None:
                yield turned
