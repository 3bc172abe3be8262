// Which ranges of tokens a request is in, and when they are counted exactly.

import { expect, it } from 'vitest';
import { prescanOf, sampleFacts } from '../../test/contract/sample-facts.js';
import { context } from './context.js';

/** What the signal says of a request of so many tokens, estimated and exactly, and how often it counted. */
async function read(entries: readonly object[], estimate: number, exact: number) {
  let counts = 0;
  const tokens = {
    estimateTokens: () => estimate,
    countTokens: () => {
      counts += 1;
      return exact;
    },
  };
  const { request, prompt } = sampleFacts();
  const open = context.open(entries, []);
  const matches = await open.read({ request, prompt, prescan: prescanOf(), tokens, abort: new AbortController().signal });
  return { names: matches.map(({ value }) => value), evidence: matches.map(({ evidence }) => evidence), counts };
}

const ranges = [
  { name: 'short', maxTokens: 1000 },
  { name: 'middle', minTokens: 1001, maxTokens: 10_000 },
  { name: 'long', minTokens: 10_001 },
];

it.each([
  { estimate: 10, exact: 11, names: ['short'], counts: 0 },
  { estimate: 950, exact: 1100, names: ['middle'], counts: 1 },
  { estimate: 1050, exact: 1000, names: ['short'], counts: 1 },
  { estimate: 3000, exact: 9, names: ['middle'], counts: 0 },
  { estimate: 9500, exact: 10_001, names: ['long'], counts: 1 },
  { estimate: 50_000, exact: 9, names: ['long'], counts: 0 },
])('estimated $estimate, exactly $exact: $names', async ({ estimate, exact, names, counts }) => {
  expect(await read(ranges, estimate, exact)).toMatchObject({ names, counts });
});

it('counts once a vocabulary, and says whether it counted', async () => {
  const entries = [
    { name: 'a', maxTokens: 100 },
    { name: 'b', maxTokens: 110, encoding: 'cl100k_base' },
    { name: 'c', maxTokens: 120 },
    { name: 'd', maxTokens: 9000 },
  ];
  expect(await read(entries, 105, 99)).toEqual({
    names: ['a', 'b', 'c', 'd'],
    evidence: ['99 tokens', '99 tokens', '99 tokens', 'about 105 tokens'],
    counts: 2,
  });
});

it('refuses a range that is upside down', () => {
  expect(context.options.safeParse({ name: 'x', minTokens: 2, maxTokens: 1 }).success).toBe(false);
  expect(context.options.safeParse({ name: 'x', minTokens: 1, maxTokens: 1 }).success).toBe(true);
  expect(context.options.safeParse({ name: 'x', encoding: 'p50k_base' }).success).toBe(false);
});
