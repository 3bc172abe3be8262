// What the model costs: a process of its own loads it with one thread, puts one text of 128 tokens through all heads, and weighs itself.

import { spawnSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describeMachine, sampleOthers } from '../../bench/machine.mjs';
import { median, quantile } from '../../bench/statistics.mjs';

const calls = 200;
const warmUp = 20;

/** Words of one token each in BERT's vocabulary; with its two signs 128 tokens. */
const words = 'the house was near the old river and many people came there to see how water runs from north to south'.split(' ');
export const textOf128 = Array.from({ length: 126 }, (_, at) => words[at % words.length]).join(' ');

export const costSection = {
  name: 'cost',
  head: undefined,
  run: async ({ settings }) => {
    const others = await sampleOthers();
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { input: JSON.stringify(settings), encoding: 'utf8' });
    if (child.status !== 0) throw new Error(`The cost could not be measured: ${child.stderr.trim()}`);
    const figures = { ...JSON.parse(child.stdout), ...others, machine: describeMachine() };
    return { figures, tables: [{ title: `cost on ${figures.machine.cpu}`, rows: [row(figures)] }] };
  },
};

const row = (own) => ({
  'load ms': own.loadMs.toFixed(0),
  'all heads at 128 tokens, ms p50': own.analyzeMs.toFixed(2),
  'CPU ms': own.analyzeCpuMs.toFixed(2),
  'ms p95': own.analyzeP95Ms.toFixed(2),
  'RSS after loading, MB': own.loadedMb.toFixed(0),
  'RSS after the calls, MB': own.usedMb.toFixed(0),
  'others, % of a core': own.othersCpuPercent,
});

async function measure({ backend, model: place, precision }) {
  const { loadNative } = await import('../../dist/native/index.js');
  const native = await loadNative({ backend, inference: { threads: 1 } });
  const startedAt = performance.now();
  const model = await native.loadModel(place, { precision });
  const loadMs = performance.now() - startedAt;
  const loadedMb = process.memoryUsage.rss() / 1e6;
  const expected = model.heads.length;
  const [wall, cpu] = [[], []];
  for (let at = -warmUp; at < calls; at += 1) {
    const used = process.cpuUsage();
    const calledAt = performance.now();
    const answer = await model.analyze(textOf128);
    if (Object.keys(answer).length !== expected) throw new Error('a head did not answer');
    if (at < 0) continue;
    wall.push(performance.now() - calledAt);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1000);
  }
  const usedMb = process.memoryUsage.rss() / 1e6;
  return {
    loadMs,
    analyzeMs: median(wall),
    analyzeP95Ms: quantile(wall, 0.95),
    analyzeCpuMs: median(cpu),
    loadedMb,
    usedMb,
    heads: expected,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { text } = await import('node:stream/consumers');
  process.stdout.write(JSON.stringify(await measure(JSON.parse(await text(process.stdin)))));
}
