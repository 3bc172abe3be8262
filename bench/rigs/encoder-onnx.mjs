// The encoders of `encoder-folder.mjs` as ONNX graphs over the same weights: as PyTorch exports them in f32, and with dynamic int8 products.

import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { globalEvery, reach, thetas, weightsOf } from './encoder-folder.mjs';
import { Graph } from './onnx-graph.mjs';

/** Writes the graph of `shape` in `precision` (f32 or int8) unless it is there. */
export function writeGraph(shape, precision, path) {
  if (existsSync(path)) return;
  const half = `${path}.${process.pid}`;
  writeFileSync(half, new Writer(shape, precision).model());
  renameSync(half, path);
}

const microsoft = { microsoft: true };

class Writer {
  constructor(shape, precision) {
    this.shape = shape;
    this.isInt8 = precision === 'int8';
    this.weights = weightsOf(shape);
    this.graph = new Graph();
  }

  model() {
    const { graph, shape } = this;
    graph.input('input_ids', 'int64', ['batch', 'tokens']);
    graph.input('attention_mask', 'int64', ['batch', 'tokens']);
    this.prepare();
    const states = shape.family === 'bert' ? this.bert() : this.modern();
    graph.output(states, 'last_hidden_state', ['batch', 'tokens', shape.hidden]);
    return graph.model();
  }

  /** What every layer looks at: positions and masks. */
  prepare() {
    const { graph } = this;
    const tokens = graph.add('Gather', [graph.add('Shape', ['input_ids']), graph.integer(1)]);
    this.range = graph.add('Range', [graph.integer(0), tokens, graph.integer(1)]);
    const wide = graph.add('Unsqueeze', [graph.add('Unsqueeze', ['attention_mask', graph.integers([1])]), graph.integers([2])]);
    const away = graph.add('Sub', [graph.scalar(1), graph.add('Cast', [wide], { to: 1 })]);
    this.mask = graph.add('Mul', [away, graph.scalar(-10_000)]);
    this.mask32 = graph.add('Cast', ['attention_mask'], { to: 6 });
  }

  /** Additive mask of `[1, 1, tokens, tokens]` for layers that see their neighbourhood. */
  localMask() {
    const { graph } = this;
    const place = graph.add('Cast', [this.range], { to: 1 });
    const [down, across] = [1, 0].map((axis) => graph.add('Unsqueeze', [place, graph.integers([axis])]));
    const far = graph.add('Greater', [graph.add('Abs', [graph.add('Sub', [down, across])]), graph.scalar(reach)]);
    const added = graph.add('Mul', [graph.add('Cast', [far], { to: 1 }), graph.scalar(-10_000)]);
    return graph.add('Unsqueeze', [graph.add('Unsqueeze', [added, graph.integers([0])]), graph.integers([0])]);
  }

  values = (name) => this.weights.get(name)?.values;

  dense(input, names) {
    const { graph } = this;
    const pieces = names.map((name) => ({ ...this.weights.get(`${name}.weight`), bias: this.values(`${name}.bias`) }));
    const depth = pieces[0].dimensions[1];
    const outputs = pieces.reduce((sum, { dimensions }) => sum + dimensions[0], 0);
    const weight = transposed(pieces, depth, outputs);
    const bias =
      pieces[0].bias &&
      graph.floats(
        [outputs],
        pieces.flatMap((piece) => [...piece.bias]),
      );
    if (this.isInt8) {
      const { bytes, scales } = quantised(weight, outputs);
      const inputs = [input, graph.tensor('int8', [depth, outputs], bytes), graph.floats([outputs], scales)];
      return graph.add(
        'DynamicQuantizeMatMul',
        [...inputs, graph.tensor('int8', [outputs], new Int8Array(outputs)), bias ?? ''],
        {},
        microsoft,
      );
    }
    const product = graph.add('MatMul', [input, graph.floats([depth, outputs], weight)]);
    return bias === undefined ? product : graph.add('Add', [product, bias]);
  }

  norm(input, name, epsilon) {
    const { graph, shape } = this;
    const bias = this.values(`${name}.bias`);
    const vectors = [this.values(`${name}.weight`), ...(bias ? [bias] : [])].map((values) => graph.floats([shape.hidden], values));
    return graph.add('LayerNormalization', [input, ...vectors], { axis: -1, epsilon: { float: epsilon } });
  }

  gelu(input) {
    const { graph } = this;
    if (this.isInt8) return graph.add('Gelu', [input], {}, microsoft);
    const raised = graph.add('Erf', [graph.add('Div', [input, graph.scalar(Math.SQRT2)])]);
    return graph.add('Mul', [graph.add('Mul', [input, graph.add('Add', [raised, graph.scalar(1)])]), graph.scalar(0.5)]);
  }

  /** `[batch, tokens, hidden]` to `[batch, heads, tokens, width]`. */
  heads(input) {
    const { graph, shape } = this;
    const split = graph.add('Reshape', [input, graph.integers([0, -1, shape.heads, shape.hidden / shape.heads])]);
    return graph.add('Transpose', [split], { perm: [0, 2, 1, 3] });
  }

  attention([query, key, value], added) {
    const { graph, shape } = this;
    const scores = graph.add('MatMul', [query, graph.add('Transpose', [key], { perm: [0, 1, 3, 2] })]);
    const scaled = graph.add('Div', [scores, graph.scalar(Math.sqrt(shape.hidden / shape.heads))]);
    const masked = added.reduce((sum, mask) => graph.add('Add', [sum, mask]), scaled);
    const context = graph.add('MatMul', [graph.add('Softmax', [masked], { axis: -1 }), value]);
    return graph.add('Reshape', [graph.add('Transpose', [context], { perm: [0, 2, 1, 3] }), graph.integers([0, -1, shape.hidden])]);
  }

