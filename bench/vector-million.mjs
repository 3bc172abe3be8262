// A million vectors in one index: anonymous memory, CPU to build, recall and time of a search. Takes minutes, so it runs only when named.

import { readFileSync } from 'node:fs';
import { seeded } from './rigs/seeded.mjs';
import { median, quantile, rounded } from './statistics.mjs';

const count = 1_000_000;
const dimensions = 384;
const clusters = 2000;
const noise = 0.7;
const queries = 50;
const k = 10;
const rounds = 6;
const limits = { recall: 0.99, p50Us: 1000, anonymousMiB: 1_000_000_000 / 2 ** 20 };

export const vectorMillion = {
  name: 'vector-million',
  about: `${count} × ${dimensions} in ${clusters} clusters, one index`,
  onDemand: true,
  run: async () => {
    const { loadNative } = await import('../dist/native/index.js');
    const native = await loadNative();
    const next = vectorsOf(seeded(7));
    const asked = Array.from({ length: queries }, () => next(new Float32Array(dimensions)));
    const index = new native.VectorIndex({ dimensions });
    const { truth, buildCpuS } = build(index, next, asked);
    const row = { vectors: count, buildCpuS: rounded(buildCpuS), anonymousMiB: anonymousMiB(), ...ask(index, asked, truth) };
    const missed = [
      row.recall < limits.recall && `recall ${row.recall}`,
      row.p50Us > limits.p50Us && `p50 ${row.p50Us} µs`,
      row.anonymousMiB > limits.anonymousMiB && `${row.anonymousMiB} MiB of anonymous memory`,
    ];
    return { flavor: native.capabilities().flavor, rows: [row], missed: missed.filter((fault) => fault !== false) };
  },
};

/** Inserts one vector after the other and keeps none; the truth is found on the way. */
function build(index, next, asked) {
  const nearest = asked.map(() => []);
  const vector = new Float32Array(dimensions);
  let buildCpuS = 0;
  for (let number = 0; number < count; number++) {
    next(vector);
    for (const [at, query] of asked.entries()) note(nearest[at], dot(vector, query), String(number));
    const before = process.cpuUsage();
    index.insert(String(number), vector);
    const { user, system } = process.cpuUsage(before);
    buildCpuS += (user + system) / 1e6;
  }
  return { truth: nearest.map((list) => new Set(list.map(([, id]) => id))), buildCpuS };
}

function note(nearest, similarity, id) {
  if (nearest.length === k && similarity <= nearest[k - 1][0]) return;
  nearest.push([similarity, id]);
  nearest.sort(([a], [b]) => b - a);
  nearest.length = Math.min(nearest.length, k);
}

function ask(index, asked, truth) {
  const timesUs = [];
  let hits = 0;
  for (let round = 0; round < rounds; round++) {
    for (const [at, query] of asked.entries()) {
      const startedAt = process.hrtime.bigint();
      const found = index.search(query, k);
      timesUs.push(Number(process.hrtime.bigint() - startedAt) / 1000);
      if (round === 0) hits += found.filter(({ id }) => truth[at].has(id)).length;
    }
  }
  return { recall: hits / (queries * k), p50Us: rounded(median(timesUs)), p99Us: rounded(quantile(timesUs, 0.99)) };
}

/** Fills a vector near one of the centres, of unit length. */
function vectorsOf(random) {
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  const centres = Float32Array.from({ length: clusters * dimensions }, normal);
  return (vector) => {
    const centre = Math.floor(random() * clusters) * dimensions;
    for (let at = 0; at < dimensions; at++) vector[at] = centres[centre + at] + noise * normal();
    const length = Math.sqrt(dot(vector, vector));
    for (let at = 0; at < dimensions; at++) vector[at] /= length;
    return vector;
  };
}

function dot(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Of this process, where the system tells. */
function anonymousMiB() {
  try {
    return Math.round(Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024);
  } catch {
    return Number.NaN;
  }
}
