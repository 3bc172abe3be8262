// The running totals of savings, and which model they are counted against.

import { describe, expect, it } from 'vitest';
import { createSavings, mostExpensive } from './savings.js';

const now = () => Date.UTC(2026, 0, 2, 3, 4, 5);

describe('createSavings', () => {
  it('starts with nothing to compare', () => {
    const report = createSavings({ baseline: undefined, now }).report();
    expect(report).toEqual({
      baseline: null,
      since: '2026-01-02T03:04:05.000Z',
      requests: 0,
      spentUsd: 0,
      baselineUsd: 0,
      savedUsd: 0,
      savedRatio: 0,
    });
  });

  it('adds up, losses included', () => {
    const savings = createSavings({ baseline: 'large', now });
    savings.add({ spentUsd: 0.25, baselineUsd: 1 });
    savings.add({ spentUsd: 0.5, baselineUsd: 0.25 });
    savings.add({ spentUsd: 0.25, baselineUsd: 0.75 });
    expect(savings.report()).toMatchObject({ baseline: 'large', requests: 3, spentUsd: 1, baselineUsd: 2, savedUsd: 1, savedRatio: 0.5 });
  });
});

describe('mostExpensive', () => {
  const small = { name: 'small', price: { input: 0.1, output: 0.4 } };
  const large = { name: 'large', price: { input: 2, output: 8 } };
  const unpriced = { name: 'unpriced' };

  it.each([
    ['nothing', [], undefined],
    ['no price', [unpriced], undefined],
    ['one price', [unpriced, small], 'small'],
    ['several', [small, large, unpriced], 'large'],
  ])('of %s', (_, models, name) => {
    expect(mostExpensive(models)?.name).toBe(name);
  });
});
