"""Writes bert/: a tiny random BERT as a Hugging Face folder, with golden.json from a plain f64 forward pass. Standard library only."""

import json
import math
import random
import struct
from pathlib import Path

FOLDER = Path(__file__).parent / "bert"
HIDDEN, LAYERS, HEADS, INNER, POSITIONS, TYPES, EPSILON = 32, 2, 2, 64, 48, 2, 1e-12
WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] a b c d e f g h i j k l m n o p q r s t u v w x y z . , ? ! the cat sat on mat prove that "
    "hello world route model small large fast and ##s ##ing ##ed ##er ##ly un known 漢 字"
).split()
TEXTS = [
    "hello world",
    "the cat sat on the mat.",
    "Prove that the model routes fast, and unknowingly!",
    "漢字 hello",
    "zebra",
    "the small model and the large model and the fast route " * 3,
]


def config():
    return {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": HIDDEN,
        "intermediate_size": INNER, "layer_norm_eps": EPSILON, "max_position_embeddings": POSITIONS,
        "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "pad_token_id": 0,
        "position_embedding_type": "absolute", "type_vocab_size": TYPES, "vocab_size": len(WORDS),
    }


def tokenizer():
    """Truncates at 8 tokens, as published tokenisers do at some length: signalbox must take that off."""
    ids = {word: number for number, word in enumerate(WORDS)}
    special = [
        {"id": ids[w], "content": w, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
        for w in WORDS[:5]
    ]
    mark = lambda word: {"id": word, "ids": [ids[word]], "tokens": [word]}
    piece = lambda word: {"SpecialToken": {"id": word, "type_id": 0}}
    text = lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
    return {
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": None,
        "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [piece("[CLS]"), text("A", 0), piece("[SEP]")],
            "pair": [piece("[CLS]"), text("A", 0), piece("[SEP]"), text("B", 1), piece("[SEP]")],
            "special_tokens": {"[CLS]": mark("[CLS]"), "[SEP]": mark("[SEP]")},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids},
    }


def shapes():
    yield "embeddings.word_embeddings.weight", (len(WORDS), HIDDEN)
    yield "embeddings.position_embeddings.weight", (POSITIONS, HIDDEN)
    yield "embeddings.token_type_embeddings.weight", (TYPES, HIDDEN)
    yield from norm("embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}."
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            yield from linear(layer + part, HIDDEN, HIDDEN)
        yield from norm(layer + "attention.output.LayerNorm")
        yield from linear(layer + "intermediate.dense", HIDDEN, INNER)
        yield from linear(layer + "output.dense", INNER, HIDDEN)
        yield from norm(layer + "output.LayerNorm")


def linear(name, inputs, outputs):
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name):
    yield f"{name}.weight", (HIDDEN,)
    yield f"{name}.bias", (HIDDEN,)


def random_tensors():
    """Values as f32 stores them, so that the file and the reference agree."""
    source = random.Random(7)
    tensors = {}
    for name, shape in shapes():
        centre = 1.0 if name.endswith("LayerNorm.weight") else 0.0
        values = [source.gauss(centre, 0.25) for _ in range(math.prod(shape))]
        tensors[name] = (shape, [struct.unpack("<f", struct.pack("<f", value))[0] for value in values])
    return tensors


def write_safetensors(path, tensors):
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        packed = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


class Reference:
    """The encoder of Devlin et al. 2019 in plain f64 lists."""

    def __init__(self, tensors):
        self.tensors = tensors

    def rows(self, name):
        shape, values = self.tensors[name]
        width = shape[-1]
        return [values[at : at + width] for at in range(0, len(values), width)]

    def linear(self, name, states):
        bias = self.rows(f"{name}.bias")[0]
        weight = self.rows(f"{name}.weight")
        return [[sum(map(lambda a, b: a * b, row, state)) + b for row, b in zip(weight, bias)] for state in states]

    def norm(self, name, states):
        scale, shift = self.rows(f"{name}.weight")[0], self.rows(f"{name}.bias")[0]
        result = []
        for state in states:
            mean = sum(state) / HIDDEN
            deviation = math.sqrt(sum((value - mean) ** 2 for value in state) / HIDDEN + EPSILON)
            result.append([(value - mean) / deviation * a + b for value, a, b in zip(state, scale, shift)])
        return result

    def attend(self, layer, states):
        query, key, value = (self.linear(f"{layer}attention.self.{part}", states) for part in ("query", "key", "value"))
        size = HIDDEN // HEADS
        context = [[0.0] * HIDDEN for _ in states]
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            for number, row in enumerate(query):
                scores = [sum(a * b for a, b in zip(row[part], other[part])) / math.sqrt(size) for other in key]
                raised = [math.exp(score - max(scores)) for score in scores]
                weights = [one / sum(raised) for one in raised]
                context[number][part] = [sum(w * v[at] for w, v in zip(weights, value)) for at in range(part.start, part.stop)]
        return context

    def encode(self, ids):
        words, places = self.rows("embeddings.word_embeddings.weight"), self.rows("embeddings.position_embeddings.weight")
        kind = self.rows("embeddings.token_type_embeddings.weight")[0]
        states = [[a + b + c for a, b, c in zip(words[one], places[at], kind)] for at, one in enumerate(ids)]
        states = self.norm("embeddings.LayerNorm", states)
        for number in range(LAYERS):
            layer = f"encoder.layer.{number}."
            attended = self.linear(f"{layer}attention.output.dense", self.attend(layer, states))
            states = self.norm(f"{layer}attention.output.LayerNorm", add(attended, states))
            inner = [[gelu(value) for value in row] for row in self.linear(f"{layer}intermediate.dense", states)]
            states = self.norm(f"{layer}output.LayerNorm", add(self.linear(f"{layer}output.dense", inner), states))
        return states

    def embed(self, ids):
        states = self.encode(ids)
        mean = [sum(column) / len(states) for column in zip(*states)]
        length = math.sqrt(sum(value * value for value in mean))
        return [value / length for value in mean]


def add(left, right):
    return [[a + b for a, b in zip(x, y)] for x, y in zip(left, right)]


def gelu(value):
    return value * 0.5 * (1.0 + math.erf(value / math.sqrt(2.0)))


def tokenise(text):
    """WordPiece over WORDS, greedy from the left, enough for TEXTS."""
    ids = {word: number for number, word in enumerate(WORDS)}
    spaced = "".join(f" {c} " if c in ".,?!" or "\u4e00" <= c <= "\u9fff" else c for c in text.lower())
    result = [ids["[CLS]"]]
    for word in spaced.split():
        result += pieces(word, ids)
    return [*result, ids["[SEP]"]]


def pieces(word, ids):
    found, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if prefix + word[start:end] in ids), None)
        if end is None:
            return [ids["[UNK]"]]
        found.append(ids[prefix + word[start:end]])
        start = end
    return found


def main():
    FOLDER.mkdir(exist_ok=True)
    tensors = random_tensors()
    write_safetensors(FOLDER / "model.safetensors", tensors)
    (FOLDER / "config.json").write_text(json.dumps(config(), indent=2) + "\n")
    (FOLDER / "tokenizer.json").write_text(json.dumps(tokenizer(), indent=1, ensure_ascii=False) + "\n")
    reference = Reference(tensors)
    cases = []
    for text in TEXTS:
        ids = tokenise(text)
        cases.append({"text": text, "ids": ids, "embedding": [round(value, 9) for value in reference.embed(ids)]})
    golden = "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n"
    (FOLDER / "golden.json").write_text(golden)


if __name__ == "__main__":
    main()
