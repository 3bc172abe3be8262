// Token counts, exact where the vocabulary is here and estimated elsewhere.

import { checkString, invalid } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** The vocabularies whose tokens are counted exactly. */
export const encodings = ['cl100k_base', 'o200k_base'] as const;

export type Encoding = (typeof encodings)[number];

/** Throws INVALID_INPUT. */
export function countTokens(addon: Addon, text: unknown, encoding: unknown): number {
  const known = encodings.find((one) => one === encoding);
  if (known === undefined) throw invalid('encoding', encodings.join(' or '), encoding);
  return unwrap(addon.countTokens(checkString(text, 'text'), known));
}

/** Throws INVALID_INPUT. */
export function estimateTokens(addon: Addon, text: unknown): number {
  return unwrap(addon.estimateTokens(checkString(text, 'text')));
}
