"""Writes the ONNX graphs of a model folder of BERT's shape: their weights stay in model.safetensors, which they refer to by offset and length.

python graph.py FOLDER        writes FOLDER/model.onnx (f32 arithmetic) and FOLDER/model_quantized.onnx (int8 products)

Inputs: input_ids, attention_mask, token_type_ids, int64 [rows, tokens]. Outputs: last_hidden_state, and NAME.last_hidden_state for every
branch of signalbox.json, f32 [rows, tokens, hidden]. The heads stand on them outside the graph.
"""

import json
import sys
from pathlib import Path

import onnx
from onnx import TensorProto, helper

WEIGHTS = "model.safetensors"
KINDS = {"F32": TensorProto.FLOAT, "F16": TensorProto.FLOAT16, "I8": TensorProto.INT8}
OPSET = 20
# The least that f32 masks need to be shut, and that f16 can hold too.
SHUT = -65000.0


class Graph:
    """Nodes in the order they were made, and the stored tensors they use."""

    def __init__(self, folder: Path, quantised: bool) -> None:
        self.quantised = quantised
        with (folder / WEIGHTS).open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            self.header = json.loads(file.read(length))
        self.start = 8 + length
        self.nodes: list = []
        self.stored: dict[str, TensorProto] = {}
        self.made: dict[str, str] = {}

    def node(self, kind: str, *inputs: str, **attributes) -> str:
        output = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, values: list, kind: int = TensorProto.INT64, shape: list[int] | None = None) -> str:
        name = f"c{values}{kind}{shape}"
        self.stored[name] = helper.make_tensor(name, kind, [len(values)] if shape is None else shape, values)
        return name

    def tensor(self, name: str) -> str:
        """A tensor of the file as it is stored."""
        entry = self.header[name]
        first, end = entry["data_offsets"]
        tensor = TensorProto(name=name, data_type=KINDS[entry["dtype"]], dims=entry["shape"], data_location=TensorProto.EXTERNAL)
        for key, value in {"location": WEIGHTS, "offset": self.start + first, "length": end - first}.items():
            tensor.external_data.add(key=key, value=str(value))
        self.stored[name] = tensor
        return name

    def wide(self, name: str) -> str:
        """The same in f32, times its scales; the runtime folds it once, at load."""
        if name not in self.made:
            value = self.tensor(name)
            if self.header[name]["dtype"] != "F32":
                value = self.node("Cast", value, to=TensorProto.FLOAT)
            if self.header[name]["dtype"] == "I8":
                value = self.node("Mul", value, self.node("Unsqueeze", self.tensor(f"{name}.scale"), self.constant([1])))
            self.made[name] = value
        return self.made[name]

    def linear(self, value: str, name: str) -> str:
        weight = f"{name}.weight"
        if self.quantised and self.header[weight]["dtype"] == "I8":
            turned = self.node("Transpose", self.tensor(weight), perm=[1, 0])
            bytes_, scale, zero = (f"q{len(self.nodes)}{part}" for part in ("", "s", "z"))
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [value], [bytes_, scale, zero]))
            sums = self.node("Cast", self.node("MatMulInteger", bytes_, turned, zero), to=TensorProto.FLOAT)
            found = self.node("Mul", sums, self.node("Mul", scale, self.tensor(f"{weight}.scale")))
        else:
            found = self.node("MatMul", value, self.node("Transpose", self.wide(weight), perm=[1, 0]))
        return self.node("Add", found, self.wide(f"{name}.bias"))

    def norm(self, value: str, name: str, epsilon: float) -> str:
        return self.node(
            "LayerNormalization", value, self.wide(f"{name}.weight"), self.wide(f"{name}.bias"), axis=-1, epsilon=epsilon
        )


