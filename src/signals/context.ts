// The context signal: how many tokens the whole request has, in ranges.

import { z } from 'zod';
import { requestText } from '../chat/prompt.js';
import { encodings } from '../native/index.js';
import { defineSignal } from './signal.js';

/** Estimates are off by less than this in 19 of 20 texts (docs/decisions/0026); a limit this near is decided by an exact count. */
const nearBelow = 0.6;
const nearAbove = 1.6;

const tokens = z.number().int().min(0).max(1e9);

const options = z
  .strictObject({
    name: z.string().min(1).describe('The name rules use: { signal: context, name: … }.'),
    minTokens: tokens.default(0).describe('The fewest tokens of the whole request, tool definitions included.'),
    maxTokens: tokens.optional().describe('The most tokens; unset: any number.'),
    encoding: z.enum(encodings).default('o200k_base').describe('The vocabulary whose tokens are counted near a limit.'),
  })
  .superRefine(({ minTokens, maxTokens }, context) => {
    if (maxTokens === undefined || minTokens <= maxTokens) return;
    context.addIssue({ code: 'custom', path: ['maxTokens'], message: `expected at least minTokens (${minTokens}), received ${maxTokens}` });
  });

export const context = defineSignal({
  name: 'context',
  configKey: 'context',
  options,
  leafKeys: ['name'],
  values: (entries) => entries.map(({ name }) => name),
  read: ({ request, tokens: counter }, entries) => {
    const text = requestText(request);
    const estimate = counter.estimateTokens(text);
    const exact = new Map<string, number>();
    return entries.flatMap(({ name, minTokens, maxTokens = Number.POSITIVE_INFINITY, encoding }) => {
      const near = [minTokens, maxTokens].some((limit) => limit * nearBelow <= estimate && estimate <= limit * nearAbove);
      const count = near ? (exact.get(encoding) ?? counter.countTokens(text, encoding)) : estimate;
      if (near) exact.set(encoding, count);
      const evidence = `${near ? '' : 'about '}${count} tokens`;
      return minTokens <= count && count <= maxTokens ? [{ signal: 'context', key: 'name', value: name, confidence: 1, evidence }] : [];
    });
  },
});
