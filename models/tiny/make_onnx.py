"""Writes the graphs of the folders beside this file: onnx/model.onnx from their safetensors, and for some onnx/model_quantized.onnx.

    python models/tiny/make_onnx.py [FOLDER …]        default: every folder with a config.json and a golden.json

Needs torch 2.15, transformers 5.23, onnx 1.23, onnxscript 0.7, onnxruntime 1.31, safetensors 0.8. models/training/transformer_graph.py
says how graphs are made.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "training"))

import transformer_graph  # noqa: E402
from transformer_graph import Texts, encoder, load, names_of, quantise, text_inputs  # noqa: E402

#: Folders that get a quantised graph too.
QUANTISED = {"bert", "bert_tokens", "modernbert_classifier", "modernbert_embedding", "deberta"}


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


def inputs(module):
    """As of every text model, but for images, and for towers whose texts have one length."""
    values, sizes = text_inputs()
    if "pixel_values" in module.names:
        side = module.model.config.vision_config.image_size
        return {"pixel_values": torch.rand(2, 3, side, side)}, {"pixel_values": {0: torch.export.Dim("images")}}
    if getattr(module.model.config, "model_type", "").startswith("siglip"):
        length = module.model.config.text_config.max_position_embeddings
        values["input_ids"] = torch.randint(3, 20, (2, length))
        sizes["input_ids"] = {0: torch.export.Dim("batch")}
    return values, sizes


def export(module, target):
    transformer_graph.export(module, target, inputs(module))
    print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


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
        target = quantise(place / "model.onnx")
        print(f"{target.relative_to(HERE)}: {target.stat().st_size} bytes")


def main():
    known = sorted(path.parent.name for path in HERE.glob("*/golden.json"))
    for name in sys.argv[1:] or known:
        torch.manual_seed(11)
        write(HERE / name)


if __name__ == "__main__":
    main()
