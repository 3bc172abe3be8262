"""Writes the graphs of the folders beside this file: onnx/model.onnx from their safetensors, and for some onnx/model_quantized.onnx.

    python models/tiny/make_onnx.py [FOLDER …]        default: every folder with a config.json and a golden.json

Needs torch 2.15, transformers 5.23, onnx 1.23, onnxscript 0.7, onnxruntime 1.31, safetensors 0.8. Graphs come from torch.export
(dynamo=True): the older exporter is wrong for ModernBERT and DeBERTa. What exporters note about the machine they ran on is taken out.
"""

import json
import sys
from pathlib import Path

import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic

HERE = Path(__file__).parent
#: Folders that get a quantised graph too.
QUANTISED = {"bert", "modernbert_sequence", "bert_tokens"}


class Texts(torch.nn.Module):
    """Logits, where the model has some, then the hidden states of the last layer."""

    def __init__(self, model, names):
        super().__init__()
        self.model = model
        self.names = names

    def forward(self, *inputs):
        output = self.model(**dict(zip(self.names, inputs)), output_hidden_states=True)
        logits = getattr(output, "logits", None)
        states = output.last_hidden_state if logits is None else output.hidden_states[-1]
        return states if logits is None else (logits, states)


def names_of(model, folder):
    """The inputs that the model takes, in the order of the graph's."""
    types = getattr(model.config, "type_vocab_size", 0) or 0
    return ["input_ids", "attention_mask"] + (["token_type_ids"] if types > 1 else [])


def strip(model):
    """Takes out what tells of the exporting machine and what quantising trips over."""
    def walk(graph):
        del graph.value_info[:]
        del graph.metadata_props[:]
        for node in graph.node:
            node.doc_string = ""
            del node.metadata_props[:]
            for attribute in node.attribute:
                for inner in [attribute.g] if attribute.HasField("g") else attribute.graphs:
                    walk(inner)
        for value in [*graph.input, *graph.output, *graph.initializer]:
            value.doc_string = ""
            del value.metadata_props[:]

    walk(model.graph)
    del model.metadata_props[:]
    for function in model.functions:
        del function.value_info[:]
        del function.metadata_props[:]
        for node in function.node:
            node.doc_string = ""
            del node.metadata_props[:]
    return model


def load(folder):
    name = json.loads((folder / "config.json").read_text())["architectures"][0]
    model = getattr(transformers, name).from_pretrained(folder, attn_implementation="eager", dtype=torch.float32)
    return model.float().eval()


def export(folder, target):
    model = load(folder)
    names = names_of(model, folder)
    texts = Texts(model, names).eval()
    shape = (2, 17)
    values = {"input_ids": torch.randint(3, 20, shape), "attention_mask": torch.ones(shape, dtype=torch.long), "token_type_ids": torch.zeros(shape, dtype=torch.long)}
    inputs = tuple(values[name] for name in names)
    sizes = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    has_logits = any(word in type(model).__name__ for word in ("ForSequence", "ForToken"))
    outputs = ["logits", "last_hidden_state"] if has_logits else ["last_hidden_state"]
    program = torch.onnx.export(
        texts, inputs, dynamo=True, input_names=names, output_names=outputs, dynamic_shapes=(tuple(sizes for _ in names),), verbose=False
    )
    target.parent.mkdir(exist_ok=True)
    onnx.save(strip(program.model_proto), target)
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


def quantise(graph):
    target = graph.with_name("model_quantized.onnx")
    quantize_dynamic(graph, target, weight_type=QuantType.QInt8, per_channel=True)
    onnx.save(strip(onnx.load(target)), target)
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


def main():
    known = sorted(path.parent.name for path in HERE.glob("*/config.json") if (path.parent / "golden.json").exists())
    for name in sys.argv[1:] or known:
        torch.manual_seed(11)
        folder = HERE / name
        export(folder, folder / "onnx" / "model.onnx")
        if name in QUANTISED:
            quantise(folder / "onnx" / "model.onnx")


if __name__ == "__main__":
    main()
