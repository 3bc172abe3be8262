// Dynamo policies: the files of its guide as they stand, and every rule of deciding by them.

import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { decideDynamo, dynamoOptions, isDynamoConfig } from './dynamo.js';
import { mockClassifier } from './mock-classifier.js';

/** semantic-router-binary.yaml of the guide, verbatim. */
const binaryFile = `
# File: semantic-router-binary.yaml
# Simple binary routing - works with both MockClassifier and OnnxClassifier
reasoning_model: deepseek-ai/DeepSeek-R1-Distill-Llama-8B
general_model: meta-llama/Meta-Llama-3.1-8B-Instruct
abstain_onprem_model: meta-llama/Meta-Llama-3.1-8B-Instruct
threshold_min_conf: 0.6
`;

/** semantic-router.yaml of the guide, verbatim. */
const multiClassFile = `
# Multi-class with rules
abstain_onprem_model: meta-llama/Meta-Llama-3.1-8B-Instruct
threshold_min_conf: 0.5
weights:
  reasoning: 60
  math: 60
  code: 50
  general: 20

rules:
  - when_any:
      - { label: "reasoning", min_conf: 0.55 }
      - { label: "math", min_conf: 0.55 }
    route_onprem_model: deepseek-ai/DeepSeek-R1-Distill-Llama-8B
    rationale: "reasoning"

  - when_any:
      - { label: "code", min_conf: 0.50 }
    route_onprem_model: deepseek-ai/DeepSeekCoder-V2-Lite-Instruct
    rationale: "code"

  - when_any:
      - { label: "general", min_conf: 0.50 }
    route_onprem_model: meta-llama/Meta-Llama-3.1-8B-Instruct
    rationale: "general"
`;

const reasoner = 'deepseek-ai/DeepSeek-R1-Distill-Llama-8B';
const llama = 'meta-llama/Meta-Llama-3.1-8B-Instruct';
const coder = 'deepseek-ai/DeepSeekCoder-V2-Lite-Instruct';

type Expected = Partial<ReturnType<typeof decideDynamo>>;
type Row = [name: string, probabilities: Record<string, number>, expected: Expected];
type Input = z.input<typeof dynamoOptions>;

describe('the binary file', () => {
  const policy = dynamoOptions.parse(parse(binaryFile));

  test('loads unchanged', () => expect(policy).toMatchObject({ reasoning_model: reasoner, general_model: llama, threshold_min_conf: 0.6 }));

  const rows: Row[] = [
    [
      'reasoning',
      { 'non-reasoning': 0.3, reasoning: 0.7 },
      { model: reasoner, rationale: 'reasoning', winner: 'reasoning', confidence: 0.7, abstained: false },
    ],
    [
      'general',
      { 'non-reasoning': 0.9, reasoning: 0.1 },
      { model: llama, rationale: 'general', winner: 'non-reasoning', confidence: 0.9, abstained: false },
    ],
    ['exactly the threshold is sure', { 'non-reasoning': 0.4, reasoning: 0.6 }, { model: reasoner, rationale: 'reasoning' }],
    [
      'under the threshold',
      { 'non-reasoning': 0.401, reasoning: 0.599 },
      { model: llama, rationale: 'abstain_low_confidence', winner: 'reasoning', confidence: 0.599, abstained: true },
    ],
    ['sure of another label', { math: 0.8, reasoning: 0.2 }, { model: llama, rationale: 'general', winner: 'math' }],
    ['no labels', {}, { model: llama, rationale: 'abstain_low_confidence', winner: '', confidence: 0 }],
  ];
  test.each(rows)('%s', (_, probabilities, expected) => expect(decideDynamo(policy, probabilities)).toMatchObject(expected));

  const prompts: [string, string][] = [
    ['Prove that the square root of 2 is irrational. Show each step.', reasoner],
    ['What is the capital of France?', llama],
  ];
  test.each(prompts)('with the mock: %s', async (text, model) => {
    const probabilities = await mockClassifier.classify(text, new AbortController().signal);
    expect(decideDynamo(policy, probabilities)).toMatchObject({ model, abstained: false });
  });
});

