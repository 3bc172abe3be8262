// Laws of rules that hold for every tree and every list of matches.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SignalMatch } from '../signals/signal.js';
import { evaluate, type Rule, type RuleInput, type RuleTrace, ruleOptions, trace } from './rules.js';

fc.configureGlobal({ seed: 20_260_101, numRuns: 500 });

const parse = (input: RuleInput): Rule => ruleOptions.parse(input);
const leaf = (name: string, minConfidence: number): RuleInput => ({ signal: 'keyword', name, minConfidence });
const not = (condition: RuleInput): RuleInput => ({ type: 'NOT', condition });
const and = (...conditions: RuleInput[]): RuleInput => ({ type: 'AND', conditions });
const or = (...conditions: RuleInput[]): RuleInput => ({ type: 'OR', conditions });

const confidences = fc.double({ min: 0, max: 1, noNaN: true });
const names = fc.constantFrom('a', 'b', 'c', 'd');
const matchLists: fc.Arbitrary<SignalMatch[]> = fc.array(
  fc.oneof(
    fc.record({ signal: fc.constant('keyword'), key: fc.constant('name'), value: names, confidence: confidences }),
    fc.record({ signal: fc.constant('keyword'), key: fc.constant('detected'), value: fc.constant('true'), confidence: confidences }),
  ),
  { maxLength: 8 },
);

function trees(minimums: fc.Arbitrary<number>): fc.Arbitrary<Rule> {
  const written = fc.letrec<{ rule: RuleInput; leaf: RuleInput; group: RuleInput; negation: RuleInput }>((tie) => ({
    rule: fc.oneof({ depthSize: 'small', withCrossShrink: true }, tie('leaf'), tie('group'), tie('negation')),
    leaf: fc.oneof(
      fc.tuple(names, minimums).map(([name, minimum]) => leaf(name, minimum)),
      fc.tuple(fc.boolean(), minimums).map(([detected, minConfidence]) => ({ signal: 'keyword', detected, minConfidence })),
    ),
    group: fc.record({ type: fc.constantFrom('AND', 'OR'), conditions: fc.array(tie('rule'), { minLength: 1, maxLength: 4 }) }),
    negation: tie('rule').map(not),
  })).rule;
  return written.map(parse);
}

describe('for every tree', () => {
  const anyTree = trees(confidences);

  test('each node of the trace agrees with evaluate of that node', () => {
    fc.assert(fc.property(anyTree, matchLists, (rule, matches) => expectAgreement(rule, trace(rule, matches), matches)));
  });

  test('each node of the trace follows from its children', () => {
    fc.assert(fc.property(anyTree, matchLists, (rule, matches) => expectConsequence(trace(rule, matches))));
  });

  test('confidence is within 0..1, and 0 where the rule does not hold', () => {
    fc.assert(
      fc.property(anyTree, matchLists, (rule, matches) => {
        const { matched, confidence } = evaluate(rule, matches);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(matched ? 1 : 0);
      }),
    );
  });

  test('the order of conditions and of matches is irrelevant', () => {
    fc.assert(
      fc.property(anyTree, matchLists, (rule, matches) => {
        expect(evaluate(reversed(rule), matches.toReversed())).toEqual(evaluate(rule, matches));
      }),
    );
  });

  test('De Morgan: NOT of AND is OR of NOTs, NOT of OR is AND of NOTs', () => {
    fc.assert(
      fc.property(fc.array(anyTree, { minLength: 1, maxLength: 4 }), matchLists, (conditions, matches) => {
        const negations = conditions.map((condition): Rule => ({ type: 'NOT', condition }));
        for (const [type, dual] of [['AND', 'OR'] as const, ['OR', 'AND'] as const]) {
          const one = evaluate({ type: 'NOT', condition: { type, conditions } }, matches);
          expect(one.matched).toBe(evaluate({ type: dual, conditions: negations }, matches).matched);
        }
      }),
    );
  });

  test('De Morgan holds for confidence too where all leaves have the same minimum', () => {
    const names4 = fc.array(names, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(names4, confidences, matchLists, (wanted, minimum, matches) => {
        const conditions = wanted.map((name) => leaf(name, minimum));
        expect(evaluate(parse(not(and(...conditions))), matches)).toEqual(evaluate(parse(or(...conditions.map(not))), matches));
        expect(evaluate(parse(not(or(...conditions))), matches)).toEqual(evaluate(parse(and(...conditions.map(not))), matches));
      }),
    );
  });

  test('NOT twice changes nothing but rounding', () => {
    fc.assert(
      fc.property(anyTree, matchLists, (rule, matches) => {
        const once = evaluate(rule, matches);
        const twice = evaluate({ type: 'NOT', condition: { type: 'NOT', condition: rule } }, matches);
        expect(twice.matched).toBe(once.matched);
        expect(twice.confidence).toBeCloseTo(once.confidence, 9);
      }),
    );
  });
});

function conditionsOf(rule: Rule): readonly Rule[] {
  if ('signal' in rule) return [];
  return rule.type === 'NOT' ? [rule.condition] : rule.conditions;
}

function reversed(rule: Rule): Rule {
  if ('signal' in rule) return rule;
  if (rule.type === 'NOT') return { type: 'NOT', condition: reversed(rule.condition) };
  return { type: rule.type, conditions: rule.conditions.map(reversed).toReversed() };
}

function expectAgreement(rule: Rule, traced: RuleTrace, matches: readonly SignalMatch[]): void {
  expect({ matched: traced.matched, confidence: traced.confidence }).toEqual(evaluate(rule, matches));
  const children = traced.type === 'signal' ? [] : traced.children;
  const conditions = conditionsOf(rule);
  expect(children).toHaveLength(conditions.length);
  for (const [index, condition] of conditions.entries()) {
    const child = children[index];
    if (child !== undefined) expectAgreement(condition, child, matches);
  }
}

function expectConsequence(traced: RuleTrace): void {
  if (traced.type === 'signal') {
    expectLeaf(traced);
    return;
  }
  traced.children.forEach(expectConsequence);
  const holding = traced.children.filter(({ matched }) => matched).map(({ confidence }) => confidence);
  if (traced.type === 'NOT') {
    expectNegation(traced, holding.length === 0);
    return;
  }
  const matched = holding.length >= (traced.type === 'AND' ? traced.children.length : 1);
  const combined = traced.type === 'AND' ? Math.min(...holding) : Math.max(...holding);
  expect(traced).toMatchObject({ matched, confidence: matched ? combined : 0 });
}

function expectNegation({ matched, confidence, children }: Extract<RuleTrace, { children: unknown }>, expected: boolean): void {
  expect(matched).toBe(expected);
  const child = children[0];
  if (matched && child?.type === 'signal' && child.value !== 'false') expect(confidence).toBe(1 - (child.actual ?? 0));
}

function expectLeaf({ value, actual, minConfidence, matched, confidence }: Extract<RuleTrace, { type: 'signal' }>): void {
  const found = actual !== undefined && actual >= minConfidence;
  const expected = value === 'false' ? !found : found;
  const sure = value === 'false' ? 1 - (actual ?? 0) : (actual ?? 0);
  expect({ matched, confidence }).toEqual({ matched: expected, confidence: expected ? sure : 0 });
}
