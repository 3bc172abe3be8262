// The mock of a reasoning classifier, for a Dynamo policy without a model: four words mean reasoning.

import type { Classifier } from './classifier.js';

/** Whole words in any script's sense of a word, in any case. */
const reasoningWords = /(?<![\p{L}\p{M}\p{N}_])(?:prove|calculate|logic|deduce)(?![\p{L}\p{M}\p{N}_])/iu;

/** Never fails. */
export const mockClassifier: Classifier = {
  name: 'mock',
  labels: ['non-reasoning', 'reasoning'],
  classify: async (text) =>
    reasoningWords.test(text) ? { 'non-reasoning': 0.15, reasoning: 0.85 } : { 'non-reasoning': 0.9, reasoning: 0.1 },
};
