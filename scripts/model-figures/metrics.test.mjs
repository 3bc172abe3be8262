// The measures against values worked out by hand.

import { describe, expect, it } from 'vitest';
import {
  accuracy,
  areaUnderCurve,
  calibrationError,
  confidentHalf,
  interval,
  labelScores,
  macroF1,
  mean,
  ranks,
  reliability,
  shareAbove,
  spearman,
  thresholdAt,
} from './metrics.mjs';

const answersOf = (text) =>
  text.split(' ').map((word) => {
    const [label, told, confidence = '1'] = word.split(',');
    return { label, told, confidence: Number(confidence) };
  });

describe('area under the curve', () => {
  it.each([
    { name: 'apart', positives: [3, 4], negatives: [1, 2], expected: 1 },
    { name: 'the wrong way round', positives: [1, 2], negatives: [3, 4], expected: 0 },
    { name: 'all equal', positives: [1, 1, 1], negatives: [1, 1], expected: 0.5 },
    { name: 'one tie of four pairs', positives: [2, 3], negatives: [1, 2], expected: 0.875 },
    { name: 'infinite scores', positives: [Number.POSITIVE_INFINITY, 0], negatives: [Number.NEGATIVE_INFINITY, 0], expected: 0.875 },
    { name: 'uneven counts', positives: [5], negatives: [1, 6, 2, 3], expected: 0.75 },
  ])('$name', ({ positives, negatives, expected }) => expect(areaUnderCurve(positives, negatives)).toBeCloseTo(expected, 12));
});

describe('threshold at a share of false alarms', () => {
  const hundred = Array.from({ length: 100 }, (_, at) => at);
  it.each([
    { name: 'one of a hundred', negatives: hundred, share: 0.01, threshold: 98, flagged: 0.01 },
    { name: 'none of fifty', negatives: hundred.slice(0, 50), share: 0.01, threshold: 49, flagged: 0 },
    { name: 'ties stay below', negatives: [...hundred.slice(0, 97), 99, 99, 99], share: 0.01, threshold: 99, flagged: 0 },
    { name: 'everything', negatives: [1, 2], share: 1, threshold: 1, flagged: 0.5 },
  ])('$name', ({ negatives, share, threshold, flagged }) => {
    expect(thresholdAt(negatives, share)).toBe(threshold);
    expect(shareAbove(negatives, thresholdAt(negatives, share))).toBe(flagged);
  });
});

describe('ranks and Spearman', () => {
  it.each([
    { name: 'ranks share the mean of ties', values: [10, 20, 20, 5], expected: [2, 3.5, 3.5, 1] },
    { name: 'all equal', values: [7, 7, 7], expected: [2, 2, 2] },
    { name: 'none', values: [], expected: [] },
  ])('$name', ({ values, expected }) => expect([...ranks(values)]).toEqual(expected));

  it.each([
    { name: 'any growing function', left: [1, 2, 3, 4], right: [1, 10, 100, 1000], expected: 1 },
    { name: 'falling', left: [1, 2, 3], right: [3, 2, 1], expected: -1 },
    { name: 'without ties: 1 - 6 Σd² / n(n²-1)', left: [1, 2, 3, 4, 5], right: [2, 1, 4, 3, 5], expected: 0.8 },
    { name: 'with ties', left: [1, 2, 2, 3], right: [1, 2, 3, 4], expected: 3 / Math.sqrt(10) },
  ])('$name', ({ left, right, expected }) => expect(spearman(left, right)).toBeCloseTo(expected, 12));
});

describe('labels', () => {
  const answers = answersOf('a,a a,a a,b b,b b,a c,a');

  it('counts recall, precision and F1 of each label', () => {
    expect(labelScores(answers).map(({ label, count, recall }) => [label, count, recall])).toEqual([
      ['a', 3, 2 / 3],
      ['b', 2, 1 / 2],
      ['c', 1, 0],
    ]);
    expect(accuracy(answers)).toBe(0.5);
    expect(macroF1(answers)).toBeCloseTo((4 / 7 + 1 / 2 + 0) / 3, 12);
  });

  it('leaves a label that no row has out of the mean, but not out of precision', () => {
    expect(macroF1(answersOf('a,a a,z'))).toBeCloseTo(2 / 3, 12);
  });

  it('takes the half that is surer', () => {
    expect(confidentHalf(answersOf('a,a,.9 a,a,.8 a,b,.7 a,b,.6'))).toBe(1);
  });
});

describe('calibration', () => {
  it.each([
    { name: 'sure and right', text: 'a,a,1 b,b,1', expected: 0 },
    { name: 'sure and wrong', text: 'a,b,1 b,a,1', expected: 1 },
    { name: 'half sure, half right', text: 'a,a,.5 a,b,.5', expected: 0 },
    { name: 'two bins weigh by their rows', text: 'a,a,.9 a,a,.9 a,b,.9 a,b,.1', expected: (0.7 + 0.1) / 4 },
  ])('$name', ({ text, expected }) => expect(calibrationError(answersOf(text))).toBeCloseTo(expected, 12));

  it('puts the ends of 0..1 into the first and the last bin', () => {
    expect(reliability(answersOf('a,a,0 a,a,1')).map(({ count }) => count)).toEqual([1, 1]);
  });
});

describe('bootstrap', () => {
  const answers = answersOf(Array.from({ length: 80 }, (_, at) => (at % 4 === 0 ? 'a,b' : 'a,a')).join(' '));

  it('gives the same interval again, another for another seed, and holds the value', () => {
    const [low, high] = interval(answers, accuracy);
    expect(interval(answers, accuracy)).toEqual([low, high]);
    const values = Array.from({ length: 50 }, (_, at) => Math.sqrt(at));
    expect(interval(values, mean, 2)).not.toEqual(interval(values, mean, 3));
    expect(low).toBeGreaterThan(0.6);
    expect(low).toBeLessThan(0.75);
    expect(high).toBeGreaterThan(0.75);
    expect(high).toBeLessThan(0.9);
  });

  it('has no width where all rows agree', () => {
    expect(interval(answersOf('a,a b,b'), accuracy)).toEqual([1, 1]);
  });
});
