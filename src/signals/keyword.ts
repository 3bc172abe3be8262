// The keyword signal: named word lists, and regular expressions written inside rules, all in one native automaton.

import { z } from 'zod';
import { defineSignal, type Leaf, type SignalMatch } from './signal.js';

const settingsOf = {
  exact: [],
  fuzzy: ['fuzzyThreshold'],
  ngram: ['ngramThreshold', 'ngramArity'],
  bm25: ['bm25Threshold'],
} as const;
const settings = Object.values(settingsOf).flat();

const options = z
  .strictObject({
    name: z.string().min(1).describe('The name rules use: { signal: keyword, name: … }.'),
    operator: z.enum(['OR', 'AND', 'NOR']).default('OR').describe('OR: any word is enough. AND: all words. NOR: none of them.'),
    keywords: z.array(z.string().min(1)).min(1).describe('Words or phrases, matched at word boundaries.'),
    caseSensitive: z.boolean().default(false).describe('Match letter case; bm25 never does.'),
    method: z
      .enum(['exact', 'fuzzy', 'ngram', 'bm25'])
      .default('exact')
      .describe('exact: as written. fuzzy: with typing errors. ngram: by shared n-grams of characters. bm25: by shared words, weighed.'),
    fuzzyThreshold: z
      .int()
      .min(0)
      .max(2)
      .optional()
      .describe('fuzzy: the most typing errors of a word, by default 2; words of 4 to 7 characters have at most one, shorter ones none.'),
    ngramThreshold: z.number().positive().max(1).optional().describe('ngram: the least similarity, 0 to 1, by default 0.4.'),
    ngramArity: z.int().min(1).max(6).optional().describe('ngram: characters in an n-gram, by default 3.'),
    bm25Threshold: z.number().positive().optional().describe('bm25: the least score, by default 0.1.'),
  })
  .superRefine((entry, context) => {
    const allowed: readonly string[] = settingsOf[entry.method];
    for (const key of settings) {
      if (entry[key] === undefined || allowed.includes(key)) continue;
      const message = `expected ${key} with the method ${key.replace(/Threshold|Arity/, '')} only, received it with ${entry.method}`;
      context.addIssue({ code: 'custom', path: [key], message, input: entry[key], continue: true });
    }
  });

const anyOf: 'OR' = 'OR';
const patternRule = (pattern: string) => `pattern:${pattern}`;
const nameRule = (name: string) => `name:${name}`;

export const keyword = defineSignal({
  name: 'keyword',
  configKey: 'keywords',
  options,
  leafKeys: ['name', 'pattern'],
  values: (entries, key) => (key === 'name' ? entries.map((entry) => entry.name) : undefined),
  keywordRules: (entries, leaves) => [
    ...entries.map(({ name, ...rule }) => ({ ...rule, name: nameRule(name) })),
    ...patterns(leaves).map((pattern) => ({ name: patternRule(pattern), operator: anyOf, keywords: [], patterns: [pattern] })),
  ],
  read: ({ prescan }) => prescan.keywords.flatMap(readMatch),
});

function patterns(leaves: readonly Leaf[]): readonly string[] {
  return [...new Set(leaves.filter((leaf) => leaf.key === 'pattern').map((leaf) => leaf.value))];
}

function readMatch(match: { readonly rule: string; readonly confidence: number }): readonly SignalMatch[] {
  const { confidence } = match;
  if (match.rule.startsWith('name:')) return [{ signal: 'keyword', key: 'name', value: match.rule.slice(5), confidence }];
  if (match.rule.startsWith('pattern:')) return [{ signal: 'keyword', key: 'pattern', value: match.rule.slice(8), confidence }];
  return [];
}
