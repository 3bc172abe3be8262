// Run by vector-index.test.ts: twelve threads load, search, change and save one snapshot; some are terminated meanwhile.

import { createRequire } from 'node:module';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const [dimensions, count] = [16, 500];
const [, , binary, file] = process.argv;
const addon = createRequire(import.meta.url)(workerData?.binary ?? binary);

if (isMainThread) {
  const index = addon.createVectorIndex({ dimensions, m: 8, efConstruction: 40 });
  for (let number = 0; number < count; number++) index.insert(`n${number}`, vectorOf(number), 0, 0);
  await settled(index.save(file));
  const codes = await Promise.all(Array.from({ length: 12 }, (_, number) => run(number)));
  const last = await settled(addon.loadVectorIndex(file));
  process.stdout.write(`${codes.length} threads ended, ${last.size(0)} vectors saved\n`);
} else {
  await work(workerData);
}

function run(number) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { binary, file, number } });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', resolve);
    if (number % 3 === 0) worker.once('message', () => worker.terminate());
  });
}

async function work({ file: path, number }) {
  const index = await settled(addon.loadVectorIndex(path));
  const out = new Float64Array(4);
  for (let round = 0; round < 300; round++) {
    const other = (round * 7 + number) % count;
    const texts = index.search(vectorOf(other), 1, 0, undefined, 0, out);
    if (texts !== `n${other}`) throw new Error(`searched n${other}, found ${JSON.stringify(texts)}`);
    if (index.delete(`n${other}`, 0) !== 1 || index.insert(`n${other}`, vectorOf(other), 0, 0) !== 0) throw new Error('a change failed');
  }
  const saves = Array.from({ length: 4 }, () => settled(index.save(path)));
  parentPort.postMessage('saving');
  await Promise.all(saves);
}

async function settled(promise) {
  const value = await promise;
  if (value?.code !== undefined) throw new Error(`${value.code} at ${value.at}: ${value.received}`);
  return value;
}

/** The same for the same number, and unlike all others. */
function vectorOf(number) {
  let state = number + 1;
  return Float32Array.from({ length: dimensions }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
