// What a run of digits may be: a machine's address, a card, a social security number, an account, a phone number.

import { isCardNumber, isRoutingNumber, isSsn, passesLuhn } from './pii-checks.js';
import { distance, follows } from './pii-context.js';
import { phoneNumber } from './pii-phones.js';
import { continues, digitsOf, endOf, evenGaps, type NumberRun, numberRun, shapeOf, shortened } from './pii-runs.js';
import type { PiiSpan, PiiType } from './pii-span.js';

type Reader = (text: string, run: NumberRun) => PiiSpan | undefined;

/** An IPv4 address has four, everything else more. */
const fewestDigits = 4;

const readers: readonly Reader[] = [ipv4, card, ssn, sortCode, account, phoneNumber];

/** What the run of digits at `start` is, if anything; the first reader that knows it has the word. */
export function numberAt(text: string, start: number): PiiSpan | undefined {
  const run = numberRun(text, start);
  if (run === undefined || digitsOf(run).length < fewestDigits) return undefined;
  for (const read of readers) {
    const span = read(text, run);
    if (span !== undefined) return span;
  }
  return undefined;
}

function found(run: NumberRun, type: PiiType, confidence: number, validated: boolean): PiiSpan {
  return { start: run.groups[0]?.start ?? run.start, end: endOf(run), type, confidence, validated };
}

/** Four numbers below 256; small ones may be a version, and masks or loopbacks are nobody's. */
function ipv4(text: string, run: NumberRun): PiiSpan | undefined {
  const four = shortened(run, 4);
  const octets = four.groups.map((group) => Number(group.digits));
  if (octets.length < 4 || run.plus || run.bracket || !evenGaps(four, '.')) return undefined;
  if (octets.some((octet) => octet > 255) || four.groups.some((group) => group.digits.length > 1 && group.digits.startsWith('0')))
    return undefined;
  const end = endOf(four);
  const longer = run.gaps[3] === '.' || continues(text, end) || (text[end] === '-' && continues(text, end + 1));
  if (longer || text[four.start - 1] === '.') return undefined;
  const small = octets.every((octet) => octet < 20);
  const said = follows(text, run.start, 'ip');
  if (octets[0] === 255 || distance(text, run.start, 'version', 14) <= (small && !said ? 14 : 2)) return undefined;
  const nobodys = octets[0] === 0 || octets[0] === 127;
  return found(four, 'IP_ADDRESS', nobodys ? 0.4 : small && !said ? 0.5 : 0.95, !nobodys && !small);
}

const cardShapes = new Set(['4-4-4-4', '4-6-5', '4-6-4', '4-4-4-4-3', '4-4-4-1', '4-4-4', '4-4-4-3', '4-4-4-2', '6-13', '8-8', '4-4-5']);

/** Undivided digits or a card's groups, with a right check digit; without an issuer's prefix only where words say so. */
function card(text: string, run: NumberRun): PiiSpan | undefined {
  if (run.plus || run.bracket) return undefined;
  for (const count of [1, 5, 4, 3, 2]) {
    const tried = shortened(run, count);
    if (run.groups.length < count || continues(text, endOf(tried))) continue;
    if (count > 1 && !(cardShapes.has(shapeOf(tried)) && evenGaps(tried, ' -\u00a0'))) continue;
    const digits = digitsOf(tried);
    if (digits.length < 12 || digits.length > 19 || !passesLuhn(digits)) continue;
    const said = follows(text, run.start, 'card');
    const issued = isCardNumber(digits);
    if (!said && (!issued || (digits.length < 15 && count === 1 && follows(text, run.start, 'goods')))) continue;
    return found(tried, 'CREDIT_CARD', issued ? (said ? 0.99 : 0.9) : 0.8, true);
  }
  return undefined;
}

/** 3-2-4 with hyphens; with blanks or undivided only where words say so. */
function ssn(text: string, run: NumberRun): PiiSpan | undefined {
  for (const tried of [shortened(run, 3), shortened(run, 1)]) {
    const shape = shapeOf(tried);
    if ((shape !== '3-2-4' && shape !== '9') || run.plus || run.bracket) continue;
    if (continues(text, endOf(tried)) || text[endOf(tried)] === '-' || text[run.start - 1] === '-' || !isSsn(digitsOf(tried))) continue;
    const said = follows(text, run.start, 'ssn');
    const hyphens = shape === '3-2-4' && evenGaps(tried, '-\u2011\u2013');
    if (!said && (!hyphens || follows(text, run.start, 'goods', 24))) continue;
    if (!said && follows(text, run.start, 'licence')) continue;
    return found(tried, 'US_SSN', said ? 0.98 : 0.85, true);
  }
  return undefined;
}

/** A British sort code with its account number. */
function sortCode(text: string, run: NumberRun): PiiSpan | undefined {
  const four = shortened(run, 4);
  const form = shapeOf(four) === '2-2-2-8' && evenGaps(shortened(run, 3), '-') && four.gaps[2] === ' ';
  if (!form || continues(text, endOf(four))) return undefined;
  return found(four, 'BANK_ACCOUNT', follows(text, run.start, 'account') ? 0.95 : 0.75, false);
}

/** Digits that words call a bank account or a routing number. */
function account(text: string, run: NumberRun): PiiSpan | undefined {
  const whole = runOfOneLine(run);
  const digits = digitsOf(whole);
  if (run.plus || run.bracket || !accountlike(whole, digits) || continues(text, endOf(whole))) return undefined;
  if (isRoutingNumber(digits) && follows(text, run.start, 'routing', 24)) return found(whole, 'BANK_ACCOUNT', 0.9, true);
  const near = distance(text, run.start, 'bankAccount', 28);
  const loose = distance(text, run.start, 'account', 28);
  if (Math.min(near, loose) === Number.POSITIVE_INFINITY) return undefined;
  const other = Math.min(distance(text, run.start, 'goods'), distance(text, run.start, 'phone'), distance(text, run.start, 'card'));
  if (Math.min(near, loose) >= other) return undefined;
  if (near === Number.POSITIVE_INFINITY && loose > 2 && !follows(text, run.start, 'bank')) return undefined;
  return found(whole, 'BANK_ACCOUNT', 0.75, false);
}

/** The groups that one kind of separator, a hyphen or a blank, joins. */
function runOfOneLine(run: NumberRun): NumberRun {
  const first = run.gaps[0];
  const stop = run.gaps.findIndex((between) => between !== first || !' -'.includes(between));
  return stop === -1 ? run : shortened(run, stop + 1);
}

const accountlike = (run: NumberRun, digits: string): boolean =>
  digits.length >= 6 &&
  digits.length <= 26 &&
  run.groups.length <= 6 &&
  run.groups.every((group) => group.digits.length > 1) &&
  !datelike(run);

const datelike = (run: NumberRun): boolean => /^(?:4-[12]-[12]|[12]-[12]-4)$/.test(shapeOf(run));
