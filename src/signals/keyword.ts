// The keyword signal: named word lists, and regular expressions written inside rules, all in one native automaton.

import { z } from 'zod';
import { defineSignal, type Leaf, type SignalMatch } from './signal.js';

const options = z.strictObject({
  name: z.string().min(1).describe('The name rules use: { signal: keyword, name: … }.'),
  operator: z.enum(['OR', 'AND', 'NOR']).default('OR').describe('OR: any word is enough. AND: all words. NOR: none of them.'),
  keywords: z.array(z.string().min(1)).min(1).describe('Words or phrases, matched at word boundaries.'),
  caseSensitive: z.boolean().default(false).describe('Match letter case.'),
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
