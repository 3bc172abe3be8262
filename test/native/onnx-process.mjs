// A process of its own for `onnx-versions.test.ts`: does the steps it is given, in their order, and prints what each gave.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

const { binary, graph, model, steps } = JSON.parse(process.argv[2]);
const addon = createRequire(import.meta.url)(binary);

/** What `analyze` gives for one text through the first head. */
const analyze = (handle, text) => handle.analyze([text], undefined, Uint32Array.of(1, 0));

/** Shows that a model answers. */
async function embed() {
  const handle = await addon.loadModel(model);
  if ('code' in handle) return handle;
  const answers = await analyze(handle, 'hello world');
  return 'code' in answers ? answers : 'embedded';
}

/** One pass of the application's own binding. */
async function run(folder) {
  const { InferenceSession, Tensor } = createRequire(`${folder}/index.js`)('onnxruntime-node');
  const session = await InferenceSession.create(readFileSync(graph));
  const input = () => new Tensor('int64', BigInt64Array.from([1n, 2n, 3n]), [1, 3]);
  const feeds = Object.fromEntries(session.inputNames.map((name) => [name, input()]));
  const outputs = await session.run(feeds);
  return Array.from(outputs.logits.data);
}

const doing = {
  open: ({ library, candidates }) => addon.openRuntime(library ?? null, candidates ?? []),
  features: () => addon.capabilities().features.batchedEmbedding,
  unavailable: () => addon.capabilities().unavailable.batchedEmbedding,
  embed,
  run: ({ folder }) => run(folder),
  // Ends while threads compute: leaving must neither hang nor crash.
  leave: async () => {
    const handle = await addon.loadModel(model);
    const all = Array.from({ length: 500 }, () => analyze(handle, 'the cat sat on the mat. '.repeat(4)));
    await Promise.race(all);
    setImmediate(() => process.exit(0));
    return 'leaving';
  },
  // A worker thread that loads, calls and ends.
  worker: () =>
    new Promise((resolve, reject) => {
      const code = `const addon = require(${JSON.stringify(binary)});
        addon.loadModel(${JSON.stringify(model)}).then((handle) => handle.analyze(['hello'], undefined, Uint32Array.of(1, 0))).then(() => process.exit(0));`;
      const worker = new Worker(code, { eval: true });
      worker.once('error', reject);
      worker.once('exit', (status) => resolve(status));
    }),
};

for (const step of steps) process.stdout.write(`${JSON.stringify(await doing[step.do](step))}\n`);
