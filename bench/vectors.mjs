// The vector index as JavaScript calls it, beside usearch and hnswlib-node on the same vectors in the same process.

import { seeded } from './rigs/seeded.mjs';
import { vectorPeers } from './rigs/vector-peers.mjs';
import { median, quantile, rounded } from './statistics.mjs';

const settings = { dimensions: 384, m: 16, efConstruction: 200 };
const k = 10;
const clusters = 200;
const noise = 0.7;
const queries = 200;
const leastRecall = 0.99;
const sizes = [
  { vectors: 1000, p50Us: 60, p99Us: undefined, buildCpuS: undefined },
  { vectors: 10_000, p50Us: 60, p99Us: undefined, buildCpuS: undefined },
  { vectors: 100_000, p50Us: 200, p99Us: 300, buildCpuS: 60 },
];

export const vectors = {
  name: 'vectors',
  about: `${k} nearest of 1k, 10k and 100k × ${settings.dimensions} in ${clusters} clusters; SIGNALBOX_BENCH_VECTORS=N takes sizes up to N only`,
  run: async ({ rounds = 5 }) => {
    const { loadNative } = await import('../dist/native/index.js');
    const native = await loadNative();
    const most = Number(process.env.SIGNALBOX_BENCH_VECTORS ?? Number.POSITIVE_INFINITY);
    const rows = [];
    const missed = [];
    for (const size of sizes.filter(({ vectors }) => vectors <= most)) {
      const measured = measure(native, size.vectors, rounds);
      rows.push(...measured);
      missed.push(...missedOf(size, measured));
    }
    return { flavor: native.capabilities().flavor, rows, missed };
  },
};

function measure(native, count, rounds) {
  const { stored, asked } = data(count);
  const truth = asked.map((query) => exact(stored, query));
  const makers = [{ name: 'signalbox', build: (all) => ours(native, all) }, ...vectorPeers(settings)];
  const arms = makers.flatMap(({ name, build }) => {
    const before = process.cpuUsage();
    const open = build(stored);
    const { user, system } = process.cpuUsage(before);
    return open().map((arm) => ({ index: name, buildCpuS: (user + system) / 1e6, times: [], ...arm }));
  });
  for (let round = -1; round < rounds; round++) {
    for (const arm of arms) {
      const times = timesOf(arm, asked);
      if (round >= 0) arm.times.push(...times);
    }
  }
  const ownUs = median(arms[0].times);
  return arms.map((arm) => ({
    vectors: count,
    index: arm.index,
    ef: arm.ef,
    recall: rounded(recallOf(arm, asked, truth)),
    p50Us: rounded(median(arm.times)),
    p99Us: rounded(quantile(arm.times, 0.99)),
    timesOurs: rounded(median(arm.times) / ownUs),
    buildCpuS: rounded(arm.buildCpuS),
  }));
}

function ours(native, all) {
  const index = new native.VectorIndex(settings);
  all.forEach((vector, number) => {
    index.insert(String(number), vector);
  });
  return () => [{ ef: undefined, search: (query, most) => index.search(query, most).map(({ id }) => Number(id)) }];
}

function timesOf({ search, prepare }, asked) {
  return asked.map((query) => {
    prepare?.(query);
    const startedAt = process.hrtime.bigint();
    const found = search(query, k);
    const timeUs = Number(process.hrtime.bigint() - startedAt) / 1000;
    if (found.length !== k) throw new Error(`expected ${k} results, received ${found.length}`);
    return timeUs;
  });
}

function recallOf({ search }, asked, truth) {
  const hits = asked.map((query, number) => search(query, k).filter((found) => truth[number].has(found)).length);
  return hits.reduce((sum, count) => sum + count, 0) / (asked.length * k);
}

function missedOf({ vectors: count, ...limits }, [own, ...peers]) {
  const rivals = peers.filter(({ index, recall }) => index.startsWith('usearch') && recall >= leastRecall);
  return [
    own.recall < leastRecall && `recall ${own.recall}, expected ${leastRecall}`,
    ...['p50Us', 'p99Us', 'buildCpuS'].map((key) => own[key] > (limits[key] ?? Infinity) && `${key} ${own[key]}, at most ${limits[key]}`),
    rivals.some(({ p50Us }) => p50Us < own.p50Us) && 'usearch is ahead',
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `${count} vectors: ${fault}`);
}

function data(count) {
  const random = seeded(7);
  const normal = () => Math.sqrt(-2 * Math.log(random() + 1e-9)) * Math.cos(2 * Math.PI * random());
  const centres = Array.from({ length: clusters }, () => Float32Array.from({ length: settings.dimensions }, normal));
  const near = () => {
    const centre = centres[Math.floor(random() * clusters)];
    const vector = centre.map((value) => value + noise * normal());
    const length = Math.sqrt(dot(vector, vector));
    return vector.map((value) => value / length);
  };
  return { stored: Array.from({ length: count }, near), asked: Array.from({ length: queries }, near) };
}

function exact(stored, query) {
  const ranked = stored.map((vector, number) => [dot(vector, query), number]).sort(([a], [b]) => b - a);
  return new Set(ranked.slice(0, k).map(([, number]) => number));
}

function dot(a, b) {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