describe('binary policies', () => {
  const rows: [string, Input, Record<string, number>, Expected][] = [
    [
      'half is not more than half',
      { reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A' },
      { reasoning: 0.5, 'non-reasoning': 0.5 },
      { model: 'G', rationale: 'general', winner: 'non-reasoning' },
    ],
    [
      'just more than half',
      { reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A' },
      { reasoning: 0.51, 'non-reasoning': 0.49 },
      { model: 'R' },
    ],
    [
      'general is the abstain model by default',
      { reasoning_model: 'R', abstain_onprem_model: 'A' },
      { reasoning: 0.2, 'non-reasoning': 0.8 },
      { model: 'A', rationale: 'general', abstained: false },
    ],
    [
      'the threshold is 0.5 by default',
      { reasoning_model: 'R', abstain_onprem_model: 'A' },
      { reasoning: 0.49, 'non-reasoning': 0.4 },
      { rationale: 'abstain_low_confidence' },
    ],
    [
      'binary wins over rules',
      {
        reasoning_model: 'R',
        general_model: 'G',
        abstain_onprem_model: 'A',
        rules: [{ when_any: [{ label: 'reasoning', min_conf: 0.1 }], route_onprem_model: 'X', rationale: 'x' }],
      },
      { reasoning: 0.9, 'non-reasoning': 0.1 },
      { model: 'R', rationale: 'reasoning' },
    ],
    [
      'binary wins over weights',
      { reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A', weights: { reasoning: 100 } },
      { reasoning: 0.3, 'non-reasoning': 0.7 },
      { model: 'G' },
    ],
    [
      'a threshold of 0 with no labels still abstains',
      { reasoning_model: 'R', general_model: 'G', abstain_onprem_model: 'A', threshold_min_conf: 0 },
      {},
      { model: 'A' },
    ],
  ];
  test.each(rows)('%s', (_, input, probabilities, expected) =>
    expect(decideDynamo(dynamoOptions.parse(input), probabilities)).toMatchObject(expected),
  );
});

describe('the multi-class file', () => {
  const policy = dynamoOptions.parse(parse(multiClassFile));

  const rows: Row[] = [
    [
      'the first rule',
      { reasoning: 0.6, math: 0.2, code: 0.1 },
      { model: reasoner, rationale: 'reasoning', winner: 'reasoning', confidence: 0.6 },
    ],
    ['any condition of a rule is enough', { math: 0.55 }, { model: reasoner, rationale: 'reasoning', winner: 'math' }],
    ['file order before probability', { reasoning: 0.55, code: 0.95 }, { model: reasoner, winner: 'reasoning' }],
    ['the likelier condition of a rule is its winner', { reasoning: 0.6, math: 0.8 }, { winner: 'math', confidence: 0.8 }],
    ['a later rule', { reasoning: 0.3, code: 0.5 }, { model: coder, rationale: 'code', winner: 'code' }],
    ['exactly min_conf is met', { general: 0.5 }, { model: llama, rationale: 'general', abstained: false }],
    [
      'no rule met, but a label at the threshold',
      { reasoning: 0.5, code: 0.49 },
      { model: reasoner, rationale: 'reasoning', winner: 'reasoning', confidence: 0.5 },
    ],
    [
      'nothing at the threshold',
      { reasoning: 0.499, code: 0.3 },
      { model: llama, rationale: 'abstain', winner: 'reasoning', confidence: 0.499, abstained: true },
    ],
    ['only unknown labels', { poetry: 0.9 }, { model: llama, rationale: 'abstain', winner: 'poetry', abstained: true }],
    ['no labels', {}, { model: llama, rationale: 'abstain', winner: '', abstained: true }],
  ];
  test.each(rows)('%s', (_, probabilities, expected) => expect(decideDynamo(policy, probabilities)).toMatchObject(expected));
});

describe('where no rule fires', () => {
  const rule = (label: string, model: string) => ({ when_any: [{ label, min_conf: 0.99 }], route_onprem_model: model, rationale: label });
  const rules = [rule('a', 'MA'), rule('b', 'MB'), rule('c', 'MC'), rule('a', 'MA2')];
  const base = { abstain_onprem_model: 'A', threshold_min_conf: 0.3, rules };

  const rows: [string, Partial<Input>, Record<string, number>, Expected][] = [
    ['the highest weight', { weights: { a: 10, b: 20 } }, { a: 0.5, b: 0.3 }, { model: 'MB', winner: 'b', confidence: 0.3 }],
    ['equal weights: the likelier', { weights: { a: 20, b: 20 } }, { a: 0.35, b: 0.4 }, { model: 'MB', winner: 'b' }],
    ['no weights: the likelier', {}, { a: 0.35, b: 0.4 }, { model: 'MB' }],
    ['a label without a weight comes after', { weights: { a: 1 } }, { a: 0.31, b: 0.9 }, { model: 'MA' }],
    ['a weight does not lift a label over the threshold', { weights: { a: 99 } }, { a: 0.29, b: 0.3 }, { model: 'MB' }],
    ['the first rule that names the label', {}, { a: 0.5 }, { model: 'MA' }],
    [
      'the heaviest label has no rule',
      { weights: { pii: 90, a: 10 } },
      { pii: 0.4, a: 0.5 },
      { model: 'A', rationale: 'abstain', winner: 'pii', abstained: true },
    ],
    ['empty rules', { rules: [] }, { a: 0.9 }, { model: 'A', rationale: 'abstain', winner: 'a' }],
    ['weights of a name every object has', { weights: { a: 1 } }, { constructor: 0.9, a: 0.5 }, { model: 'MA' }],
  ];
  test.each(rows)('%s', (_, extra, probabilities, expected) => {
    expect(decideDynamo(dynamoOptions.parse({ ...base, ...extra }), probabilities)).toMatchObject(expected);
  });

  test('a tie in everything does not depend on the order of labels', () => {
    const policy = dynamoOptions.parse(base);
    expect(decideDynamo(policy, { b: 0.4, a: 0.4 })).toEqual(decideDynamo(policy, { a: 0.4, b: 0.4 }));
  });
});

test('min_conf is 0.5 where left out', () => {
  const policy = dynamoOptions.parse({
    abstain_onprem_model: 'A',
    threshold_min_conf: 0.9,
    rules: [{ when_any: [{ label: 'a' }], route_onprem_model: 'M' }],
  });
  expect([0.49, 0.5].map((a) => decideDynamo(policy, { a }).model)).toEqual(['A', 'M']);
});

const rationales: [string, string][] = [
  ['reasoning', 'reasoning'],
  ['math & logic', 'math___logic'],
  ['two\r\nlines', 'two__lines'],
  ['Begründung', 'Begr_ndung'],
  ['x'.repeat(500), 'x'.repeat(64)],
];

test.each(rationales)('the rationale %j is the label %s', (rationale, label) => {
  const rules = [{ when_any: [{ label: 'a' }], route_onprem_model: 'M', rationale }];
  expect(decideDynamo(dynamoOptions.parse({ abstain_onprem_model: 'A', rules }), { a: 1 }).rationale).toBe(label);
});

describe('the schema', () => {
  const rule = { when_any: [{ label: 'a', min_conf: 0.5 }], route_onprem_model: 'M', rationale: 'a' };
  const refused: [string, object][] = [
    ['no abstain model', { reasoning_model: 'R' }],
    ['an unknown key', { abstain_onprem_model: 'A', treshold_min_conf: 0.5 }],
    ['an unknown key of a rule', { abstain_onprem_model: 'A', rules: [{ ...rule, model: 'M' }] }],
    ['an unknown key of a condition', { abstain_onprem_model: 'A', rules: [{ ...rule, when_any: [{ label: 'a', minConf: 1 }] }] }],
    ['a rule without conditions', { abstain_onprem_model: 'A', rules: [{ ...rule, when_any: [] }] }],
    ['a rule without a model', { abstain_onprem_model: 'A', rules: [{ when_any: rule.when_any, rationale: 'a' }] }],
    ['a threshold above 1', { abstain_onprem_model: 'A', threshold_min_conf: 60 }],
  ];
  test.each(refused)('refuses %s', (_, value) => expect(dynamoOptions.safeParse(value).success).toBe(false));
  test('takes a valid one', () => expect(dynamoOptions.safeParse({ abstain_onprem_model: 'A', rules: [rule] }).success).toBe(true));
});

const contents: [unknown, boolean][] = [
  [{ abstain_onprem_model: 'A' }, true],
  [{ reasoning_model: 'R' }, true],
  [{ abstain_onprem_model: null, nonsense: 1 }, true],
  [{ models: [], decisions: [] }, false],
  [{ general_model: 'G' }, false],
  [{}, false],
  [null, false],
  ['abstain_onprem_model', false],
  [[], false],
  [undefined, false],
];

test.each(contents)('isDynamoConfig(%j) is %s', (value, expected) => expect(isDynamoConfig(value)).toBe(expected));
