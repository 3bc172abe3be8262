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
from safetensors.torch import load_file

HERE = Path(__file__).parent
#: Folders that get a quantised graph too.
QUANTISED = {"bert", "bert_tokens", "modernbert_classifier", "modernbert_embedding", "deberta"}
#: What a graph is traced with: rows, tokens.
SHAPE = (2, 17)


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


class Multi(torch.nn.Module):
    """A trunk with the heads of signalbox.json (as make_multi.py has them), one output each by its name, then the hidden states."""

    ACTIVATIONS = {"gelu": torch.nn.functional.gelu, "tanh": torch.tanh, "relu": torch.relu}

    def __init__(self, model, names, folder):
        super().__init__()
        self.model, self.names = model, names
        self.heads = [head for head in json.loads((folder / "signalbox.json").read_text())["heads"] if head["name"] != "embedding"]
        weights = load_file(folder / "model.safetensors")
        for name, value in weights.items():
            if name.startswith("heads."):
                self.register_buffer(name.replace(".", "_"), value)

    def outputs(self):
        return [head["name"] for head in self.heads] + ["last_hidden_state"]

    def part(self, head, part, kind):
        return getattr(self, f"heads_{head['name']}_{part}_{kind}")

    def forward(self, *inputs):
        states = self.model(**dict(zip(self.names, inputs))).last_hidden_state
        found = []
        for head in self.heads:
            pools = {"mean": lambda: states.mean(1), "cls": lambda: states[:, 0], "max": lambda: states.amax(1)}
            value = states if head["task"] == "token" else pools[head.get("pooling", "mean")]()
            if "hidden" in head:
                value = torch.nn.functional.linear(value, self.part(head, "dense", "weight"), self.part(head, "dense", "bias"))
                value = self.ACTIVATIONS[head["activation"]](value)
            if head.get("norm"):
                value = torch.nn.functional.layer_norm(value, value.shape[-1:], self.part(head, "norm", "weight"), self.part(head, "norm", "bias"))
            found.append(torch.nn.functional.linear(value, self.part(head, "output", "weight"), self.part(head, "output", "bias")))
        return (*found, states)


class Half(torch.nn.Module):
    """One half of a dual encoder."""

    def __init__(self, model, names):
        super().__init__()
        self.model, self.names = model, names

    def outputs(self):
        siglip = self.model.config.model_type.startswith("siglip")
        return ["pooler_output" if siglip else "image_embeds" if "pixel_values" in self.names else "text_embeds"]

    def forward(self, *inputs):
        known = dict(zip(self.names, inputs))
        features = self.model.get_image_features if "pixel_values" in known else self.model.get_text_features
        return features(**known).pooler_output


def classifies(model):
    return any(word in type(model).__name__ for word in ("ForSequence", "ForToken"))


def names_of(model):
    """The inputs that a model of texts takes, in the order of the graph's."""
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
    name = (json.loads((folder / "config.json").read_text()).get("architectures") or ["AutoModel"])[0]
    known = getattr(transformers, "AutoModel" if name.endswith(("ForMaskedLM", "ForCausalLM")) else name)
    return known.from_pretrained(folder, attn_implementation="eager", dtype=torch.float32).float().eval()


def export(module, target):
    values = {
        "input_ids": torch.randint(3, 20, SHAPE),
        "attention_mask": torch.ones(SHAPE, dtype=torch.long),
        "token_type_ids": torch.zeros(SHAPE, dtype=torch.long),
    }
    texts = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
    sizes = {name: texts for name in values} | {"pixel_values": {0: torch.export.Dim("images")}}
    if "pixel_values" in module.names:
        side = module.model.config.vision_config.image_size
        values["pixel_values"] = torch.rand(2, 3, side, side)
    elif getattr(module.model.config, "model_type", "").startswith("siglip"):
        length = module.model.config.text_config.max_position_embeddings
        values["input_ids"] = torch.randint(3, 20, (2, length))
        sizes["input_ids"] = {0: torch.export.Dim("batch")}
    program = torch.onnx.export(
        module.eval(), tuple(values[name] for name in module.names), dynamo=True, input_names=module.names,
        output_names=module.outputs(), dynamic_shapes=(tuple(sizes[name] for name in module.names),), verbose=False,
    )
    target.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(strip(program.model_proto), target)
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


def quantise(graph):
    target = graph.with_name("model_quantized.onnx")
    quantize_dynamic(graph, target, weight_type=QuantType.QInt8, per_channel=True)
    onnx.save(strip(onnx.load(target)), target)
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


def encoder(folder):
    """Where config.json lies: the folder itself, or that of the first module of sentence-transformers."""
    return folder if (folder / "config.json").exists() else folder / "0_Transformer"


def write(folder):
    model = load(encoder(folder))
    place = encoder(folder) / "onnx"
    if model.config.model_type in ("clip", "siglip"):
        text = ["input_ids"] if model.config.model_type == "siglip" else ["input_ids", "attention_mask"]
        export(Half(model, text), place / "text_model.onnx")
        export(Half(model, ["pixel_values"]), place / "vision_model.onnx")
        return
    names = names_of(model)
    if (folder / "signalbox.json").exists():
        export(Multi(model, names, folder), place / "model.onnx")
        export(Texts(model, names), place / "model_trunk.onnx")
        return
    export(Texts(model, names), place / "model.onnx")
    if folder.name in QUANTISED:
        quantise(place / "model.onnx")


def main():
    known = sorted(path.parent.name for path in HERE.glob("*/golden.json"))
    for name in sys.argv[1:] or known:
        torch.manual_seed(11)
        write(HERE / name)


if __name__ == "__main__":
    main()