  split(input, parts) {
    const { graph, shape } = this;
    const size = parts === 3 ? shape.hidden : shape.intermediate;
    return graph.add('Split', [input, graph.integers(Array(parts).fill(size))], { axis: -1 }, { outputs: parts });
  }

  bert() {
    const { graph, shape } = this;
    const table = (name) => {
      const { dimensions, values } = this.weights.get(`embeddings.${name}.weight`);
      return graph.floats(dimensions, values);
    };
    const words = graph.add('Gather', [table('word_embeddings'), 'input_ids']);
    const kind = graph.floats([shape.hidden], this.values('embeddings.token_type_embeddings.weight').subarray(0, shape.hidden));
    const placed = graph.add('Add', [graph.add('Add', [words, kind]), graph.add('Gather', [table('position_embeddings'), this.range])]);
    let states = this.norm(placed, 'embeddings.LayerNorm', 1e-12);
    for (let layer = 0; layer < shape.layers; layer++) {
      const at = `encoder.layer.${layer}`;
      const names = ['query', 'key', 'value'].map((part) => `${at}.attention.self.${part}`);
      const context = this.isInt8
        ? graph.add(
            'MultiHeadAttention',
            [...this.split(this.dense(states, names), 3), '', this.mask32],
            { num_heads: shape.heads },
            microsoft,
          )
        : this.attention(
            names.map((name) => this.heads(this.dense(states, [name]))),
            [this.mask],
          );
      const attended = graph.add('Add', [this.dense(context, [`${at}.attention.output.dense`]), states]);
      const middle = this.norm(attended, `${at}.attention.output.LayerNorm`, 1e-12);
      const inner = this.gelu(this.dense(middle, [`${at}.intermediate.dense`]));
      const outer = graph.add('Add', [this.dense(inner, [`${at}.output.dense`]), middle]);
      states = this.norm(outer, `${at}.output.LayerNorm`, 1e-12);
    }
    return states;
  }

  /** Cosines and sines of every position, `[positions, width]`, both halves alike. */
  rotations(theta) {
    const { graph, shape } = this;
    const width = shape.hidden / shape.heads;
    const angle = (at) => Math.floor(at / width) * theta ** ((-2 * ((at % width) % (width / 2))) / width);
    const rows = 512;
    const make = (of) => {
      const table = graph.floats(
        [rows, width],
        Float32Array.from({ length: rows * width }, (_, at) => of(angle(at))),
      );
      return graph.add('Gather', [table, this.range]);
    };
    return { cosines: make(Math.cos), sines: make(Math.sin) };
  }

  rotated(input, { cosines, sines }) {
    const { graph, shape } = this;
    const width = shape.hidden / shape.heads;
    const part = (from, to) => graph.add('Slice', [input, graph.integers([from]), graph.integers([to]), graph.integers([3])]);
    const turned = graph.add('Concat', [graph.add('Neg', [part(width / 2, width)]), part(0, width / 2)], { axis: 3 });
    return graph.add('Add', [graph.add('Mul', [input, cosines]), graph.add('Mul', [turned, sines])]);
  }

  modern() {
    const { graph, shape } = this;
    const { dimensions, values } = this.weights.get('embeddings.tok_embeddings.weight');
    let states = this.norm(graph.add('Gather', [graph.floats(dimensions, values), 'input_ids']), 'embeddings.norm', 1e-5);
    const [everywhere, near] = [this.rotations(thetas.global), this.rotations(thetas.local)];
    const local = this.localMask();
    for (let layer = 0; layer < shape.layers; layer++) {
      const at = `layers.${layer}`;
      const seesAll = layer % globalEvery === 0;
      const normed = layer === 0 ? states : this.norm(states, `${at}.attn_norm`, 1e-5);
      const [query, key, value] = this.split(this.dense(normed, [`${at}.attn.Wqkv`]), 3).map((part) => this.heads(part));
      const rotation = seesAll ? everywhere : near;
      const turned = [this.rotated(query, rotation), this.rotated(key, rotation), value];
      const context = this.attention(turned, seesAll ? [this.mask] : [this.mask, local]);
      states = graph.add('Add', [states, this.dense(context, [`${at}.attn.Wo`])]);
      const [inner, gate] = this.split(this.dense(this.norm(states, `${at}.mlp_norm`, 1e-5), [`${at}.mlp.Wi`]), 2);
      const gated = graph.add('Mul', [this.gelu(inner), gate]);
      states = graph.add('Add', [states, this.dense(gated, [`${at}.mlp.Wo`])]);
    }
    return this.norm(states, 'final_norm', 1e-5);
  }
}

/** `[outputs, depth]` pieces below each other, turned to `[depth, outputs]`. */
function transposed(pieces, depth, outputs) {
  const turned = new Float32Array(depth * outputs);
  let first = 0;
  for (const { dimensions, values } of pieces) {
    for (let row = 0; row < dimensions[0]; row++) {
      for (let step = 0; step < depth; step++) turned[step * outputs + first + row] = values[row * depth + step];
    }
    first += dimensions[0];
  }
  return turned;
}

/** Symmetric bytes, one scale a column. */
function quantised(weight, outputs) {
  const scales = new Float32Array(outputs);
  for (let at = 0; at < weight.length; at++) {
    const column = at % outputs;
    scales[column] = Math.max(scales[column], Math.abs(weight[at]) / 127);
  }
  return { scales, bytes: Int8Array.from(weight, (value, at) => Math.round(value / (scales[at % outputs] || 1))) };
}
