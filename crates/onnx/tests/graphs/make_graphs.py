"""Writes the graphs of this folder, each a handful of nodes: what is right about them or wrong is in their names. Needs onnx 1.23."""

from pathlib import Path

import onnx
from onnx import TensorProto, helper

HERE = Path(__file__).parent
IDS = {"input_ids": (TensorProto.INT64, ["rows", "tokens"])}


def write(name, inputs, nodes, outputs, constants=()):
    values = lambda all: [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in all.items()]
    graph = helper.make_graph(nodes, name, values(inputs), values(outputs), initializer=list(constants))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    (HERE / f"{name}.onnx").write_bytes(model.SerializeToString())


def i64(name, *values, shape=None):
    return helper.make_tensor(name, TensorProto.INT64, [len(values)] if shape is None else shape, values)


def sums(inputs, name, kind=TensorProto.FLOAT):
    """Logits [rows, inputs]: the sum of each input over the tokens."""
    nodes, parts = [], []
    for number, input in enumerate(inputs):
        nodes += [
            helper.make_node("Cast", [input], [f"f{number}"], to=TensorProto.FLOAT),
            helper.make_node("ReduceSum", [f"f{number}", "one"], [f"s{number}"], keepdims=1),
        ]
        parts.append(f"s{number}")
    nodes.append(helper.make_node("Concat", parts, ["all"], axis=1))
    nodes.append(helper.make_node("Cast", ["all"], ["logits"], to=kind))
    write(name, inputs, nodes, {"logits": (kind, ["rows", len(parts)])}, [i64("one", 1)])


def endless():
    """Logits after thousands of millions of turns of a loop, one thousand million for each token after the third."""
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("Sin", ["value"], ["next"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, ["rows", 2]),
        ],
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, ["rows", 2]),
        ],
    )
    nodes = [
        helper.make_node("Shape", ["input_ids"], ["tokens"], start=1),
        helper.make_node("Sub", ["tokens", "three"], ["above"]),
        helper.make_node("Max", ["above", "zero"], ["over"]),
        helper.make_node("Mul", ["over", "many"], ["all"]),
        helper.make_node("Reshape", ["all", "scalar"], ["turns"]),
        helper.make_node("ReduceSum", ["input_ids", "one"], ["sum"], keepdims=1),
        helper.make_node("Cast", ["sum"], ["float"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["float", "float"], ["both"], axis=1),
        helper.make_node("Loop", ["turns", "", "both"], ["logits"], body=body),
    ]
    constants = [
        i64("three", 3), i64("zero", 0), i64("one", 1), i64("many", 1_000_000_000), helper.make_tensor("scalar", TensorProto.INT64, [0], []),
    ]
    write("endless", IDS, nodes, {"logits": (TensorProto.FLOAT, ["rows", 2])}, constants)


def main():
    shape = ["rows", "tokens"]
    wide = {name: (TensorProto.INT64, shape) for name in ("input_ids", "attention_mask", "token_type_ids", "position_ids")}
    narrow = {name: (TensorProto.INT32, shape) for name in wide}
    sums(wide, "wide")
    sums(narrow, "narrow")
    sums(IDS | {"labels": (TensorProto.INT64, shape)}, "unknown_input")
    sums({"input_ids": (TensorProto.FLOAT, shape)}, "float_ids")
    sums({"input_ids": (TensorProto.INT64, [1, 128])}, "fixed_length")
    sums(IDS, "half_output", TensorProto.FLOAT16)
    cast = helper.make_node("Cast", ["input_ids"], ["scores"], to=TensorProto.FLOAT)
    write("neither", IDS, [cast, helper.make_node("ReduceSum", ["scores", "one"], ["sum"], keepdims=0)], {"sum": (TensorProto.FLOAT, ["rows"])}, [i64("one", 1)])
    endless()


if __name__ == "__main__":
    main()
