// The record of a scored request: its shape, its evidence, its options, over every flavor.

import { describe, expect, it } from 'vitest';
import { dimensionNames } from '../../src/native/index.js';
import { loaded, thrown } from './addons.js';

describe.each(loaded)('$flavor', ({ native }) => {
  const proof = 'Prove the theorem and derive it formally, step by step.';

  it('gives the record of SPEC §12', () => {
    const score = native.scoreFastPath(proof);
    expect(score).toMatchObject({ tier: 'REASONING', ambiguous: false, agentic: false });
    expect(Object.keys(score.dimensions)).toEqual(dimensionNames);
    for (const { score: value, evidence } of Object.values(score.dimensions)) {
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
      expect(typeof evidence).toBe('string');
    }
    expect(score.confidence).toBeGreaterThanOrEqual(0.5);
    expect(score.confidence).toBeLessThanOrEqual(1);
    expect(native.scoreFastPath('hello').tier).toBe('SIMPLE');
  });

  const evidence: readonly (readonly [dimension: (typeof dimensionNames)[number], text: string, expected: RegExp])[] = [
    ['tokenCount', 'hello', /token/],
    ['codePresence', 'write a function that imports a class', /function/],
    ['reasoningMarkers', 'prove it and derive it', /prove/],
    ['technicalTerms', 'the distributed algorithm and the database', /\w/],
    ['creativeMarkers', 'write a story or a poem', /\w/],
    ['simpleIndicators', 'hello, what is a cat', /\w/],
    ['multiStepPatterns', 'first do this, then do that, step by step', /\w/],
    ['questionComplexity', 'why? how? when? what for?', /question/],
    ['imperativeVerbs', 'implement and build and create it', /\w/],
    ['constraintIndicators', 'at most five, at least two, under budget', /\w/],
    ['outputFormat', 'answer as JSON or YAML or a table', /\w/],
    ['referenceComplexity', 'see the above and the following, as in the docs', /\w/],
    ['negationComplexity', 'do not do this, never do that, without fail', /\w/],
    ['domainSpecificity', 'quantum genomics and fpga', /\w/],
    ['agenticTask', 'read the file, edit it, run the tests and fix the build', /\w/],
  ];
  it.each(evidence)('explains %s', (dimension, text, expected) => {
    expect(native.scoreFastPath(text).dimensions[dimension].evidence).toMatch(expected);
  });

  it('covers every dimension above', () => {
    expect(evidence.map(([dimension]) => dimension)).toEqual(dimensionNames);
  });

  it('keeps each record whole when later ones are made', () => {
    const first = native.scoreFastPath(proof);
    const before = JSON.stringify(native.scoreFastPath(proof));
    native.scoreFastPath('hello');
    expect(JSON.stringify(first)).toBe(before);
  });

  it('becomes JSON with all dimensions and their evidence', () => {
    const written = JSON.parse(JSON.stringify(native.scoreFastPath(proof)));
    expect(Object.keys(written.dimensions)).toEqual(dimensionNames);
    expect(written.dimensions.reasoningMarkers.evidence).toContain('prove');
  });

  it('reads system prompt and tool count', () => {
    expect(native.scoreFastPath('hello', { toolCount: 2 }).agentic).toBe(true);
    const alone = native.scoreFastPath('go on').dimensions.tokenCount.score;
    expect(native.scoreFastPath('go on', { systemPrompt: 'word '.repeat(4000) }).dimensions.tokenCount.score).toBeGreaterThan(alone);
  });

  it('takes weights, and refuses faulty ones by name', () => {
    const text = 'write a function';
    const heavy = native.scoreFastPath(text, { weights: { codePresence: 100 } });
    expect(heavy.score).not.toBeCloseTo(native.scoreFastPath(text).score);
    const table: readonly [unknown, string][] = [
      [{ codePresense: 1 }, 'weights.codePresense'],
      [{ codePresence: -1 }, 'weights.codePresence'],
      [{ codePresence: Number.NaN }, 'weights.codePresence'],
      [{ codePresence: '1' }, 'weights.codePresence'],
      [Object.fromEntries(dimensionNames.map((name) => [name, 0])), 'weights'],
      [7, 'weights'],
    ];
    for (const [weights, at] of table) {
      expect(thrown(() => native.scoreFastPath(text, { weights: weights as never }))).toMatchObject({ code: 'INVALID_INPUT', at });
    }
  });

  it('reads text of any kind: astral, lone surrogates, zeros, nothing', () => {
    for (const text of ['', '\0', '\u{1f600}'.repeat(50), '\ud800', 'a\udc00b', '漢字 prove derive', 'é'.repeat(1000)]) {
      expect(native.scoreFastPath(text).tier).toBeTypeOf('string');
    }
    expect(native.scoreFastPath('漢字\u{1f600} prove it and derive it').dimensions.reasoningMarkers.evidence).toContain('prove');
  });
});
