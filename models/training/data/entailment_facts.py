"""Entailment rows from records of facts: each claim form occurs stated, changed and not mentioned."""

import random

from sentences import converted, fill, load, number_range, value_of

LABELS = ("entailment", "neutral", "contradiction")
OPENINGS = ["According to the text: ", "Answer: ", "As far as I can see: ", "The document says: ", "Short answer: "]
FRAMES = ["[Document {n}] ", "Source {n}: ", "FAQ: ", "Excerpt: ", "Note: ", "({n}) ", "Context: "]


class Record:
    """One thing of a schema with a value in every slot."""

    def __init__(self, schema: dict, draw: random.Random):
        self.kinds = schema["slots"]
        self.english = schema["language"] == "en"
        self.pronoun = draw.choice(["she", "he"])
        self.slots = {}
        for name, kind in self.kinds.items():
            if name == "x" and kind == "person":
                kind = "person_f" if self.pronoun == "she" else "person_m"
            self.slots[name] = value_of(kind, draw, set(map(str, self.slots.values())) | set(self.slots.values()))

    def other(self, name: str, draw: random.Random):
        """A wrong value for a slot: often one that the record itself holds elsewhere, or a near number."""
        kind, true = self.kinds[name], self.slots[name]
        same = [v for k, v in self.slots.items() if k != name and self.kinds[k] == kind and v != true]
        if same and draw.random() < 0.5:
            return draw.choice(same)
        if kind.startswith("#") and draw.random() < 0.5:
            low, high, step, _ = number_range(kind)
            near = [true + step * d for d in (-3, -2, -1, 1, 2, 3) if low <= true + step * d <= high]
            if near:
                return draw.choice(near)
        return value_of(kind, draw, {true})