def layer(graph: Graph, config: dict, states: str, mask: str, at: str) -> str:
    """One layer of BERT (Devlin et al., 2018)."""
    heads, epsilon = config["num_attention_heads"], config["layer_norm_eps"]
    width = config["hidden_size"] // heads
    split = graph.constant([0, 0, heads, width])

    def part(name: str, perm: list[int]) -> str:
        return graph.node("Transpose", graph.node("Reshape", graph.linear(states, f"{at}.attention.self.{name}"), split), perm=perm)

    query, key, value = part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]), part("value", [0, 2, 1, 3])
    scores = graph.node("Div", graph.node("MatMul", query, key), graph.constant([width**0.5], TensorProto.FLOAT, []))
    shares = graph.node("Softmax", graph.node("Add", scores, mask), axis=-1)
    context = graph.node("Transpose", graph.node("MatMul", shares, value), perm=[0, 2, 1, 3])
    context = graph.node("Reshape", context, graph.constant([0, 0, config["hidden_size"]]))
    states = graph.norm(graph.node("Add", states, graph.linear(context, f"{at}.attention.output.dense")), f"{at}.attention.output.LayerNorm", epsilon)
    inner = graph.node("Gelu", graph.linear(states, f"{at}.intermediate.dense"))
    return graph.norm(graph.node("Add", states, graph.linear(inner, f"{at}.output.dense")), f"{at}.output.LayerNorm", epsilon)


def embed(graph: Graph, config: dict) -> str:
    place = "embeddings"
    shape = graph.node("Shape", "input_ids")
    length = graph.node("Squeeze", graph.node("Gather", shape, graph.constant([1])))
    zero, one = (graph.constant([number], shape=[]) for number in (0, 1))
    positions = graph.node("Gather", graph.wide(f"{place}.position_embeddings.weight"), graph.node("Range", zero, length, one))
    words = graph.node("Gather", graph.wide(f"{place}.word_embeddings.weight"), "input_ids")
    types = graph.node("Gather", graph.wide(f"{place}.token_type_embeddings.weight"), "token_type_ids")
    total = graph.node("Add", graph.node("Add", words, types), positions)
    return graph.norm(total, f"{place}.LayerNorm", config["layer_norm_eps"])


def model(folder: Path, quantised: bool) -> onnx.ModelProto:
    config = json.loads((folder / "config.json").read_text())
    branches = json.loads((folder / "signalbox.json").read_text()).get("branches", [])
    graph = Graph(folder, quantised)
    shut = graph.node("Sub", graph.constant([1.0], TensorProto.FLOAT, []), graph.node("Cast", "attention_mask", to=TensorProto.FLOAT))
    shut = graph.node("Mul", shut, graph.constant([SHUT], TensorProto.FLOAT, []))
    mask = graph.node("Unsqueeze", shut, graph.constant([1, 2]))
    layers = config["num_hidden_layers"]
    below = [embed(graph, config)]
    for number in range(layers):
        below.append(layer(graph, config, below[-1], mask, f"encoder.layer.{number}"))
    ends = {"last_hidden_state": below[-1]}
    for branch in branches:
        states = below[branch["from"]]
        for number in range(branch["from"], layers):
            states = layer(graph, config, states, mask, f"branches.{branch['name']}.encoder.layer.{number}")
        ends[f"{branch['name']}.last_hidden_state"] = states
    for name, end in ends.items():
        graph.nodes.append(helper.make_node("Identity", [end], [name]))
    shape = ["rows", "tokens"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask", "token_type_ids")]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape, config["hidden_size"]]) for name in ends]
    made = helper.make_graph(graph.nodes, "signalbox", inputs, outputs, list(graph.stored.values()))
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=10, producer_name="signalbox")


def main() -> None:
    folder = Path(sys.argv[1])
    for name, quantised in {"model.onnx": False, "model_quantized.onnx": True}.items():
        path = folder / name
        path.write_bytes(model(folder, quantised).SerializeToString())
        onnx.checker.check_model(str(path))
        print(f"{name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
