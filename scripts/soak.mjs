// Minutes of fuzzing, then of mixed traffic, faults, aborts and reloads, then of the vector index; fails on a wrong answer or a leak:
// `npm run soak [-- fuzz | proxy | vectors] [--minutes N] [--seed N]`.

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openClient } from '../bench/rigs/mixed-client.mjs';
import { freePort, ready, startProcess } from '../bench/rigs/processes.mjs';
import { seeded } from '../bench/rigs/seeded.mjs';
import { slope } from '../bench/statistics.mjs';
import { fuzz } from './fuzz.mjs';
import { soakVectors } from './soak-vectors.mjs';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
});
const minutes = Number(options.minutes);
const seed = Number(options.seed);
/** The part of the minutes that the fuzzing takes beforehand. */
const fuzzShare = 0.3;
const clients = 24;
/** Of each stress test of the vector index, at most. */
const vectorMinutes = 5;
const pauseMs = 20;
const samples = 60;
const reloads = 10;
const idleMs = 10_000;
/** What may grow: see the soak row of the reliability battery. */
const limits = { heapBytesARequest: 100, memoryOverWarm: 1.15, leftOpen: 5 };

const config = (upstreamPort, threshold) => `
providers:
  - { name: one, type: openai-compatible, baseUrl: "http://127.0.0.1:${upstreamPort}/v1" }
  - { name: two, type: openai-compatible, baseUrl: "http://127.0.0.1:${upstreamPort}/v1" }
models:
  - { name: small, provider: one, contextTokens: 128000 }
  - { name: large, provider: two, contextTokens: 128000 }
fastPath: { threshold: ${threshold}, tiers: { SIMPLE: general } }
signals: { keywords: [{ name: steps, operator: OR, keywords: ["step by step"] }] }
decisions:
  - { name: steps, priority: 10, rules: { signal: keyword, name: steps }, models: [large, small] }
  - { name: general, models: [small, large] }
defaultDecision: general
upstream: { breaker: { failures: 5, openSeconds: 0.5 } }
`;

