// The one crossing of a request, and keyword rules, over every flavor.

import { describe, expect, it } from 'vitest';
import { loaded, thrown } from './addons.js';

describe.each(loaded)('$flavor', ({ native }) => {
  const rules = [
    { name: 'urgent', keywords: ['urgent', 'asap'] },
    { name: 'both', operator: 'AND', keywords: ['alpha', 'beta'] },
    { name: 'quiet', operator: 'NOR', keywords: ['loud'] },
    { name: 'ticket', patterns: ['[A-Z]{2,5}-\\d+'], caseSensitive: true },
  ] as const;

  it('gives score and rules together', () => {
    const prescanner = native.createPrescanner({ keywordRules: rules });
    const { keywords, ...rest } = prescanner.scan({ user: 'This is urgent: see ABC-123', toolCount: 1 });
    expect(keywords.map(({ rule }) => rule)).toEqual(['urgent', 'quiet', 'ticket']);
    expect(keywords.every(({ confidence }) => confidence > 0 && confidence <= 1)).toBe(true);
    expect(rest).toMatchObject({ agentic: true, estimatedTokens: expect.any(Number) });
    expect(prescanner.scan({ user: 'beta, then alpha; nothing loud' }).keywords.map(({ rule }) => rule)).toEqual(['both']);
  });

  it('matches the user text only, and scores both', () => {
    const prescanner = native.createPrescanner({ keywordRules: rules });
    const alone = prescanner.scan({ user: 'hello' });
    const both = prescanner.scan({ user: 'hello', system: 'urgent '.repeat(100) });
    expect(both.keywords).toEqual(alone.keywords);
    expect(both.estimatedTokens).toBeGreaterThan(alone.estimatedTokens);
  });

  it('scores nothing when told so', () => {
    const prescanner = native.createPrescanner({ enabled: false, keywordRules: rules });
    const scanned = prescanner.scan({ user: 'Prove it urgently, derive it. urgent' });
    expect(scanned).toMatchObject({ tier: 'MEDIUM', score: 0, confidence: 0, ambiguous: true });
    expect(scanned.keywords.map(({ rule }) => rule)).toEqual(['urgent', 'quiet']);
    expect(scanned.dimensions.reasoningMarkers).toMatchObject({ score: 0, evidence: '' });
  });

  it('obeys threshold, boundaries and size', () => {
    expect(native.createPrescanner({ threshold: 1 }).scan({ user: 'hello' }).ambiguous).toBe(true);
    expect(native.createPrescanner({ threshold: 0 }).scan({ user: 'hello' }).ambiguous).toBe(false);
    expect(native.createPrescanner({ boundaries: [-0.9, -0.8, -0.7] }).scan({ user: 'hello' }).tier).toBe('REASONING');
    expect(native.createPrescanner({ largeContextTokens: 10 }).scan({ user: 'hello '.repeat(50) }).tier).toBe('COMPLEX');
  });

  it('refuses faulty options by name', () => {
    const table: readonly [unknown, string][] = [
      [{ threshold: 2 }, 'threshold'],
      [{ threshold: '0.7' }, 'threshold'],
      [{ boundaries: [0, 0, 1] }, 'boundaries'],
      [{ boundaries: [0, 1] }, 'boundaries'],
      [{ boundaries: [0, 'x', 1] }, 'boundaries[1]'],
      [{ largeContextTokens: -1 }, 'largeContextTokens'],
      [{ largeContextTokens: 1.5 }, 'largeContextTokens'],
      [{ enabled: 1 }, 'enabled'],
      [{ keywordRules: {} }, 'keywordRules'],
      [{ keywordRules: [null] }, 'keywordRules[0]'],
      [{ keywordRules: [{ keywords: ['a'] }] }, 'keywordRules[0].name'],
      [{ keywordRules: [{ name: 'a', keywords: ['a', 7] }] }, 'keywordRules[0].keywords[1]'],
      [{ keywordRules: [{ name: 'a', operator: 'XOR', keywords: ['a'] }] }, 'keywordRules[0].operator'],
      [{ keywordRules: [{ name: 'a', keywords: ['a'], caseSensitive: 'no' }] }, 'keywordRules[0].caseSensitive'],
      [null, 'options'],
    ];
    for (const [options, at] of table) {
      expect(
        thrown(() => native.createPrescanner(options as never)),
        at,
      ).toMatchObject({ code: 'INVALID_INPUT', at });
    }
  });

  it('refuses patterns that could take exponential time', () => {
    for (const pattern of ['(?=a)b', '(a)\\1', '(', '']) {
      expect(
        thrown(() => new native.KeywordMatcher([{ name: 'x', patterns: [pattern] }])),
        pattern,
      ).toMatchObject({ code: 'INVALID_INPUT' });
    }
  });

  it('says which words of a rule were found', () => {
    const matcher = new native.KeywordMatcher(rules);
    expect(matcher.match('urgent, ASAP')).toEqual([
      { rule: 'urgent', matched: ['urgent', 'asap'], confidence: expect.any(Number) },
      { rule: 'quiet', matched: [], confidence: expect.any(Number) },
    ]);
    expect(new native.KeywordMatcher([]).match('anything')).toEqual([]);
  });
});
