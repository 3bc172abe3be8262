// Off-policy estimates against the truth: logged by one policy, judging another, on rewards whose means are known.

import { describe, expect, it } from 'vitest';
import { evaluateOffPolicy } from './off-policy.js';
import type { LoggedChoice } from './outcome-log.js';
import { randomFrom } from './random.js';

const means: Readonly<Record<string, number>> = { a: 0.3, b: 0.7 };

/** Chooses a in four of five requests. */
function logged(count: number, seed: number): readonly LoggedChoice[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, () => {
    const model = random() < 0.8 ? 'a' : 'b';
    const reward = random() < (means[model] ?? 0) ? 1 : 0;
    return { tenant: 't', user: '', category: 'c', candidates: ['a', 'b'], model, propensity: model === 'a' ? 0.8 : 0.2, reward };
  });
}

describe('evaluateOffPolicy', () => {
  const judged = evaluateOffPolicy(
    logged(4000, 1),
    () => new Map([['b', 1]]),
    (_, model) => (model === 'b' ? 0.6 : 0.5), // wrong, on purpose
  );

  it.each(['ips', 'snips', 'doublyRobust'] as const)('%s is within three standard errors of the truth', (name) => {
    const { value, standardError } = judged[name];
    expect(standardError).toBeGreaterThan(0);
    expect(standardError).toBeLessThan(0.04);
    expect(Math.abs(value - 0.7)).toBeLessThan(3 * standardError);
  });

  it('is narrower with a reward model, or normalised, than without', () => {
    expect(judged.doublyRobust.standardError).toBeLessThan(judged.ips.standardError);
    expect(judged.snips.standardError).toBeLessThan(judged.ips.standardError);
  });

  it('says how many rows it rests on', () => {
    expect(judged.rows).toBe(4000);
    expect(judged.effectiveRows).toBeGreaterThan(700);
    expect(judged.effectiveRows).toBeLessThan(900);
  });

  it('refuses to judge by nothing', () => {
    expect(() =>
      evaluateOffPolicy(
        [],
        () => new Map(),
        () => 0,
      ),
    ).toThrow(/at least one logged choice/);
  });
});
