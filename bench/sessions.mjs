// Looking sessions up with a million of them in memory: the time of each, the memory of all.

import { fixed, quantile, rounded } from './statistics.mjs';

const sessions = 1_000_000;
const lookups = 200_000;
const mostP99Ms = 0.5;
const models = 9;

export const sessionStore = {
  name: 'sessions',
  about: `find and swap among ${sessions.toLocaleString('en')} pinned conversations, memory store; the fingerprint of a request; limit p99 ${mostP99Ms} ms`,
  run: async ({ rounds = 3 }) => {
    const { memorySessions } = await import('../dist/sessions/memory.js');
    const { fingerprint } = await import('../dist/sessions/fingerprint.js');
    const keyOf = (number) =>
      fingerprint({ tenant: 't', id: `conversation-${number}`, headers: [], request: { messages: [] } }, ['conversation']);
    const keys = Array.from({ length: sessions }, (_, number) => keyOf(number));
    const before = heapBytes();
    const store = memorySessions({ ttlSeconds: 3600, maxEntries: sessions });
    const filling = timesOf(sessions, (number) => store.swap(keys[number], undefined, pinOf(number)));
    const bytes = (heapBytes() - before) / store.size();
    const times = { find: [], 'find, absent': [], 'swap, evicting': [], fingerprint: [] };
    let fresh = sessions;
    for (let round = 0; round < rounds; round++) {
      const at = (number) => (number * 7919 + round) % sessions;
      times.find.push(timesOf(lookups, (number) => store.find(keys[at(number)])));
      times['find, absent'].push(timesOf(lookups, (number) => store.find(`absent-${round}-${number}`)));
      const extra = Array.from({ length: lookups }, () => keyOf(fresh++));
      times['swap, evicting'].push(timesOf(lookups, (number) => store.swap(extra[number], undefined, pinOf(number))));
      times.fingerprint.push(timesOf(lookups, (number) => keyOf(number)));
    }
    if (store.size() > sessions) throw new Error(`expected at most ${sessions} sessions, received ${store.size()}`);
    const rows = Object.entries({ 'swap, filling': [filling], ...times }).map(([operation, taken]) => rowOf(operation, joined(taken)));
    const missed = rows.filter(({ p99Us }) => p99Us > mostP99Ms * 1000).map(({ operation, p99Us }) => `${operation}: p99 ${p99Us} µs`);
    return {
      rows,
      headline: { sessions: store.size(), bytesEach: rounded(bytes), megabytes: rounded((bytes * store.size()) / 1e6) },
      missed,
    };
  },
};

const pinOf = (number) => ({ model: `m${number % models}`, endpoint: `at/m${number % models}`, provider: 'at' });

function rowOf(operation, times) {
  const us = (share) => fixed(quantile(times, share), 2);
  return { operation, p50Us: us(0.5), p99Us: us(0.99), p9999Us: us(0.9999), maxMs: fixed(quantile(times, 1) / 1000, 2) };
}

/** Microseconds of each call. */
function timesOf(count, call) {
  const times = new Float64Array(count);
  for (let number = 0; number < count; number++) {
    const startedAt = performance.now();
    call(number);
    times[number] = (performance.now() - startedAt) * 1000;
  }
  return times;
}

function joined(lists) {
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function heapBytes() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