async function main() {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-soak-'));
  const started = [];
  try {
    const wanted = (name) => names.length === 0 || names.includes(name);
    const faults = wanted('fuzz') ? [...fuzz({ minutes: minutes * fuzzShare, seed })] : [];
    if (wanted('proxy')) faults.push(...(await soak(folder, started)));
    if (wanted('vectors')) faults.push(...(await soakVectors(Math.min(minutes, vectorMinutes))));
    for (const fault of faults.slice(0, 20)) console.log(`off: ${fault}`);
    console.log(faults.length === 0 ? 'soak: holds' : `soak: ${faults.length} faults`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    for (const one of started) await one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(folder, started) {
  const start = async (script, args, readyUrl) => {
    const one = startProcess({ script: path.join(import.meta.dirname, '..', script), args });
    started.unshift(one);
    await ready(readyUrl, one);
    return one;
  };
  const [upstreamPort, port] = [await freePort(), await freePort()];
  const [upstreamUrl, url] = [upstreamPort, port].map((one) => `http://127.0.0.1:${one}`);
  const file = path.join(folder, 'signalbox.yaml');
  writeConfig(file, config(upstreamPort, 0.7));
  await start('bench/rigs/unsteady-upstream.mjs', [upstreamPort, seed], upstreamUrl);
  const proxy = await start('dist/cli/main.js', ['serve', '--config', file, '--host', '127.0.0.1', '--port', port], `${url}/readyz`);
  await burst(url, 500);
  const before = await idle(proxy);
  const { tally, points } = await traffic({
    url,
    proxy,
    reload: (count) => writeConfig(file, config(upstreamPort, count % 2 === 0 ? 0.7 : 0.71)),
  });
  const counted = await requestsCounted(url);
  const after = await idle(proxy);
  const { open } = await (await fetch(upstreamUrl)).json();
  const exit = await proxy.stop();
  report(tally, points, { before, after });
  return [...tally.faults, ...growthFaults(points, before, after), ...endFaults({ tally, counted, open, exit })];
}

/** Whole or not at all: the watcher must never read half a file. */
function writeConfig(file, text) {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function burst(url, requests) {
  const client = openClient(url, seeded(seed + 1));
  for (let sent = 0; sent < requests; sent += clients) await Promise.all(Array.from({ length: clients }, client.once));
  client.close();
}

/** What stays when nobody asks for anything. */
async function idle(proxy) {
  await delay(idleMs);
  return proxy.usage(true);
}

async function traffic({ url, proxy, reload }) {
  const client = openClient(url, seeded(seed));
  const draw = seeded(seed + 2);
  const tally = { requests: 0, whole: 0, ended: new Map(), statuses: new Map(), faults: [] };
  const points = [];
  const endAt = Date.now() + minutes * 60_000;
  const work = async () => {
    while (Date.now() < endAt) {
      count(tally, await client.once());
      await delay(draw() * 2 * pauseMs);
    }
  };
  const watch = async () => {
    for (let turn = 1; Date.now() < endAt; turn++) {
      await delay((minutes * 60_000) / samples);
      points.push({ requests: tally.requests, ...(await proxy.usage(true)) });
      if (turn % Math.ceil(samples / reloads) === 0) reload(turn / Math.ceil(samples / reloads));
    }
  };
  await Promise.all([watch(), ...Array.from({ length: clients }, work)]);
  client.close();
  return { tally, points };
}

function count(tally, { status, ended, faults }) {
  const add = (map, key) => map.set(key, (map.get(key) ?? 0) + 1);
  tally.requests += 1;
  add(tally.ended, ended);
  if (status !== undefined) add(tally.statuses, status);
  tally.faults.push(...faults);
}

async function requestsCounted(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^sr_request_total\{.*\} (\S+)$/gm)].reduce((sum, [, value]) => sum + Number(value), 0);
}

const warmPart = (points) => points.slice(Math.floor(points.length / 3));

function growthFaults(points, before, after) {
  const warm = warmPart(points);
  const growth = slope(warm.map(({ requests, heapBytes }) => [requests, heapBytes]));
  const memory =
    Math.max(...warm.slice(-5).map(({ anonymousBytes }) => anonymousBytes)) /
    Math.max(...warm.slice(0, 5).map(({ anonymousBytes }) => anonymousBytes));
  const checks = [
    [growth.upper <= limits.heapBytesARequest, `the heap grows by up to ${growth.upper.toFixed(0)} bytes a request`],
    [memory <= limits.memoryOverWarm, `memory ended at ${memory.toFixed(2)} times its warm size`],
    [
      after.descriptors - before.descriptors <= limits.leftOpen,
      `${after.descriptors - before.descriptors} file descriptors were left open`,
    ],
    [after.handles - before.handles <= limits.leftOpen, `${after.handles - before.handles} handles were left open`],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function endFaults({ tally, counted, open, exit }) {
  const sent = tally.requests + Math.ceil(500 / clients) * clients;
  const answered = tally.ended.get('answered') ?? 0;
  const checks = [
    [open === 0, `${open} upstream exchanges were left open`],
    [exit === 0, `the proxy ended with ${exit}`],
    [counted <= sent && counted >= answered, `sr_request_total is ${counted}, for ${sent} sent and at least ${answered} answered requests`],
    [answered > tally.requests / 2, `only ${answered} of ${tally.requests} requests were answered`],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}

function report(tally, points, { before, after }) {
  const warm = warmPart(points);
  const growth = slope(warm.map(({ requests, heapBytes }) => [requests, heapBytes]));
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const pairs = (map) =>
    [...map]
      .sort(([a], [b]) => String(a).localeCompare(String(b)))
      .map(([key, value]) => `${key} ${value}`)
      .join(', ');
  console.log(`requests: ${tally.requests} (${pairs(tally.ended)})`);
  console.log(`statuses: ${pairs(tally.statuses)}`);
  console.log(
    `heap after collection: ${mib(before.heapBytes)} before, ${mib(after.heapBytes)} after; ${growth.value.toFixed(1)} bytes a request, at most ${growth.upper.toFixed(1)}`,
  );
  console.log(
    `anonymous memory: ${mib(before.anonymousBytes)} before, ${mib(warm[0]?.anonymousBytes ?? 0)} warm, ${mib(warm.at(-1)?.anonymousBytes ?? 0)} at the end, ${mib(after.anonymousBytes)} idle`,
  );
  console.log(
    `descriptors: ${before.descriptors} before, ${after.descriptors} after; handles: ${before.handles} before, ${after.handles} after`,
  );
}

await main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
