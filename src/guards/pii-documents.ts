// Codes of letters and digits: IBANs, which prove themselves, and passports and licences, which only the words around can name.

import { ibanLength, passesMod97 } from './pii-checks.js';
import { distance, follows } from './pii-context.js';
import { continues } from './pii-runs.js';
import type { PiiSpan } from './pii-span.js';

const ibanBody = /[a-z]{2}\d{2}(?:[ \u00a0-]?[a-z0-9]){8,30}/iuy;

/** The IBAN at `at`: the length its country has, and right check digits. */
export function ibanAt(text: string, at: number): PiiSpan | undefined {
  const expected = ibanLength(text.slice(at, at + 2).toUpperCase());
  if (expected === undefined) return undefined;
  ibanBody.lastIndex = at;
  const body = ibanBody.exec(text)?.[0] ?? '';
  let end = at;
  let plain = '';
  while (plain.length < expected && end - at < body.length) {
    const sign = text[end] ?? '';
    if (/[a-z0-9]/i.test(sign)) plain += sign.toUpperCase();
    end += 1;
  }
  if (plain.length !== expected || continues(text, end) || !passesMod97(plain)) return undefined;
  return { start: at, end, type: 'IBAN_CODE', confidence: 0.99, validated: true };
}

const code = /(?=[a-z]{0,5} ?\d)(?:[a-z]{1,3} )?(?:[a-z0-9]|-(?=[a-z]?\d)){5,18}(?: \d(?![\p{L}\p{N}]))?/iuy;
const date = /^(?:\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[- ]\d{1,2}[- ]\d{4}$)/u;
/** A small word with a blank belongs to the sentence; so do these in capitals. */
const wordBefore = /^(?:[a-z]+|IS|NO|NR|ID|OR|IN|AT|BY|TO|OF|AND|IST|EST) /u;
const digitCount = (text: string): number => text.replace(/\D/gu, '').length;

/** A passport or licence number at `at`, where words name one. */
export function documentAt(text: string, at: number): PiiSpan | undefined {
  code.lastIndex = at;
  const body = code.exec(text)?.[0];
  if (body === undefined || digitCount(body) < 5 || continues(text, at + body.length) || date.test(body) || wordBefore.test(body))
    return undefined;
  const end = at + body.length;
  const passport = distance(text, at, 'passport', 34);
  const licence = distance(text, at, 'licence', 34);
  const other = Math.min(distance(text, at, 'goods'), distance(text, at, 'phone'), distance(text, at, 'ssn'));
  if (Math.min(passport, licence) >= other) return undefined;
  if (passport < licence)
    return /^[a-z0-9]{6,10}(?: \d)?$/iu.test(body) ? { start: at, end, type: 'PASSPORT', confidence: 0.85, validated: false } : undefined;
  return { start: at, end, type: 'DRIVER_LICENSE', confidence: follows(text, at, 'driver', 56) ? 0.85 : 0.5, validated: false };
}
