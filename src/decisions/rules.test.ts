// Rules: what their schema takes and refuses, and what each node means.

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { LeafKey, SignalMatch } from '../signals/signal.js';
import { evaluate, leaves, type Rule, type RuleInput, ruleOptions, trace } from './rules.js';

function match(value: string, confidence: number, key: LeafKey = 'name', signal = 'keyword'): SignalMatch {
  return { signal, key, value, confidence };
}

const parse = (input: RuleInput): Rule => ruleOptions.parse(input);
const leaf = (name: string, minConfidence = 0): RuleInput => ({ signal: 'keyword', name, minConfidence });
const not = (condition: RuleInput): RuleInput => ({ type: 'NOT', condition });
const and = (...conditions: RuleInput[]): RuleInput => ({ type: 'AND', conditions });
const or = (...conditions: RuleInput[]): RuleInput => ({ type: 'OR', conditions });

describe('the schema', () => {
  const accepted: [string, unknown][] = [
    ['name', { signal: 'keyword', name: 'urgent' }],
    ['category', { signal: 'domain', category: 'math', minConfidence: 0.6 }],
    ['level', { signal: 'complexity', level: 'high', minConfidence: 1 }],
    ['pattern', { signal: 'keyword', pattern: 'review|refactor' }],
    ['detected', { signal: 'agentic', detected: false }],
    ['NOT', { type: 'NOT', condition: { signal: 'agentic', detected: true } }],
    ['nested', { type: 'AND', conditions: [{ type: 'OR', conditions: [{ type: 'NOT', condition: { signal: 'a', name: 'b' } }] }] }],
  ];
  test.each(accepted)('takes %s', (_, rule) => expect(ruleOptions.safeParse(rule).success).toBe(true));

  const refused: [string, unknown, string][] = [
    ['no key', { signal: 'keyword' }, 'expected exactly one of name, category, level, pattern, detected beside signal, received none'],
    ['two keys', { signal: 'keyword', name: 'a', level: 'b' }, 'received name and level'],
    ['an empty AND', { type: 'AND', conditions: [] }, 'expected at least one rule'],
    ['an empty OR', { type: 'OR', conditions: [] }, 'expected at least one rule'],
    ['too much confidence', { signal: 'a', name: 'b', minConfidence: 1.01 }, '<=1'],
    ['negative confidence', { signal: 'a', name: 'b', minConfidence: -0.01 }, '>=0'],
    ['an unknown operator', { type: 'XOR', conditions: [{ signal: 'a', name: 'b' }] }, 'expected a rule'],
    ['an unknown key', { signal: 'a', name: 'b', minConfidance: 0.5 }, 'Unrecognized key: "minConfidance"'],
    ['NOT with a list', { type: 'NOT', conditions: [{ signal: 'a', name: 'b' }] }, 'expected a rule'],
    ['AND with one condition', { type: 'AND', condition: { signal: 'a', name: 'b' } }, 'expected a rule'],
    ['an operator beside a leaf', { type: 'NOT', condition: { signal: 'a', name: 'b' }, signal: 'a' }, 'expected a rule'],
    ['an empty name', { signal: 'a', name: '' }, '>=1'],
    ['a text', 'keyword', 'expected a rule'],
    ['nothing', null, 'expected a rule'],
  ];
  test.each(refused)('refuses %s', (_, rule, message) => {
    expect(
      ruleOptions
        .safeParse(rule)
        .error?.issues.map((issue) => issue.message)
        .join('; '),
    ).toContain(message);
  });

  test('a fault deep in the tree is refused', () => {
    expect(ruleOptions.safeParse({ type: 'OR', conditions: [leaf('a'), { type: 'NOT', condition: { signal: 'a' } }] }).success).toBe(false);
  });

  test('minConfidence is 0 where left out', () => {
    expect(parse({ signal: 'keyword', name: 'urgent' })).toEqual({ signal: 'keyword', name: 'urgent', minConfidence: 0 });
  });

  test('JSON Schema refers to itself and demands exactly one key', () => {
    const schema = z.toJSONSchema(z.object({ rules: ruleOptions.optional() }), { io: 'input' });
    const text = JSON.stringify(schema);
    expect(text.split('"#/$defs/Rule"').length - 1).toBeGreaterThanOrEqual(3);
    expect(text).toContain('"oneOf":[{"required":["name"]},{"required":["category"]}');
  });
});

