// An ONNX graph built node by node (github.com/onnx/onnx, onnx.proto: the field numbers below are its own).

import { float, joined, parts, whole } from './protobuf.mjs';

const types = { float: 1, int8: 3, int32: 6, int64: 7 };

/** Nodes, weights, inputs and outputs of one graph. */
export class Graph {
  #nodes = [];
  #weights = [];
  #inputs = [];
  #outputs = [];
  #count = 0;

  input(name, type, dimensions) {
    this.#inputs.push(value(11, name, type, dimensions));
    return name;
  }

  output(from, name, dimensions) {
    this.#node('Identity', [from], [name], {}, '');
    this.#outputs.push(value(12, name, 'float', dimensions));
  }

  /** A constant tensor; gives its name. */
  tensor(type, dimensions, array) {
    const name = `weight_${this.#count++}`;
    const bytes = Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    const sizes = dimensions.map((size) => whole(1, size));
    this.#weights.push(parts(5, sizes, whole(2, types[type]), parts(8, name), parts(9, bytes)));
    return name;
  }

  floats = (dimensions, array) => this.tensor('float', dimensions, Float32Array.from(array));
  scalar = (number) => this.floats([], [number]);
  integers = (list) => this.tensor('int64', [list.length], BigInt64Array.from(list.map(BigInt)));
  integer = (number) => this.tensor('int64', [], BigInt64Array.of(BigInt(number)));

  /** A node of the standard domain, or of `com.microsoft`; gives the name of its output, or the names of several. */
  add(operator, inputs, attributes = {}, { outputs = 1, microsoft = false } = {}) {
    const names = Array.from({ length: outputs }, () => `value_${this.#count++}`);
    this.#node(operator, inputs, names, attributes, microsoft ? 'com.microsoft' : '');
    return outputs === 1 ? names[0] : names;
  }

  #node(operator, inputs, outputs, attributes, domain) {
    const names = inputs.map((name) => parts(1, name)).concat(outputs.map((name) => parts(2, name)));
    const options = Object.entries(attributes).map(([name, content]) => attribute(name, content));
    this.#nodes.push(parts(1, names, parts(4, operator), options, domain === '' ? [] : parts(7, domain)));
  }

  /** The model file: opset 17, and version 1 of Microsoft's operators. */
  model() {
    const graph = parts(7, this.#nodes, parts(2, 'encoder'), this.#weights, this.#inputs, this.#outputs);
    const operators = [parts(8, parts(1, ''), whole(2, 17)), parts(8, parts(1, 'com.microsoft'), whole(2, 1))];
    return joined(whole(1, 8), parts(2, 'signalbox bench'), graph, operators);
  }
}

function attribute(name, content) {
  if (Array.isArray(content))
    return parts(
      5,
      parts(1, name),
      content.map((one) => whole(8, one)),
      whole(20, 7),
    );
  if (typeof content === 'object') return parts(5, parts(1, name), float(2, content.float), whole(20, 1));
  return parts(5, parts(1, name), whole(3, content), whole(20, 2));
}

function value(field, name, type, dimensions) {
  const sizes = dimensions.map((size) => parts(1, typeof size === 'string' ? parts(2, size) : whole(1, size)));
  return parts(field, parts(1, name), parts(2, parts(1, whole(1, types[type]), parts(2, sizes))));
}
