// Hints: which mistakes are close enough to a known name.

import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.js';

const known = ['gpt-4o-mini', 'gpt-4o', 'deepseek-r1', 'router', 'o3'];

const rows: [string, string | undefined][] = [
  ['gpt-4o-mni', 'gpt-4o-mini'],
  ['GPT-4O', 'gpt-4o'],
  ['gpt-4', 'gpt-4o'],
  ['deepseekr1', 'deepseek-r1'],
  ['rotuer', 'router'],
  ['claude', undefined],
  ['x', undefined],
  ['o1', undefined],
  ['', undefined],
  ['deepseek-r1-distill', undefined],
  ['z'.repeat(100_000), undefined],
];

test.each(rows)('%s', (name, expected) => expect(didYouMean(name, known)).toBe(expected));

test('nothing is known', () => expect(didYouMean('gpt-4o', [])).toBeUndefined());
