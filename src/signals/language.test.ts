// Which entries of the language signal hold for what the prescan told.

import { expect, it } from 'vitest';
import { prescanOf, sampleFacts, tokens } from '../../test/contract/sample-facts.js';
import { language } from './language.js';

const entries = [
  { name: 'german', languages: ['de'] },
  { name: 'asian', languages: ['zh', 'ja', 'ko'] },
  { name: 'none', languages: ['unknown'] },
];

async function found(told: string | undefined): Promise<unknown> {
  const { request, prompt } = sampleFacts();
  const detection = told === undefined ? undefined : { language: told, confidence: 0.8 };
  const context = { request, prompt, prescan: prescanOf({ language: detection }), tokens, abort: new AbortController().signal };
  return language.open(entries, []).read(context);
}

it.each([
  ['de', ['german']],
  ['ja', ['asian']],
  ['unknown', ['none']],
  ['fr', []],
  [undefined, []],
])('%s: %j', async (told, names) => {
  expect(await found(told)).toEqual(
    names.map((name) => ({ signal: 'language', key: 'name', value: name, confidence: 0.8, evidence: told })),
  );
});

it('asks the prescan for the language, and knows no other languages than it', () => {
  expect(language.open(entries, []).prescan).toEqual(['language']);
  expect(language.options.safeParse({ name: 'x', languages: ['klingon'] }).success).toBe(false);
  expect(language.options.safeParse({ name: 'x', languages: [] }).success).toBe(false);
});
