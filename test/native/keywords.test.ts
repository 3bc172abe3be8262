// Keyword methods and places over the boundary, in every flavor.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeywordRule } from '../../src/native/index.js';
import { loaded, thrown } from './addons.js';

describe.each(loaded)('$flavor', ({ native }) => {
  const confidence = (rule: Omit<KeywordRule, 'name'>, text: string) =>
    new native.KeywordMatcher([{ name: 'it', ...rule }]).match(text)[0]?.confidence;

  it.each<[Omit<KeywordRule, 'name'>, string, number | undefined]>([
    [{ method: 'exact', keywords: ['urgent'] }, 'URGENT', 1],
    [{ method: 'exact', keywords: ['urgent'] }, 'urgnet', undefined],
    [{ method: 'fuzzy', keywords: ['urgent'] }, 'urgnet', 5 / 6],
    [{ method: 'fuzzy', keywords: ['urgent'], fuzzyThreshold: 0 }, 'urgnet', undefined],
    [{ method: 'fuzzy', keywords: ['environment'], fuzzyThreshold: 1 }, 'enviromnt', undefined],
    [{ method: 'ngram', keywords: ['urgent'] }, 'urgency', 5 / 12],
    [{ method: 'ngram', keywords: ['urgent'], ngramThreshold: 0.5 }, 'urgency', undefined],
    [{ method: 'ngram', keywords: ['urgent'], ngramArity: 1 }, 'gentur', 1],
    [{ method: 'bm25', keywords: ['refund my order'] }, 'Orders were refunded', 1],
    [{ method: 'bm25', keywords: ['refund', 'order'], bm25Threshold: 0.6 }, 'my order', 1],
    [{ method: 'fuzzy', operator: 'AND', keywords: ['urgent', 'please'] }, 'pleese, urgnet', 5 / 6],
  ])('%j in %j: %d', (rule, text, expected) => {
    const found = confidence(rule, text);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 9);
  });

  it('says where, in units of the string', () => {
    const matcher = new native.KeywordMatcher([
      { name: 'words', keywords: ['red', '紧急'], patterns: ['\\d+'] },
      { name: 'typed', method: 'fuzzy', keywords: ['reset password'] },
      { name: 'not', operator: 'NOR', keywords: ['green'] },
    ]);
    const text = '😀 Red 42 非常紧急 rest pasword \ud800 red';
    const found = matcher.find(text);
    expect(found.map(({ rule, matched, confidence: sure }) => ({ rule, matched, confidence: sure }))).toEqual(matcher.match(text));
    expect(found.map(({ spans }) => spans.map(({ keyword, start, end }) => [keyword, text.slice(start, end)]))).toEqual([
      [
        ['red', 'Red'],
        ['\\d+', '42'],
        ['紧急', '紧急'],
        ['red', 'red'],
      ],
      [['reset password', 'rest pasword']],
      [],
    ]);
    expect(matcher.find(text, { limit: 1 })[0]?.spans.length).toBe(3);
  });

  it('cuts out what a keyword folds to, in any string', () => {
    const pieces = fc.constantFrom('red', 'RED', '😀', '\ud800', '\udc00', 'K', 'ß', 'é', ' ', '-', '紧', '\0');
    const matcher = new native.KeywordMatcher([{ name: 'it', keywords: ['red', 'k', '紧', 'ß'] }]);
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (list) => {
        const text = list.join('');
        for (const { keyword, start, end } of matcher.find(text, { limit: 50 }).flatMap(({ spans }) => spans))
          expect(text.slice(start, end).toLowerCase()).toBe(keyword);
      }),
    );
  });

  it.each<[object, string]>([
    [{ method: 'regex' }, 'rules[0].method'],
    [{ method: 'toString' }, 'rules[0].method'],
    [{ method: 'exact', fuzzyThreshold: 1 }, 'rules[0].fuzzyThreshold'],
    [{ method: 'fuzzy', ngramThreshold: 0.5 }, 'rules[0].ngramThreshold'],
    [{ method: 'fuzzy', fuzzyThreshold: 1.5 }, 'rules[0].fuzzyThreshold'],
    [{ method: 'fuzzy', fuzzyThreshold: 3 }, 'rules[0] "it" fuzzyThreshold'],
    [{ method: 'ngram', ngramArity: 0 }, 'rules[0] "it" ngramArity'],
    [{ method: 'ngram', ngramThreshold: '1' }, 'rules[0].ngramThreshold'],
    [{ method: 'bm25', bm25Threshold: 0 }, 'rules[0] "it" bm25Threshold'],
    [{ method: 'bm25', bm25Threshold: 9 }, 'rules[0] "it" keywords[0]'],
    [{ method: 'bm25', patterns: ['x'] }, 'rules[0] "it" patterns[0]'],
    [{ patterns: ['.{0,100}x.{0,100}y'] }, 'rules[0] "it" patterns[0]'],
  ])('refuses %j', (rule, at) => {
    const refusal = thrown(() => new native.KeywordMatcher([{ name: 'it', keywords: ['word'], ...rule } as KeywordRule]));
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', at });
  });

  it.each([0, 10_001, 1.5, '5', Number.NaN])('refuses the limit %j', (limit) => {
    const matcher = new native.KeywordMatcher([]);
    expect(thrown(() => matcher.find('x', { limit: limit as number }))).toMatchObject({ code: 'INVALID_INPUT', at: 'options.limit' });
  });
});
