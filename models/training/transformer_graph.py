"""ONNX graphs of transformers' text models, by torch.export: the older exporter is wrong for ModernBERT and DeBERTa."""

import json
from pathlib import Path

import onnx
import torch
import transformers
from onnxruntime.quantization import QuantType, quantize_dynamic

#: What a graph is traced with: rows, tokens.
SHAPE = (2, 17)
#: Beyond this the weights stand beside the graph: a message of protobuf ends at 2 GiB.
MOST_INSIDE = 1_800_000_000


class Texts(torch.nn.Module):
    """Logits, where the model has some, then the hidden states of the last layer."""

    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def outputs(self):
        return ["logits", "last_hidden_state"] if classifies(self.model) else ["last_hidden_state"]

    def forward(self, *inputs):
        known = dict(zip(self.names, inputs))
        if not classifies(self.model):
            return self.model(**known).last_hidden_state
        output = self.model(**known, output_hidden_states=True)
        return output.logits, output.hidden_states[-1]


def classifies(model):
    return any(word in type(model).__name__ for word in ("ForSequence", "ForToken"))


def names_of(model):
    """The inputs that a model of texts takes, in the order of the graph's."""
    types = getattr(model.config, "type_vocab_size", 0) or 0
    return ["input_ids", "attention_mask"] + (["token_type_ids"] if types > 1 else [])


def encoder(folder: Path) -> Path:
    """Where config.json lies: the folder itself, or that of the first module of sentence-transformers."""
    return folder if (folder / "config.json").exists() else folder / "0_Transformer"


def load(folder: Path):
    """The model that config.json names, in f32, with plain attention; of language models the encoder alone."""
    name = (json.loads((folder / "config.json").read_text()).get("architectures") or ["AutoModel"])[0]
    known = getattr(transformers, "AutoModel" if name.endswith(("ForMaskedLM", "ForCausalLM")) else name)
    return known.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).float().eval()


def text_inputs() -> tuple[dict, dict]:
    """What to trace a text model with, by the names of its inputs, and which of their sizes may vary."""
    values = {
        "input_ids": torch.randint(3, 20, SHAPE),
        "attention_mask": torch.ones(SHAPE, dtype=torch.long),
        "token_type_ids": torch.zeros(SHAPE, dtype=torch.long),
    }
    texts = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    return values, dict.fromkeys(values, texts)


def export(module, target: Path, inputs: tuple[dict, dict] | None = None) -> None:
    """Writes the graph of a module that has `names` of inputs and `outputs()`."""
    values, sizes = inputs or text_inputs()
    program = torch.onnx.export(
        module.eval(), tuple(values[name] for name in module.names), dynamo=True, input_names=module.names,
        output_names=module.outputs(), dynamic_shapes=(tuple(sizes[name] for name in module.names),), verbose=False,
    )  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    save(strip(program.model_proto), target)


def save(model, target: Path) -> None:
    weights = target.with_name(f"{target.name}.data")
    weights.unlink(missing_ok=True)
    if model.ByteSize() > MOST_INSIDE:
        onnx.save(model, target, save_as_external_data=True, location=weights.name)
    else:
        onnx.save(model, target)


def quantise(graph: Path) -> Path:
    """Writes model_quantized.onnx beside a graph: weights as int8 with a scale a column, activations rounded as they come."""
    target = graph.with_name("model_quantized.onnx")
    quantize_dynamic(graph, target, weight_type=QuantType.QInt8, per_channel=True)
    save(strip(onnx.load(target)), target)
    return target


def strip(model):
    """Takes out what tells of the exporting machine, and shapes that quantising trips over."""

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