def threshold(record: Record, name: str, above: bool, draw: random.Random):
    """A number below (above) the slot's value."""
    low, high, step, year = number_range(record.kinds[name])
    true = record.slots[name]
    room = max(step, int(abs(true) * draw.choice([0.1, 0.25, 0.5])), 1) if not year else draw.randint(2, 40)
    room = max(step, room // step * step)
    return true + room if above else true - room


def swapped(slots: dict, fact: dict) -> dict:
    a, b = fact["slot"].split("<>")
    return {**slots, a: slots[b], b: slots[a]}


def claim(record: Record, fact: dict, want: bool, draw: random.Random) -> str:
    """A sentence about one fact that is true (false) of the record."""
    slots, kinds = dict(record.slots), dict(record.kinds)
    if "<>" in fact["slot"]:
        if want:
            return fill(draw.choice(fact["claim"]), slots, kinds, draw)
        if draw.random() < 0.2 and fact["denied"]:
            return fill(draw.choice(fact["denied"]), slots, kinds, draw)
        return fill(draw.choice(fact["claim"]), swapped(slots, fact), kinds, draw)
    name = fact["slot"]
    compare = bool(fact["more"]) and draw.random() < 0.4
    if compare:
        more = draw.random() < 0.5 or not fact["less"]
        above = more != want
        kinds["k"] = kinds[name]
        slots["k"] = threshold(record, name, above, draw)
        return fill(draw.choice(fact["more"] if more else fact["less"]), slots, kinds, draw)
    denied = bool(fact["denied"]) and draw.random() < 0.25
    if want == denied:
        slots[name] = record.other(name, draw)
    sentence = fill(draw.choice(fact["denied"] if denied else fact["claim"]), slots, kinds, draw)
    return converted(sentence, draw) if record.english and draw.random() < 0.35 else sentence


def passage(schema: dict, parts: list[tuple[Record, dict]], draw: random.Random, pronouns: bool) -> str:
    """The facts as running text; after the first sentence the name may give way to a short reference."""
    sentences = []
    for index, (record, fact) in enumerate(parts):
        given = draw.choice(fact["given"])
        slots = dict(record.slots)
        if pronouns and index and schema["ref"] and draw.random() < 0.55 and given.count("{x}") == 1:
            ref = draw.choice(schema["ref"]).replace("{pron}", record.pronoun)
            if "{x}'s" not in given and not (ref in ("it", "she", "he") and not given.startswith("{x}")):
                slots["x"] = ref
        sentences.append(fill(given, slots, record.kinds, draw))
    way = draw.random() if schema["style"] not in ("chat", "email") else 1.0
    if len(sentences) > 1 and way < 0.1:
        text = "\n".join(f"- {sentence}" for sentence in sentences)
    else:
        text = ("\n" if schema["style"] == "chat" and draw.random() < 0.4 else " ").join(sentences)
    record = parts[0][0]
    if schema["open"] and draw.random() < 0.6:
        text = f"{draw.choice(schema['open'])} {text}"
    if schema["close"] and draw.random() < 0.5:
        text = f"{text} {fill(draw.choice(schema['close']), record.slots, record.kinds, draw)}"
    if draw.random() < 0.1 and schema["language"] == "en" and schema["style"] not in ("chat", "email"):
        text = draw.choice(FRAMES).replace("{n}", str(draw.randint(1, 9))) + text
    return text


def one(schema: dict, label: str, draw: random.Random) -> dict:
    """A premise and a claim that stand in the wanted relation."""
    record = Record(schema, draw)
    facts = schema["facts"]
    focus = draw.choice(facts)
    rest = [f for f in facts if f is not focus]
    count = min(draw.choice([1, 2, 2, 3, 3, 4]), len(rest))
    others = draw.sample(rest, count - (label != "neutral") if label != "neutral" else count)
    parts = [(record, f) for f in others]
    if label != "neutral":
        parts.insert(draw.randint(0, len(parts)), (record, focus))
    twin = None
    named = named_only(focus)
    if named["claim"] and named["given"] and "<>" not in focus["slot"] and len(parts) < 4 and draw.random() < 0.35:
        twin = Record(schema, draw)
        # A twin of the same name would state the fact of the wrong record.
        if twin.slots["x"] == record.slots["x"]:
            twin = None
    kind = "facts"
    if twin:
        kind = "two-things"
        parts.insert(draw.randint(0, len(parts)), (twin, focus))
        # Every sentence has to say whom it is about.
        parts = [(who, named_only(fact)) for who, fact in parts if named_only(fact)["given"]]
    premise = passage(schema, parts, draw, pronouns=not twin)
    if label == "neutral":
        teller = record
        if twin and draw.random() < 0.6:
            teller = borrowed(record, twin, focus)
        sentence = claim(teller, named_only(focus) if twin else focus, draw.random() < 0.6, draw)
    else:
        sentence = claim(record, named_only(focus) if twin else focus, label == "entailment", draw)
        if twin and label == "contradiction" and draw.random() < 0.5:
            sentence = mixed(record, twin, focus, draw) or sentence
    if not twin and others and draw.random() < 0.16:
        kind = "two-claims"
        sentence = joined(record, sentence, draw.choice(others), draw)
    if draw.random() < 0.06 and schema["language"] == "en":
        sentence = draw.choice(OPENINGS) + sentence
    return {"text": premise, "pair": sentence, "kind": kind, "style": schema["style"]}


def named_only(fact: dict) -> dict:
    """The fact with only those forms that name the thing."""
    return {**fact, **{k: [c for c in fact[k] if "{x}" in c] for k in ("given", "claim", "denied", "more", "less")}}


def borrowed(record: Record, twin: Record, fact: dict) -> Record:
    """The record with the twin's value for the fact."""
    copy = Record.__new__(Record)
    copy.__dict__.update(record.__dict__)
    copy.slots = {**record.slots, fact["slot"]: twin.slots[fact["slot"]]}
    return copy


def mixed(record: Record, twin: Record, fact: dict, draw: random.Random) -> str | None:
    """The twin's value said of the record, where the two differ."""
    forms = named_only(fact)["claim"]
    if not forms or twin.slots[fact["slot"]] == record.slots[fact["slot"]]:
        return None
    return fill(draw.choice(forms), borrowed(record, twin, fact).slots, record.kinds, draw)


def joined(record: Record, sentence: str, extra: dict, draw: random.Random) -> str:
    """The claim with a second, true one before or behind it: the label stays."""
    second = claim(record, extra, True, draw)
    return f"{sentence} {second}" if draw.random() < 0.5 else f"{second} {sentence}"


def rows(draw: random.Random, count: int, language: str = "en"):
    """`count` rows, labels in turn, schemas in turn."""
    schemas = [s for s in load("pair_facts.jsonl") if s["language"] == language]
    for index in range(count):
        label = LABELS[index % 3]
        row = one(schemas[(index // 3) % len(schemas)], label, draw)
        yield {**row, "label": label, "language": language}
