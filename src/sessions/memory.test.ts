// Pins in memory: the state machine, expiry, eviction, and a model of it that never disagrees.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memorySessions } from './memory.js';
import type { Pin } from './store.js';

const pinOf = (model: string): Pin => ({ model, endpoint: `at/${model}`, provider: 'at' });
const a = pinOf('a');
const b = pinOf('b');

function clocked(options = { ttlSeconds: 10, maxEntries: 3 }) {
  let now = 1000;
  const store = memorySessions(options, () => now);
  return {
    store,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

describe('the state machine', () => {
  it('no session → pinned → stays pinned', () => {
    const { store } = clocked();
    expect(store.find('k')).toBeUndefined();
    expect(store.swap('k', undefined, a)).toBe(true);
    expect([store.find('k'), store.find('k')]).toEqual([a, a]);
  });

  it('pinned → time runs out → no session', () => {
    const { store, pass } = clocked();
    store.swap('k', undefined, a);
    pass(10);
    expect([store.find('k'), store.size()]).toEqual([undefined, 0]);
    expect(store.swap('k', a, b)).toBe(false);
  });

  it('every look starts the time anew', () => {
    const { store, pass } = clocked();
    store.swap('k', undefined, a);
    for (let round = 0; round < 5; round++) {
      pass(9);
      expect(store.find('k')).toEqual(a);
    }
  });

  it('pinned → model unavailable → pinned anew, once: whoever comes later with the old pin changes nothing', () => {
    const { store } = clocked();
    store.swap('k', undefined, a);
    expect([store.swap('k', a, b), store.swap('k', a, pinOf('c'))]).toEqual([true, false]);
    expect(store.find('k')).toEqual(b);
  });

  it('two first answers at once: the first pins', () => {
    const { store } = clocked();
    expect([store.swap('k', undefined, a), store.swap('k', undefined, b)]).toEqual([true, false]);
    expect(store.find('k')).toEqual(a);
  });

  it('a pin to the same model at another endpoint is another pin', () => {
    const { store } = clocked();
    store.swap('k', undefined, a);
    expect(store.swap('k', { ...a, endpoint: 'elsewhere' }, b)).toBe(false);
  });
});

it('the one that rests longest goes first', () => {
  const { store } = clocked();
  for (const key of ['1', '2', '3']) store.swap(key, undefined, a);
  store.find('1');
  store.swap('4', undefined, a);
  expect(['1', '2', '3', '4'].map((key) => store.find(key) !== undefined)).toEqual([true, false, true, true]);
});

it.each([1, 2, 4095, 4096, 4097, 10_000])('never holds more than %i', (maxEntries) => {
  const store = memorySessions({ ttlSeconds: 10, maxEntries });
  for (let count = 0; count < maxEntries + 5000; count++) store.swap(`key-${count}`, undefined, a);
  expect(store.size()).toBeLessThanOrEqual(maxEntries);
  expect(store.size()).toBeGreaterThan(maxEntries * 0.8);
});

describe('against a model that keeps everything in a list', () => {
  const keys = fc.constantFrom('1', '2', '3', '4', '5');
  const pins = fc.constantFrom(a, b);
  const step = fc.oneof(
    fc.record({ does: fc.constant('find' as const), key: keys }),
    fc.record({ does: fc.constant('swap' as const), key: keys, expected: fc.option(pins, { nil: undefined }), next: pins }),
    fc.record({ does: fc.constant('pass' as const), seconds: fc.integer({ min: 0, max: 6 }) }),
  );

  it('agrees at every step', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { store, pass } = clocked();
        let clock = 0;
        let kept: { key: string; pin: Pin; at: number }[] = [];
        const touch = (key: string) => {
          const found = kept.find((entry) => entry.key === key);
          kept = kept.filter((entry) => entry !== found);
          if (found === undefined || clock - found.at >= 10) return undefined;
          kept.push({ ...found, at: clock });
          return found.pin;
        };
        for (const one of steps) {
          if (one.does === 'pass') {
            pass(one.seconds);
            clock += one.seconds;
          } else if (one.does === 'find') expect(store.find(one.key)).toEqual(touch(one.key));
          else {
            const { key, expected, next } = one;
            const swapped = touch(key)?.model === expected?.model;
            if (swapped) kept = [...kept.filter((entry) => entry.key !== key), { key, pin: next, at: clock }].slice(-3);
            expect(store.swap(key, expected, next)).toBe(swapped);
          }
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
