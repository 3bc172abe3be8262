// The deciders: who decides first, what each outcome says, and what a failing classifier leads to.

import { describe, expect, test, vi } from 'vitest';
import { RouterError } from '../errors.js';
import type { SignalMatch } from '../signals/signal.js';
import type { Classifier } from './classifier.js';
import { type DecideInput, dynamoDecider, type RuleDeciderOptions, ruleDecider } from './decider.js';
import { domainRoutingOptions } from './domain-routing.js';
import { dynamoOptions } from './dynamo.js';
import { mockClassifier } from './mock-classifier.js';
import { ruleOptions } from './rules.js';

const prescan = { tier: 'SIMPLE', confidence: 0.9, agentic: false } as const;

const decisions = [
  { name: 'hard', priority: 10, rules: ruleOptions.parse({ signal: 'keyword', name: 'urgent' }), models: ['large', 'small'] },
  { name: 'general', priority: 0, models: ['small'] },
];

const urgent: SignalMatch = { signal: 'keyword', key: 'name', value: 'urgent', confidence: 0.75 };

function input(given: Partial<DecideInput> = {}): DecideInput {
  return { text: 'anything', matches: [], prescan, explain: false, signal: new AbortController().signal, ...given };
}

function fake(answer: Readonly<Record<string, number>> | Error): Classifier & { readonly asked: string[] } {
  const asked: string[] = [];
  const classify: Classifier['classify'] = async (text) => {
    asked.push(text);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { name: 'fake', labels: [], asked, classify };
}

const domainRouting = domainRoutingOptions.parse({ categories: { math: { specialized: 'math-large', model: 'math-small' } } });

function rules(extra: Partial<RuleDeciderOptions> = {}) {
  return ruleDecider({ decisions, defaultDecision: 'general', strategy: 'confidence', ...extra });
}

describe('the rule decider', () => {
  test('a jump comes before rules', async () => {
    expect(await rules().decide(input({ jump: 'general', matches: [urgent] }))).toEqual({
      decision: 'general',
      models: ['small'],
      confidence: 0.9,
      tier: 'SIMPLE',
      by: 'fast-path',
      reason: 'The fast path settled it with tier SIMPLE.',
      rationale: 'fast_path',
      winner: 'SIMPLE',
    });
  });

  test('rules come next', async () => {
    expect(await rules().decide(input({ matches: [urgent] }))).toEqual({
      decision: 'hard',
      models: ['large', 'small'],
      confidence: 0.75,
      tier: 'SIMPLE',
      by: 'rules',
      reason: 'The rules of decision hard hold.',
      rationale: 'rules',
      winner: 'hard',
    });
  });

  test('the default decision comes last', async () => {
    expect(await rules().decide(input())).toEqual({
      decision: 'general',
      models: ['small'],
      confidence: 0,
      tier: 'SIMPLE',
      by: 'default',
      reason: 'No rules hold; the default decision serves.',
      rationale: 'default',
      winner: '',
    });
  });

  test('the default outcome needs no request', () => {
    expect(rules().defaultOutcome()).toMatchObject({
      decision: 'general',
      models: ['small'],
      tier: undefined,
      by: 'default',
      rationale: 'default',
    });
  });

  test.each([undefined, 'general'])('explaining shows the rules of every decision (jump %s)', async (jump) => {
    const { rules: traces } = await rules().decide(input({ jump, explain: true, matches: [] }));
    expect(traces?.map(({ decision, matched }) => [decision, matched])).toEqual([['hard', false]]);
    expect((await rules().decide(input({ jump }))).rules).toBeUndefined();
  });

  test('names that checking should have refused are errors, not defaults', async () => {
    expect(() => rules({ defaultDecision: 'nowhere' })).toThrow(RouterError);
    await expect(rules().decide(input({ jump: 'nowhere' }))).rejects.toMatchObject({ code: 'INTERNAL', received: 'nowhere' });
  });
});

describe('category routing', () => {
  const rows: [string, Record<string, number> | Error, object][] = [
    [
      'sure',
      { math: 0.9 },
      {
        decision: 'domain:math',
        models: ['math-large'],
        by: 'domain',
        reason: 'High confidence specialized routing',
        winner: 'math',
        confidence: 0.9,
      },
    ],
    [
      'less sure',
      { math: 0.7 },
      { decision: 'domain:math', models: ['math-small', 'small'], by: 'domain', reason: 'Medium confidence routing with fallback' },
    ],
    ['unsure', { math: 0.5 }, { decision: 'general', models: ['small'], by: 'default', reason: 'Low confidence, using general model' }],
    ['another category', { law: 0.9 }, { decision: 'general', models: ['small'], by: 'default', rationale: 'domain_unknown' }],
    [
      'failing',
      new Error('gone'),
      { decision: 'general', models: ['small'], by: 'default', rationale: 'classifier_error', confidence: 0, winner: '' },
    ],
  ];
  test.each(rows)('%s', async (_, answer, expected) => {
    expect(await rules({ domainRouting, domainClassifier: fake(answer) }).decide(input())).toMatchObject(expected);
  });

  test('a model is listed once', async () => {
    const routing = domainRoutingOptions.parse({ categories: { math: { specialized: 'large', model: 'small' } } });
    const outcome = await rules({ domainRouting: routing, domainClassifier: fake({ math: 0.7 }) }).decide(input());
    expect(outcome.models).toEqual(['small']);
  });

  test('the classifier is not asked where a jump or rules decide, nor without the option', async () => {
    const classifier = fake({ math: 0.9 });
    await rules({ domainRouting, domainClassifier: classifier }).decide(input({ matches: [urgent] }));
    await rules({ domainRouting, domainClassifier: classifier }).decide(input({ jump: 'hard' }));
    await rules({ domainClassifier: classifier }).decide(input());
    expect(classifier.asked).toEqual([]);
  });
});

describe('the Dynamo decider', () => {
  const policy = dynamoOptions.parse({ reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A', threshold_min_conf: 0.6 });

  test('follows the policy', async () => {
    const decider = dynamoDecider({ policy, classifier: mockClassifier });
    expect(await decider.decide(input({ text: 'prove it' }))).toEqual({
      decision: 'reasoning',
      models: ['R'],
      confidence: 0.85,
      tier: 'SIMPLE',
      by: 'classifier',
      reason: 'The classifier says reasoning.',
      rationale: 'reasoning',
      winner: 'reasoning',
    });
    expect(await decider.decide(input({ text: 'hello', prescan: undefined }))).toMatchObject({
      decision: 'general',
      models: ['G'],
      tier: undefined,
    });
  });

  test('abstains where the classifier is not sure', async () => {
    const decider = dynamoDecider({ policy, classifier: fake({ reasoning: 0.55, 'non-reasoning': 0.45 }) });
    const expected = { decision: 'abstain', models: ['A'], by: 'classifier', rationale: 'abstain_low_confidence', confidence: 0.55 };
    expect(await decider.decide(input())).toMatchObject(expected);
  });

  const failures: [string, Classifier['classify']][] = [
    ['rejects', () => Promise.reject(new Error('gone'))],
    [
      'throws',
      () => {
        throw new Error('gone');
      },
    ],
    ['answers no number', async () => ({ reasoning: Number.NaN, 'non-reasoning': 0.2 })],
    ['answers more than 1', async () => ({ reasoning: 2.5, 'non-reasoning': 0.1 })],
    ['answers less than 0', async () => ({ reasoning: -3, 'non-reasoning': 0.9 })],
  ];
  test.each(failures)('a classifier that %s leads to the abstain model, timed and reported', async (_, classify) => {
    const onClassified = vi.fn();
    const onError = vi.fn();
    const decider = dynamoDecider({ policy, classifier: { name: 'bad', labels: [], classify }, onClassified, onError });
    expect(await decider.decide(input())).toMatchObject({
      decision: 'abstain',
      models: ['A'],
      confidence: 0,
      by: 'default',
      rationale: 'classifier_error',
      winner: '',
    });
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(Error));
    expect(onClassified).toHaveBeenCalledOnce();
  });

  test('a good answer is timed and not reported', async () => {
    const onClassified = vi.fn();
    const onError = vi.fn();
    await dynamoDecider({ policy, classifier: mockClassifier, onClassified, onError }).decide(input());
    expect(onClassified).toHaveBeenCalledExactlyOnceWith(expect.any(Number));
    expect(onClassified.mock.calls[0]?.[0]).toBeGreaterThanOrEqual(0);
    expect(onError).not.toHaveBeenCalled();
  });

  const rounded = { reasoning: 1.0000001, 'non-reasoning': 0 };
  test('the rounding of a 32-bit softmax is no failure', async () => {
    expect(await dynamoDecider({ policy, classifier: fake(rounded) }).decide(input())).toMatchObject({
      models: ['R'],
      rationale: 'reasoning',
    });
  });

  test('the default outcome is the abstain model', () => {
    const outcome = dynamoDecider({ policy, classifier: mockClassifier }).defaultOutcome();
    expect(outcome).toMatchObject({ decision: 'abstain', models: ['A'], by: 'default', rationale: 'default' });
  });

  const reasons: [string, unknown, string][] = [
    ['its own error', new RouterError('SHUTTING_DOWN'), 'SHUTTING_DOWN'],
    ['CLIENT_GONE', undefined, 'CLIENT_GONE'],
  ];
  test.each(reasons)('a client that has gone is no failure of the classifier: %s', async (_, reason, code) => {
    const onError = vi.fn();
    const controller = new AbortController();
    controller.abort(reason);
    const decider = dynamoDecider({ policy, classifier: fake(new Error('cancelled')), onError });
    await expect(decider.decide(input({ signal: controller.signal }))).rejects.toMatchObject({ code });
    expect(onError).not.toHaveBeenCalled();
  });
});
