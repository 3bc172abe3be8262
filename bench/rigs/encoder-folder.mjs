// Encoders of published shapes with seeded random weights, as Hugging Face folders: what a dense encoder costs does not depend on its weights.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** MiniLM-L6-H384 and ModernBERT-base. */
export const shapes = {
  'minilm-l6': { family: 'bert', vocabulary: 30_522, hidden: 384, layers: 6, heads: 12, intermediate: 1536, positions: 512 },
  'modernbert-base': { family: 'modernbert', vocabulary: 50_368, hidden: 768, layers: 22, heads: 12, intermediate: 1152, positions: 8192 },
};

/** Every third layer of ModernBERT sees all tokens, the others 64 to either side. */
export const globalEvery = 3;
export const reach = 64;
export const thetas = { global: 160_000, local: 10_000 };

/** Tensors by the names of transformers: `{ name: { dimensions, values } }`. */
export function weightsOf(shape) {
  const { family, vocabulary, hidden, layers, intermediate, positions } = shape;
  const weights = new Map();
  let seed = 12_345;
  const random = (count, spread) => {
    const values = new Float32Array(count);
    for (let at = 0; at < count; at++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) | 0;
      values[at] = (seed / 2_147_483_648) * spread;
    }
    return values;
  };
  const set = (name, dimensions, spread) =>
    weights.set(name, {
      dimensions,
      values: random(
        dimensions.reduce((a, b) => a * b),
        spread,
      ),
    });
  const linear = (name, outputs, inputs, bias) => {
    set(`${name}.weight`, [outputs, inputs], 1.5 / Math.sqrt(inputs));
    if (bias) set(`${name}.bias`, [outputs], 0.02);
  };
  const norm = (name, bias) => {
    weights.set(`${name}.weight`, { dimensions: [hidden], values: random(hidden, 0.1).map((value) => 1 + value) });
    if (bias) set(`${name}.bias`, [hidden], 0.05);
  };
  if (family === 'bert') {
    set('embeddings.word_embeddings.weight', [vocabulary, hidden], 0.06);
    set('embeddings.position_embeddings.weight', [positions, hidden], 0.03);
    set('embeddings.token_type_embeddings.weight', [2, hidden], 0.02);
    norm('embeddings.LayerNorm', true);
  } else {
    set('embeddings.tok_embeddings.weight', [vocabulary, hidden], 0.06);
    norm('embeddings.norm', false);
    norm('final_norm', false);
  }
  for (let layer = 0; layer < layers; layer++) {
    if (family === 'bert') {
      const at = `encoder.layer.${layer}`;
      for (const part of ['query', 'key', 'value']) linear(`${at}.attention.self.${part}`, hidden, hidden, true);
      linear(`${at}.attention.output.dense`, hidden, hidden, true);
      norm(`${at}.attention.output.LayerNorm`, true);
      linear(`${at}.intermediate.dense`, intermediate, hidden, true);
      linear(`${at}.output.dense`, hidden, intermediate, true);
      norm(`${at}.output.LayerNorm`, true);
    } else {
      const at = `layers.${layer}`;
      if (layer > 0) norm(`${at}.attn_norm`, false);
      linear(`${at}.attn.Wqkv`, 3 * hidden, hidden, false);
      linear(`${at}.attn.Wo`, hidden, hidden, false);
      norm(`${at}.mlp_norm`, false);
      linear(`${at}.mlp.Wi`, 2 * intermediate, hidden, false);
      linear(`${at}.mlp.Wo`, hidden, intermediate, false);
    }
  }
  return weights;
}

/** Special tokens, then words: `w0 w1 w2 …` is as many tokens as words, and two more around them. */
const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];

/** The ids of `words` words. */
export const idsOf = (words) => [2, ...Array.from({ length: words }, (_, at) => specials.length + wordAt(at)), 3];

/** A text of `words` words. */
export const textOf = (words) => Array.from({ length: words }, (_, at) => `w${wordAt(at)}`).join(' ');

const wordAt = (at) => (at * 7919 + 13) % 1997;

/** Writes the folder unless it is there. */
export function writeFolder(shape, folder) {
  if (existsSync(folder)) return;
  const half = `${folder}.${process.pid}`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true });
  const file = (name, content) => writeFileSync(join(half, name), JSON.stringify(content));
  file('config.json', configOf(shape));
  file('tokenizer.json', tokenizerOf(shape));
  writeSafetensors(join(half, 'model.safetensors'), weightsOf(shape));
  renameSync(half, folder);
}

function configOf({ family, vocabulary, hidden, layers, heads, intermediate, positions }) {
  const shared = {
    model_type: family,
    vocab_size: vocabulary,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediate,
    max_position_embeddings: positions,
    pad_token_id: 0,
  };
  if (family === 'bert') return { ...shared, architectures: ['BertModel'], hidden_act: 'gelu', type_vocab_size: 2, layer_norm_eps: 1e-12 };
  return {
    ...shared,
    architectures: ['ModernBertModel'],
    hidden_activation: 'gelu',
    norm_eps: 1e-5,
    global_rope_theta: thetas.global,
    local_rope_theta: thetas.local,
    global_attn_every_n_layers: globalEvery,
    local_attention: 2 * reach,
    attention_bias: false,
    mlp_bias: false,
    norm_bias: false,
  };
}

function tokenizerOf({ vocabulary }) {
  const words = [...specials, ...Array.from({ length: vocabulary - specials.length }, (_, at) => `w${at}`)];
  const special = (content) => ({ SpecialToken: { id: content, type_id: 0 } });
  const sequence = (id) => ({ Sequence: { id, type_id: id === 'A' ? 0 : 1 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), sequence('A'), special('[SEP]')],
      pair: [special('[CLS]'), sequence('A'), special('[SEP]'), sequence('B'), special('[SEP]')],
      special_tokens: Object.fromEntries(
        [
          ['[CLS]', 2],
          ['[SEP]', 3],
        ].map(([id, number]) => [id, { id, ids: [number], tokens: [id] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}

function writeSafetensors(path, weights) {
  const header = {};
  let offset = 0;
  for (const [name, { dimensions, values }] of weights) {
    header[name] = { dtype: 'F32', shape: dimensions, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(path, Buffer.concat([length, text, ...[...weights.values()].map(({ values }) => Buffer.from(values.buffer))]));
}
