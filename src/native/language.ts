// The language of a text: which one, and how sure.

import { checkString } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** What `language` says of code, gibberish and texts without letters. */
export const unknownLanguage = 'unknown';

export interface Detection {
  /** ISO 639-1, or `unknown`. */
  readonly language: string;
  /** The probability that `language` is right, 0..1; of `unknown`, that the text is in no language that can be told. */
  readonly confidence: number;
}

/** Throws INVALID_INPUT. */
export function detectLanguage(addon: Addon, text: unknown): Detection {
  return unwrap(addon.detectLanguage(checkString(text, 'text')));
}

const names = new WeakMap<Addon, readonly string[]>();

/** The languages an addon can tell, `unknown` last; asked for once. */
export function languageNames(addon: Addon): readonly string[] {
  const known = names.get(addon) ?? addon.languageNames();
  names.set(addon, known);
  return known;
}
