// Personal data that its own form gives away, found in one walk over the text: each sign asks the few readers that can begin there.

import { documentAt, ibanAt } from './pii-documents.js';
import { bareHostAt, emailAround, ipv6At, urlAround, wwwAt } from './pii-network.js';
import { numberAt } from './pii-numbers.js';
import { isDigit } from './pii-runs.js';
import { assignedSecret, bearerAt, privateKeyAt, secretAt } from './pii-secrets.js';
import { type PiiSpan, settleSpans } from './pii-span.js';

type Finding = PiiSpan | undefined;

/**
 * Mail, URLs, IP addresses, cards, IBANs, US social security numbers, phones, accounts, passports, licences and secrets, in order of place
 * and without overlaps. Time is linear in the text: no reader looks further than a constant, and none is asked twice at one place.
 */
export function findPatterns(text: string): readonly PiiSpan[] {
  const found: PiiSpan[] = [];
  let skipTo = 0;
  for (let at = 0; at < text.length; at += 1) {
    const sign = at >= skipTo || text.charCodeAt(at) === 0x40 ? signAt(text, at) : undefined;
    if (sign !== undefined) {
      found.push(sign);
      if (sign.end > at) skipTo = sign.end;
    }
    if (at < skipTo) continue;
    const value = beginsValue(text, at) ? valueAt(text, at) : undefined;
    if (value === undefined) continue;
    found.push(value);
    skipTo = value.end;
  }
  return settleSpans(found);
}

/** What is read around a sign in its middle, or begins with a sign. */
function signAt(text: string, at: number): Finding {
  switch (text.charCodeAt(at)) {
    case 0x40:
      return emailAround(text, at);
    case 0x3a:
      return text.startsWith('//', at + 1) ? urlAround(text, at) : assignedSecret(text, at);
    case 0x3d:
      return assignedSecret(text, at);
    case 0x2d:
      return text.startsWith('-----BEGIN', at) ? privateKeyAt(text, at) : undefined;
    default:
      return undefined;
  }
}

const wordSign = /[\p{L}\p{N}_]/u;

/** Whether the sign at `at` is a letter, a digit or an underscore; ASCII without an expression. */
function isWordSign(text: string, at: number): boolean {
  const code = text.charCodeAt(at) | 0;
  if (code < 128) return isDigit(code) || code === 0x5f || isAsciiLetter(code);
  return isLowSurrogate(code) || wordSign.test(text.charAt(at));
}

const isAsciiLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Whether a value may begin at `at`: not inside a word, nor behind a hyphen or point that joins it to one. */
function beginsValue(text: string, at: number): boolean {
  if (at === 0) return true;
  if (isWordSign(text, at - 1)) return isEscape(text, at - 1);
  const previous = text.charCodeAt(at - 1);
  const joins = previous === 0x2d || previous === 0x2e || (previous === 0x2f && isDigit(text.charCodeAt(at - 2)));
  return !(joins && at > 1 && isWordSign(text, at - 2));
}

/** A line break or tab that was written out: `\n555-0100`. */
const isEscape = (text: string, at: number): boolean => text.charAt(at - 1) === '\\' && /[nrt]/.test(text.charAt(at));

function valueAt(text: string, at: number): Finding {
  const code = text.charCodeAt(at);
  if (isDigit(code)) return longer(longer(numberAt(text, at), documentAt(text, at)), ipv6At(text, at)) ?? bareHostAt(text, at);
  if (code === 0x2b || code === 0x28) return numberAt(text, at);
  if (code === 0x3a && text.charAt(at + 1) === ':') return ipv6At(text, at);
  return isWordSign(text, at) ? lettersAt(text, at) : undefined;
}

/** A word: what it may be depends on what it holds. */
function lettersAt(text: string, at: number): Finding {
  const kind = wordKind(text, at);
  if (kind === 'plain') return undefined;
  if (kind === 'host') return wordAt(text, at) ?? bareHostAt(text, at);
  return secretAt(text, at) ?? ibanAt(text, at) ?? wordAt(text, at) ?? documentAt(text, at) ?? ipv6At(text, at) ?? bareHostAt(text, at);
}

const longestLook = 24;

/** `plain` for a word of letters alone, which is nothing by its form; `host` where a point joins letters; `code` otherwise. */
function wordKind(text: string, at: number): 'plain' | 'host' | 'code' {
  let end = at;
  while (end - at < longestLook && isWordSign(text, end) && !isDigit(text.charCodeAt(end))) end += 1;
  const code = text.charCodeAt(end);
  if (code === 0x2e && isWordSign(text, end + 1)) return 'host';
  const coded = end - at === longestLook || isDigit(code) || code === 0x3a || code === 0x2d || (code === 0x20 && end - at <= 6);
  return coded ? 'code' : 'plain';
}

function wordAt(text: string, at: number): Finding {
  const word = text.slice(at, at + 7).toLowerCase();
  if (word === 'bearer ') return bearerAt(text, at);
  return word.startsWith('www.') ? wwwAt(text, at) : undefined;
}

/** The surer of two findings at one place; the longer where both are as sure. */
function longer(one: Finding, other: Finding): Finding {
  if (one === undefined || other === undefined) return one ?? other;
  if (one.validated !== other.validated) return one.validated ? one : other;
  return other.confidence > one.confidence || (other.confidence === one.confidence && other.end > one.end) ? other : one;
}
