// Choosing: what comes first by confidence and by priority, and how ties are broken.

import { describe, expect, test } from 'vitest';
import type { SignalMatch } from '../signals/signal.js';
import { choose, traceDecisions } from './choose.js';
import type { Strategy } from './decision.js';
import { type RuleInput, ruleOptions } from './rules.js';

const hit = (value: string, confidence: number): SignalMatch => ({ signal: 'keyword', key: 'name', value, confidence });
const asks = (name: string): RuleInput => ({ signal: 'keyword', name });

function decision(name: string, priority: number, rules?: RuleInput) {
  return { name, priority, ...(rules === undefined ? {} : { rules: ruleOptions.parse(rules) }) };
}

const decisions = [
  decision('always', 100),
  decision('sure', 1, asks('sure')),
  decision('urgent', 5, asks('urgent')),
  decision('twin', 5, asks('twin')),
];

const rows: [string, Strategy, readonly SignalMatch[], string | undefined, number | undefined][] = [
  ['nothing holds', 'confidence', [], undefined, undefined],
  ['nothing holds', 'priority', [], undefined, undefined],
  ['the surer one', 'confidence', [hit('sure', 0.9), hit('urgent', 0.4)], 'sure', 0.9],
  ['the more important one', 'priority', [hit('sure', 0.9), hit('urgent', 0.4)], 'urgent', 0.4],
  ['equally sure: the more important one', 'confidence', [hit('sure', 0.5), hit('urgent', 0.5)], 'urgent', 0.5],
  ['equally important: the surer one', 'priority', [hit('urgent', 0.4), hit('twin', 0.5)], 'twin', 0.5],
  ['equal in both: the first one', 'confidence', [hit('twin', 0.5), hit('urgent', 0.5)], 'urgent', 0.5],
  ['equal in both: the first one', 'priority', [hit('twin', 0.5), hit('urgent', 0.5)], 'urgent', 0.5],
  ['confidence 0 holds', 'confidence', [hit('sure', 0)], 'sure', 0],
];

describe('choose', () => {
  test.each(rows)('%s (%s)', (_, strategy, matches, name, confidence) => {
    const choice = choose(decisions, matches, { strategy });
    expect([choice?.decision.name, choice?.confidence]).toEqual([name, confidence]);
  });

  test('float noise of a NOT breaks no tie', () => {
    const plain = decision('plain', 5, asks('a'));
    const negated = decision('negated', 1, { type: 'NOT', condition: { signal: 'keyword', name: 'b', minConfidence: 0.95 } });
    expect(1 - 0.9).not.toBe(0.1);
    expect(choose([negated, plain], [hit('a', 1 - 0.9), hit('b', 0.9)], { strategy: 'confidence' })?.decision.name).toBe('plain');
    expect(choose([negated, plain], [hit('a', 0.1 - 1e-12), hit('b', 0.9)], { strategy: 'confidence' })?.decision.name).toBe('plain');
  });

  test('configured order settles ties whichever way it is', () => {
    const matches = [hit('urgent', 0.5), hit('twin', 0.5)];
    expect(choose(decisions.toReversed(), matches, { strategy: 'confidence' })?.decision.name).toBe('twin');
  });
});

test('traces show every decision that has rules, held or not', () => {
  const traces = traceDecisions(decisions, [hit('urgent', 0.4)]);
  expect(traces.map(({ decision: name, matched, confidence }) => [name, matched, confidence])).toEqual([
    ['sure', false, 0],
    ['urgent', true, 0.4],
    ['twin', false, 0],
  ]);
});
