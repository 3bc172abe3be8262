// The contract of every selector: each candidate exactly once, best first, scores within 0..1, the same answer for the same question.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectors } from '../../src/selectors/index.js';

describe.each(selectors.map((selector) => ({ name: selector.name, open: selector.open })))('selector $name', ({ open }) => {
  it('ranks every candidate once, best first', () => {
    const selector = open({});
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), (candidates) => {
        const ranked = selector.rank(candidates);
        expect(ranked.map(({ candidate }) => candidate).toSorted()).toEqual(candidates.toSorted());
        const scores = ranked.map(({ score }) => score);
        expect(scores).toEqual(scores.toSorted((left, right) => right - left));
        expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true);
        expect(selector.rank(candidates)).toEqual(ranked);
      }),
    );
  });

  it('does not change what it is given', () => {
    const candidates = Object.freeze(['a', 'b', 'c']);
    expect(() => open({}).rank(candidates)).not.toThrow();
  });
});
