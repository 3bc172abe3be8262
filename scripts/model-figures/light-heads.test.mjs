// Ridge regression against the solution of a system small enough to solve by hand, the nearest mean, and cosines of prefixes.

import { describe, expect, it } from 'vitest';
import { seeded } from '../../bench/rigs/seeded.mjs';
import { cosine } from './embedding.mjs';
import { nearestMean, ridge } from './ridge.mjs';

describe('light heads', () => {
  it('solves the normal equations with a constant', () => {
    // Features 0 and 1 with a constant: (X'X + I) = [[2, 1], [1, 3]]; targets of class 1 are [1, 1].
    const scores = ridge([[0], [1]], [0, 1], 2);
    expect(scores([1])[1]).toBeCloseTo(2 / 5 + 1 / 5, 12);
    expect(scores([0])[1]).toBeCloseTo(1 / 5, 12);
    expect(scores([0])[0]).toBeCloseTo(2 / 5, 12);
  });

  it.each([
    { name: 'ridge', learn: ridge },
    { name: 'nearest mean', learn: nearestMean },
  ])('$name tells clusters apart', ({ learn }) => {
    const random = seeded(3);
    const centres = [0, 1, 2];
    const vectorOf = (label) => centres.map((place) => (place === label ? 1 : 0) + 0.2 * (random() - 0.5));
    const classes = Array.from({ length: 90 }, (_, at) => at % 3);
    const scores = learn(classes.map(vectorOf), classes, 3);
    for (const label of centres) {
      const own = scores(vectorOf(label));
      expect(own.indexOf(Math.max(...own))).toBe(label);
    }
  });

  it.each([
    { width: 3, expected: 4 / Math.sqrt(5 * 5) },
    { width: 1, expected: 1 },
  ])('cosine of the first $width', ({ width, expected }) => {
    expect(cosine(Float32Array.of(1, 0, 2), Float32Array.of(2, 0, 1), width)).toBeCloseTo(expected, 6);
  });
});
