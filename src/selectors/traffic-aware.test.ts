// Selectors that go by cost, times and load: each of their options on plain examples.

import { describe, expect, it } from 'vitest';
import { candidate, candidates, names, selection } from '../../test/rigs/selection.js';
import { createExperience } from '../learning/experience.js';
import { cost } from './cost.js';
import { latencyAware } from './latency-aware.js';
import { multiFactor } from './multi-factor.js';

const small = candidate('small', { quality: 0.5, toolQuality: 0.2, price: { input: 0.1, output: 0.4 } });
const large = candidate('large', { quality: 0.8, toolQuality: 0.9, price: { input: 2, output: 8, cachedInput: 0.05 } });

function timed(times: Readonly<Record<string, readonly [number, number]>>) {
  const experience = createExperience();
  for (const [name, [ttftMs, tpotMs]] of Object.entries(times))
    for (let time = 0; time < 10; time += 1)
      experience.traffic.observe(name, { ttftMs, tpotMs, totalMs: ttftMs, outputTokens: 10, usd: 0 });
  return experience;
}

describe('cost', () => {
  it.each([
    { what: 'the cheapest', options: {}, asked: {}, first: 'small' },
    { what: 'of those that are good enough', options: { minQuality: 0.7 }, asked: {}, first: 'large' },
    { what: 'good enough for tools', options: { minQuality: 0.4 }, asked: { agenticScore: 1 }, first: 'large' },
    {
      what: 'whose prompt cache holds a long conversation',
      options: {},
      asked: { inputTokens: 100_000, maxOutputTokens: 10, warm: { model: 'large', tokens: 99_000 } },
      first: 'large',
    },
    {
      what: 'not whose cache holds little of it',
      options: {},
      asked: { inputTokens: 100_000, maxOutputTokens: 10, warm: { model: 'large', tokens: 10_000 } },
      first: 'small',
    },
  ])('$what', ({ options, asked, first }) => {
    expect(names(cost.open(options).rank([large, small], selection(asked)))[0]).toBe(first);
  });
});

describe('latency-aware', () => {
  const firsts = (experience: ReturnType<typeof timed>, options: object, among: readonly string[]) =>
    new Set(
      Array.from(
        { length: 60 },
        (_, index) => names(latencyAware.open(options).rank(candidates(...among), selection({ requestId: `r${index}` }, experience)))[0],
      ),
    );

  it('goes by both percentiles, or by one', () => {
    const experience = timed({ quick: [100, 50], steady: [400, 10] });
    expect(firsts(experience, { tpotPercentile: 0 }, ['steady', 'quick'])).toEqual(new Set(['quick']));
    expect(firsts(experience, { ttftPercentile: 0 }, ['quick', 'steady'])).toEqual(new Set(['steady']));
  });

  it('shares the load among the fast, by the less loaded of two', () => {
    const experience = timed({ a: [100, 10], b: [105, 10], c: [500, 40] });
    expect(firsts(experience, {}, ['a', 'b', 'c'])).toEqual(new Set(['a'])); // idle: the shorter answer is the smaller load
    const end = experience.traffic.begin('a');
    expect(firsts(experience, {}, ['a', 'b', 'c'])).toEqual(new Set(['b']));
    end();
    end();
    expect(experience.traffic.inFlight('a')).toBe(0);
  });

  it('takes percentiles of the last answers, by nearest rank', () => {
    const { traffic } = createExperience();
    for (let value = 1; value <= 300; value += 1) traffic.observe('a', { tpotMs: value, totalMs: value });
    expect(traffic.percentile('a', 'tpotMs', 50)).toBe(172); // of 45..300
    expect(traffic.percentile('a', 'tpotMs', 100)).toBe(300);
    expect(traffic.percentile('a', 'ttftMs', 50)).toBeUndefined();
  });
});

describe('multi-factor', () => {
  const first = (options: object, asked = {}, experience = createExperience()) =>
    names(multiFactor.open(options).rank([small, large], selection(asked, experience)))[0];

  it.each([
    { options: { profile: 'eco' }, asked: {}, expected: 'small' },
    { options: { profile: 'premium' }, asked: {}, expected: 'large' },
    { options: { profile: 'auto' }, asked: {}, expected: 'small' },
    { options: { profile: 'auto' }, asked: { agenticScore: 1 }, expected: 'large' },
    { options: { weights: { quality: 0, cost: 1, latency: 0, load: 0 } }, asked: {}, expected: 'small' },
    { options: { profile: 'premium', objectives: { maxUsd: 0.001 } }, asked: {}, expected: 'small' },
    { options: { profile: 'eco', objectives: { minQuality: 0.7 } }, asked: {}, expected: 'large' },
  ])('$options, $asked: $expected', ({ options, asked, expected }) => {
    expect(first(options, asked)).toBe(expected);
  });

  it('sets back whoever breaks an objective of time or load', () => {
    const experience = timed({ small: [900, 10], large: [100, 10] });
    expect(first({ profile: 'eco', objectives: { maxTtftMs: 500 } }, {}, experience)).toBe('large');
    experience.traffic.begin('small');
    expect(first({ profile: 'eco', objectives: { maxInFlight: 1 } }, {}, experience)).toBe('large');
  });
});
