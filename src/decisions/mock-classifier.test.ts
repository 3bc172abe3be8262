// The mock: four words, whole, in any case, and nothing else.

import { expect, test } from 'vitest';
import { mockClassifier } from './mock-classifier.js';

const reasoning = [
  'Prove that the square root of 2 is irrational. Show each step.',
  'please CALCULATE 3 + 4',
  'what is logic?',
  'deduce',
  '(prove)',
  'prove-it',
  'Let us, therefore, Deduce!',
];

const general = [
  'What is the capital of France?',
  '',
  'improve the proven approval',
  'a logical calculation by deduction',
  'calculated, calculates, deduced',
  'prove_it',
  'prove2',
  'éprove',
  'derive the theorem step by step',
];

const signal = new AbortController().signal;

test.each(reasoning)('reasoning: %s', async (text) => {
  expect(await mockClassifier.classify(text, signal)).toEqual({ reasoning: 0.85, 'non-reasoning': 0.15 });
});

test.each(general)('general: %s', async (text) => {
  expect(await mockClassifier.classify(text, signal)).toEqual({ reasoning: 0.1, 'non-reasoning': 0.9 });
});

test('the answer has the declared labels', async () => {
  expect(Object.keys(await mockClassifier.classify('x', signal))).toEqual(mockClassifier.labels);
});
