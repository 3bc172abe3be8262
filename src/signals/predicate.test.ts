// Bounds: which values they hold for, and which bounds are refused.

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkPredicate, holds, type Predicate, predicateShape } from './predicate.js';

describe('a predicate', () => {
  it.each<[Predicate, number, boolean]>([
    [{}, 0, false],
    [{}, 0.01, true],
    [{ gte: 3 }, 3, true],
    [{ gt: 3 }, 3, false],
    [{ lte: 0 }, 0, true],
    [{ lt: 0 }, 0, false],
    [{ gt: 0, lt: 1 }, 0.5, true],
    [{ gte: 0, lt: 1 }, 1, false],
    [{ gte: 0 }, Number.NaN, false],
    [{}, Number.NaN, false],
  ])('%j holds for %d: %s', (predicate, value, expected) => {
    expect(holds(value, predicate)).toBe(expected);
  });

  it.each<[Predicate, boolean]>([
    [{}, true],
    [{ gte: 1, lte: 1 }, true],
    [{ gt: 1, lt: 2 }, true],
    [{ gt: 1, gte: 1 }, false],
    [{ lt: 1, lte: 1 }, false],
    [{ gte: 2, lte: 1 }, false],
    [{ gt: 1, lte: 1 }, false],
    [{ gte: 1, lt: 1 }, false],
  ])('%j can be written: %s', (predicate, expected) => {
    expect(z.strictObject(predicateShape).superRefine(checkPredicate).safeParse(predicate).success).toBe(expected);
  });
});
