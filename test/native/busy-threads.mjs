// Run by workers.test.ts: fifty threads that exit, or are terminated, while the addon works for them.

import { createRequire } from 'node:module';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const [, , binary, model] = process.argv;
  createRequire(import.meta.url)(binary).capabilities();
  const ends = Array.from({ length: 50 }, (_, number) =>
    run(new Worker(new URL(import.meta.url), { workerData: { binary, model, number } }), number),
  );
  const codes = await Promise.all(ends);
  process.stdout.write(`${codes.length} threads ended\n`);
} else {
  await work(workerData);
}

function run(worker, number) {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', resolve);
    if (number % 3 === 0) worker.once('message', () => worker.terminate());
  });
}

async function work({ binary, model, number }) {
  const { parentPort } = await import('node:worker_threads');
  const addon = createRequire(import.meta.url)(binary);
  const prescanner = addon.createPrescanner({
    fastPath: {},
    keywords: [{ name: 'x', operator: 'OR', keywords: ['prove'], patterns: [], caseSensitive: false, method: 'exact' }],
  });
  const out = new Float64Array(21);
  for (let round = 0; round < 200; round++) prescanner.scan('prove it and derive it '.repeat(20), '', 0, out);
  const handle = await addon.loadModel(model);
  const texts = Array.from({ length: 50 }, () => 'the small model and the large model');
  const heads = Uint32Array.from({ length: 100 }, (_, at) => 1 - (at % 2));
  const pending = 'code' in handle ? [addon.loadModel(model)] : Array.from({ length: 5 }, () => handle.analyze(texts, undefined, heads));
  parentPort.postMessage('busy');
  if (number % 3 === 1) process.exit(0);
  if (number % 3 === 2) await Promise.race(pending);
  if (number % 3 === 0) await Promise.all(pending.map((one) => one.then(() => new Promise(() => setInterval(() => {}, 1000)))));
}
