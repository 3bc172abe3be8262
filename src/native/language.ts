// The language of a text: which one, and how sure.

import { checkString } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** The languages that can be told, by ISO 639-1, in the order of the addon; a test holds the two lists equal. */
export const languageCodes = [
  'af',
  'az',
  'bs',
  'ca',
  'cs',
  'cy',
  'da',
  'de',
  'en',
  'eo',
  'es',
  'et',
  'eu',
  'fi',
  'fr',
  'ga',
  'hr',
  'hu',
  'id',
  'is',
  'it',
  'la',
  'lg',
  'lt',
  'lv',
  'mi',
  'ms',
  'nb',
  'nl',
  'nn',
  'pl',
  'pt',
  'ro',
  'sk',
  'sl',
  'sn',
  'so',
  'sq',
  'st',
  'sv',
  'sw',
  'tl',
  'tn',
  'tr',
  'ts',
  'vi',
  'xh',
  'yo',
  'zu',
  'be',
  'bg',
  'kk',
  'mk',
  'mn',
  'ru',
  'sr',
  'uk',
  'ar',
  'fa',
  'ur',
  'hi',
  'mr',
  'zh',
  'ja',
  'ko',
  'el',
  'hy',
  'he',
  'bn',
  'pa',
  'gu',
  'or',
  'ta',
  'te',
  'kn',
  'ml',
  'si',
  'th',
  'lo',
  'bo',
  'my',
  'ka',
  'am',
  'km',
  'dv',
] as const;

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

/** The language at an index of the addon's list, behind whose last stands `unknown`. */
export function languageAt(index: number): string {
  return languageCodes[index] ?? unknownLanguage;
}
