// Models under load: two texts on two cores, what the event loop feels of it, how soon an aborted call makes room, waiting under open-loop load.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { shapes, textOf, writeFolder } from './rigs/encoder-folder.mjs';
import { seeded } from './rigs/seeded.mjs';
import { fixed, median, quantile, rounded } from './statistics.mjs';

const models = join(import.meta.dirname, '..', '.cache', 'bench', 'encoder');
const tokens = 128;
const limits = { scaling: 1.9, addedLoopDelayP99Ms: 2, abortMs: 5 };

export const inference = {
  name: 'inference',
  about: 'a MiniLM shape in int8 under load: scaling, event loop, aborting, open loop',
  run: async ({ seconds = 4 } = {}) => {
    mkdirSync(models, { recursive: true });
    const folder = join(models, 'minilm-l6');
    writeFolder(shapes['minilm-l6'], folder);
    const { loadNative } = await import('../dist/native/index.js');
    const native = await loadNative({ backend: 'candle' });
    const model = await native.loadModel(folder, { precision: 'int8' });
    const text = textOf(tokens - 2);
    const expected = await model.embed(text);
    const embed = async () => {
      const vector = await model.embed(text);
      if (vector.some((value, at) => value !== expected[at])) throw new Error('the answer changed under load');
    };
    await flood(embed, 4, 0.5);
    const found = {
      ...(await scaling(embed, seconds)),
      ...(await loopDelay(embed, seconds)),
      ...(await aborting(model, embed)),
      ...(await openLoop(embed, seconds)),
    };
    const missed = [
      found.scaling < limits.scaling && `two texts on two cores: ${found.scaling} times one, asked ${limits.scaling}`,
      found.addedLoopDelayP99Ms > limits.addedLoopDelayP99Ms &&
        `added loop delay p99 ${found.addedLoopDelayP99Ms} ms, asked ${limits.addedLoopDelayP99Ms}`,
      found.abortP50Ms > limits.abortMs && `room after an abort ${found.abortP50Ms} ms, asked ${limits.abortMs}`,
    ];
    return { rows: [found], missed: missed.filter((line) => line !== false) };
  },
};

/** Calls a second with so many on their way. */
async function flood(call, width, seconds) {
  const until = performance.now() + seconds * 1000;
  let done = 0;
  const lane = async () => {
    while (performance.now() < until) {
      await call();
      done++;
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: width }, lane));
  return (done * 1000) / (performance.now() - startedAt);
}

/** One call at a time may use both cores: what one core does is half of the CPU time that two calls at a time take. */
async function scaling(call, seconds) {
  const ratios = [];
  const rates = [];
  for (let round = 0; round < 3; round++) {
    const one = await singleRate(seconds / 6);
    const two = await flood(call, 2, seconds / 6);
    ratios.push(two / one);
    rates.push(two);
  }
  return { perSecond: rounded(median(rates)), scaling: fixed(median(ratios), 2) };

  async function singleRate(duration) {
    const until = performance.now() + duration * 1000;
    let busy = 0;
    let done = 0;
    while (performance.now() < until) {
      const cpu = process.cpuUsage();
      await call();
      const { user, system } = process.cpuUsage(cpu);
      busy += (user + system) / 1000;
      done++;
    }
    return (done * 1000) / busy;
  }
}

async function loopDelay(call, seconds) {
  const delays = { idle: [], busy: [] };
  for (let round = 0; round < 3; round++) {
    delays.idle.push(await watched(() => pause((seconds * 1000) / 6)));
    delays.busy.push(await watched(() => flood(call, 16, seconds / 3)));
  }
  const [idle, busy] = [median(delays.idle), median(delays.busy)];
  return { loopDelayP99Ms: fixed(busy, 2), addedLoopDelayP99Ms: fixed(Math.max(0, busy - idle), 2) };

  async function watched(work) {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    await work();
    histogram.disable();
    return histogram.percentile(99) / 1e6;
  }
}

/** How much longer a short call takes right after every thread was busy with a long one that was aborted. */
async function aborting(model, call) {
  const long = Array.from({ length: 64 }, () => textOf(510));
  const waits = [];
  for (let round = 0; round < 20; round++) {
    const usualAt = performance.now();
    await call();
    const usual = performance.now() - usualAt;
    const controller = new AbortController();
    const gone = model.embed(long, { signal: controller.signal }).catch(() => {});
    await pause(25);
    const abortedAt = performance.now();
    controller.abort();
    await call();
    waits.push(Math.max(0, performance.now() - abortedAt - usual));
    await gone;
  }
  return { abortP50Ms: fixed(median(waits), 2), abortP99Ms: fixed(quantile(waits, 0.99), 2) };
}

/** Calls that come at random at 70 % of what the machine can do, whether the last is answered or not. */
async function openLoop(call, seconds) {
  const most = await flood(call, 8, seconds / 4);
  const random = seeded(7);
  const waits = [];
  const running = [];
  const startedAt = performance.now();
  let next = 0;
  while (next < seconds * 1000) {
    const wait = startedAt + next - performance.now();
    if (wait > 0) await pause(wait);
    const cameAt = startedAt + next;
    running.push(call().then(() => waits.push(performance.now() - cameAt)));
    next += (-Math.log(1 - random()) * 1000) / (0.7 * most);
  }
  await Promise.all(running);
  return { openLoopPerSecond: rounded(0.7 * most), openLoopP50Ms: fixed(median(waits), 2), openLoopP99Ms: fixed(quantile(waits, 0.99), 2) };
}
