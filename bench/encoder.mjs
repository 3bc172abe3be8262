// Encoders from a JavaScript string to a vector, beside ONNX Runtime on the same weights in the same process.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { shapes, writeFolder } from './rigs/encoder-folder.mjs';
import { writeGraph } from './rigs/encoder-onnx.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const models = join(here, '..', '.cache', 'bench', 'encoder');

/** SPEC Q4 and Q5: one thread, one text, milliseconds on the reference machine. */
const limits = {
  'minilm-l6 int8 128': 10,
  'minilm-l6 f32 128': 29,
  'minilm-l6 int8 16': 1.1,
  'modernbert-base int8 128': 82,
  'modernbert-base f32 128': 275,
};

const tokens = [16, 64, 128, 256, 512];
const batches = [1, 8, 32];

export const encoder = {
  name: 'encoder',
  about: 'embed from a JavaScript string beside onnxruntime-node, which is given the tokens; best of rounds, ms a text',
  run: async ({ rounds = 5 } = {}) => {
    mkdirSync(models, { recursive: true });
    const threadCounts = availableParallelism() > 1 ? [1, 2] : [1];
    const rows = [];
    for (const [name, shape] of Object.entries(shapes)) {
      const folder = join(models, name);
      writeFolder(shape, folder);
      for (const precision of ['f32', 'int8']) {
        const graph = join(models, `${name}-${precision}.onnx`);
        writeGraph(shape, precision, graph);
        for (const threads of threadCounts) {
          // A large model takes seconds a batch, and says nothing new by it.
          const sizes = name === 'minilm-l6' ? batches : [1];
          rows.push(...(await measured({ name, precision, threads, folder, graph, rounds, tokens, batches: sizes })));
        }
      }
    }
    return { rows, missed: missed(rows) };
  },
};

/** Thread counts are set once a process: each has its own. */
async function measured(task) {
  const child = spawn(process.execPath, [join(here, 'rigs', 'encoder-arms.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(task));
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`the arms of ${task.name} ${task.precision} ended with ${code}`);
  return JSON.parse(output);
}

function missed(rows) {
  const slow = rows
    .filter(({ ahead }) => ahead < 1)
    .map((row) => `${caseOf(row)} × ${row.batch}, ${row.threads} threads: ${row.ahead} times onnxruntime-node`);
  const over = rows.filter((row) => row.threads === 1 && row.batch === 1 && row.oursMs > (limits[caseOf(row)] ?? Number.POSITIVE_INFINITY));
  return [...slow, ...over.map((row) => `${caseOf(row)}: ${row.oursMs} ms, asked ${limits[caseOf(row)]}`)];
}

const caseOf = ({ model, precision, tokens }) => `${model} ${precision} ${tokens}`;
