// Both arms of the encoder bench in one process, in turn: reads its task as JSON, writes its rows as JSON.

import { text } from 'node:stream/consumers';
import { loadNative } from '../../dist/native/index.js';
import { peer } from '../../scripts/peers.mjs';
import { rounded } from '../statistics.mjs';
import { idsOf, textOf } from './encoder-folder.mjs';

/** A round of one arm lasts about so long. */
const roundMs = 150;

const task = JSON.parse(await text(process.stdin));
const ort = peer('onnxruntime-node');
const native = await loadNative({ backend: 'candle', inference: { threads: task.threads } });
const model = await native.loadModel(task.folder, { precision: task.precision });
const session = await ort.InferenceSession.create(task.graph, {
  intraOpNumThreads: task.threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  executionMode: 'sequential',
});

const rows = [];
for (const batch of task.batches) for (const tokens of task.tokens) rows.push(await row(batch, tokens));
process.stdout.write(JSON.stringify(rows));

async function row(batch, tokens) {
  const texts = Array.from({ length: batch }, () => textOf(tokens - 2));
  const ids = BigInt64Array.from(
    texts.flatMap(() => idsOf(tokens - 2)),
    BigInt,
  );
  const feeds = {
    input_ids: new ort.Tensor('int64', ids, [batch, tokens]),
    attention_mask: new ort.Tensor('int64', new BigInt64Array(ids.length).fill(1n), [batch, tokens]),
  };
  const arms = { ours: () => model.embed(texts), theirs: () => session.run(feeds) };
  check(await arms.ours(), (await arms.theirs()).last_hidden_state, tokens);
  const best = { ours: [], theirs: [] };
  for (let round = 0; round < task.rounds; round++) {
    for (const [name, arm] of Object.entries(arms)) best[name].push(await timed(arm));
  }
  const least = (name, key) => rounded(Math.min(...best[name].map((one) => one[key])) / batch);
  const [oursMs, theirsMs] = [least('ours', 'ms'), least('theirs', 'ms')];
  return {
    model: task.name,
    precision: task.precision,
    threads: task.threads,
    batch,
    tokens,
    oursMs,
    theirsMs,
    ahead: rounded(theirsMs / oursMs),
    oursCpuMs: least('ours', 'cpuMs'),
    theirsCpuMs: least('theirs', 'cpuMs'),
  };
}

/** The best call of a round, and what a call costs in CPU time. */
async function timed(arm) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  let ms = Number.POSITIVE_INFINITY;
  let calls = 0;
  while (calls < 2 || performance.now() - startedAt < roundMs) {
    const callAt = performance.now();
    await arm();
    ms = Math.min(ms, performance.now() - callAt);
    calls++;
  }
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1000 / calls };
}

/** Both arms must give the same vector for the first text, near enough for their precision. */
function check([ours], states, tokens) {
  const width = states.dims[2];
  const theirs = new Float64Array(width);
  for (let at = 0; at < tokens * width; at++) theirs[at % width] += states.data[at];
  const length = Math.hypot(...theirs);
  const cosine = ours.reduce((sum, value, at) => sum + (value * theirs[at]) / length, 0);
  const least = task.precision === 'f32' ? 0.9999 : 0.97;
  if (!(cosine >= least)) throw new Error(`${task.name} ${task.precision}, ${tokens} tokens: the arms agree to a cosine of ${cosine} only`);
}