describe('evaluate', () => {
  const rows: [string, RuleInput, readonly SignalMatch[], boolean, number][] = [
    ['leaf found', leaf('a'), [match('a', 0.4)], true, 0.4],
    ['leaf at its minimum', leaf('a', 0.4), [match('a', 0.4)], true, 0.4],
    ['leaf under its minimum', leaf('a', 0.41), [match('a', 0.4)], false, 0],
    ['leaf absent', leaf('a'), [], false, 0],
    ['leaf found with confidence 0', leaf('a'), [match('a', 0)], true, 0],
    ['the best of several matches', leaf('a', 0.5), [match('a', 0.2), match('a', 0.7), match('a', 0.3)], true, 0.7],
    ['another signal', leaf('a'), [match('a', 1, 'name', 'domain')], false, 0],
    ['another key', leaf('a'), [match('a', 1, 'category')], false, 0],
    ['another value', leaf('a'), [match('A', 1)], false, 0],
    ['AND takes the least', and(leaf('a'), leaf('b')), [match('a', 0.9), match('b', 0.3)], true, 0.3],
    ['AND with one missing', and(leaf('a'), leaf('b')), [match('a', 0.9)], false, 0],
    ['OR takes the greatest', or(leaf('a'), leaf('b')), [match('a', 0.2), match('b', 0.6)], true, 0.6],
    ['OR counts only what holds', or(leaf('a', 0.95), leaf('b')), [match('a', 0.9), match('b', 0.5)], true, 0.5],
    ['OR with confidence 0 holds', or(leaf('a'), leaf('b')), [match('a', 0)], true, 0],
    ['OR of nothing', or(leaf('a'), leaf('b')), [], false, 0],
    ['AND over OR counts only what holds', and(or(leaf('a', 0.95), leaf('b'))), [match('a', 0.9), match('b', 0.5)], true, 0.5],
    ['NOT of what is absent', not(leaf('a')), [], true, 1],
    ['NOT of what was found', not(leaf('a')), [match('a', 0.3)], false, 0],
    ['NOT of a raw confidence under the minimum', not(leaf('a', 0.5)), [match('a', 0.25)], true, 0.75],
    ['NOT of AND', not(and(leaf('a'), leaf('b'))), [match('a', 0.75)], true, 1],
    ['NOT of OR under its minimums', not(or(leaf('a', 0.5), leaf('b', 0.5))), [match('a', 0.25), match('b', 0.125)], true, 0.75],
    ['detected', { signal: 'agentic', detected: true }, [match('true', 0.8, 'detected', 'agentic')], true, 0.8],
    ['detected, absent', { signal: 'agentic', detected: true }, [], false, 0],
    ['not detected', { signal: 'agentic', detected: false }, [], true, 1],
    ['not detected, but found', { signal: 'agentic', detected: false }, [match('true', 0.8, 'detected', 'agentic')], false, 0],
    [
      'not detected, found too weakly',
      { signal: 'agentic', detected: false, minConfidence: 0.5 },
      [match('true', 0.25, 'detected', 'agentic')],
      true,
      0.75,
    ],
  ];
  test.each(rows)('%s', (_, rule, matches, matched, confidence) => {
    expect(evaluate(parse(rule), matches)).toEqual({ matched, confidence });
  });
});

describe('trace and leaves', () => {
  const rule = parse({
    type: 'AND',
    conditions: [
      { signal: 'domain', category: 'coding', minConfidence: 0.8 },
      or({ signal: 'complexity', level: 'high' }, { signal: 'keyword', pattern: 'review|refactor' }),
      not({ signal: 'agentic', detected: true }),
      { signal: 'pii', detected: false },
    ],
  });

  test('the whole tree is shown, also where the first condition fails', () => {
    const weak = [match('coding', 0.5, 'category', 'domain'), match('high', 0.75, 'level', 'complexity')];
    const leafTrace = { type: 'signal', minConfidence: 0, actual: undefined, matched: false, confidence: 0 };
    expect(trace(rule, weak)).toEqual({
      type: 'AND',
      matched: false,
      confidence: 0,
      children: [
        { ...leafTrace, signal: 'domain', key: 'category', value: 'coding', minConfidence: 0.8, actual: 0.5 },
        {
          type: 'OR',
          matched: true,
          confidence: 0.75,
          children: [
            { ...leafTrace, signal: 'complexity', key: 'level', value: 'high', actual: 0.75, matched: true, confidence: 0.75 },
            { ...leafTrace, signal: 'keyword', key: 'pattern', value: 'review|refactor' },
          ],
        },
        {
          type: 'NOT',
          matched: true,
          confidence: 1,
          children: [{ ...leafTrace, signal: 'agentic', key: 'detected', value: 'true' }],
        },
        { ...leafTrace, signal: 'pii', key: 'detected', value: 'false', matched: true, confidence: 1 },
      ],
    });
  });

  test('leaves are listed in written order, as matches would name them', () => {
    expect(leaves(rule).map(({ signal, key, value, negated }) => [signal, key, value, negated])).toEqual([
      ['domain', 'category', 'coding', false],
      ['complexity', 'level', 'high', false],
      ['keyword', 'pattern', 'review|refactor', false],
      ['agentic', 'detected', 'true', false],
      ['pii', 'detected', 'true', true],
    ]);
  });
});
