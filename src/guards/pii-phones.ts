// Which runs of digits are phone numbers: country codes and their lengths, national forms, and what words around must say.

import { distance, follows, precedes } from './pii-context.js';
import { continues, digitsOf, endOf, evenGaps, type NumberRun, shapeOf, shortened } from './pii-runs.js';
import type { PiiSpan } from './pii-span.js';

/** Digits behind the country code, without a trunk zero: [fewest, most]. From the national plans that ITU-T E.164 points to. */
const countries: Readonly<Record<string, readonly [number, number]>> = {
  1: [10, 10],
  7: [10, 10],
  20: [8, 10],
  27: [9, 9],
  30: [10, 10],
  31: [9, 9],
  32: [8, 9],
  33: [9, 9],
  34: [9, 9],
  36: [8, 9],
  39: [6, 11],
  40: [9, 9],
  41: [9, 9],
  43: [7, 13],
  44: [9, 10],
  45: [8, 8],
  46: [7, 10],
  47: [8, 8],
  48: [9, 9],
  49: [6, 12],
  51: [8, 9],
  52: [10, 11],
  54: [10, 11],
  55: [10, 11],
  56: [9, 9],
  57: [10, 10],
  60: [8, 10],
  61: [9, 9],
  62: [8, 12],
  63: [8, 10],
  64: [8, 10],
  65: [8, 8],
  66: [8, 9],
  81: [9, 10],
  82: [8, 10],
  84: [9, 10],
  86: [10, 11],
  90: [10, 10],
  91: [10, 10],
  92: [9, 10],
  94: [9, 9],
  98: [10, 10],
  212: [9, 9],
  213: [8, 9],
  216: [8, 8],
  234: [8, 10],
  233: [9, 9],
  244: [9, 9],
  254: [9, 9],
  256: [9, 9],
  351: [9, 9],
  352: [6, 9],
  353: [7, 9],
  354: [7, 7],
  355: [8, 9],
  356: [8, 8],
  357: [8, 8],
  358: [6, 11],
  359: [7, 9],
  370: [8, 8],
  371: [8, 8],
  372: [7, 8],
  373: [8, 8],
  374: [8, 8],
  375: [9, 9],
  380: [9, 9],
  381: [8, 9],
  385: [8, 9],
  386: [8, 8],
  387: [8, 8],
  389: [8, 8],
  420: [9, 9],
  421: [9, 9],
  852: [8, 8],
  880: [8, 10],
  886: [8, 9],
  961: [7, 8],
  962: [8, 9],
  965: [8, 8],
  966: [9, 9],
  971: [8, 9],
  972: [8, 9],
  974: [8, 8],
  977: [8, 10],
  994: [9, 9],
  995: [9, 9],
};

interface NationalForm {
  readonly country: string;
  /** Group sizes. */
  readonly shapes: readonly string[];
  readonly digits: RegExp;
  /** Separators that may stand between all groups; an empty list leaves them free. */
  readonly gaps: string;
  /** Confidence of the form alone; 0 where only words around make it a phone number. */
  readonly alone: number;
}

/** Without words around, only forms that little else has. */
const nationalForms: readonly NationalForm[] = [
  { country: 'US, CA', shapes: ['3-3-4'], digits: /^[2-9]\d\d[2-9]\d{6}$/, gaps: '', alone: 0.75 },
  { country: 'US, CA', shapes: ['1-3-3-4'], digits: /^1[2-9]\d\d[2-9]\d{6}$/, gaps: '', alone: 0.75 },
  { country: 'US, CA', shapes: ['10'], digits: /^[2-9]\d\d[2-9]\d{6}$/, gaps: '', alone: 0 },
  { country: 'GB', shapes: ['5-6', '5-3-3', '4-3-4', '3-4-4', '4-7'], digits: /^0[1-37]\d{9}$/, gaps: ' -', alone: 0.6 },
  { country: 'FR', shapes: ['2-2-2-2-2'], digits: /^0[1-9]\d{8}$/, gaps: ' .-', alone: 0.75 },
  { country: 'BE, CH', shapes: ['4-2-2-2', '3-3-2-2', '2-3-2-2', '4-3-3'], digits: /^0[1-9]\d{7,8}$/, gaps: ' ./', alone: 0.5 },
  {
    country: 'DE, AT',
    shapes: ['3-7', '3-8', '4-7', '4-8', '4-6', '5-6', '4-3-2-2'],
    digits: /^0[1-9]\d{7,10}$/,
    gaps: ' /-',
    alone: 0.45,
  },
  { country: 'ES', shapes: ['3-3-3', '3-2-2-2', '2-3-2-2'], digits: /^[6-9]\d{8}$/, gaps: ' -', alone: 0.4 },
  { country: 'IT', shapes: ['3-3-4', '3-7', '2-8', '2-7', '3-6'], digits: /^(?:3\d{8,9}|0\d{7,9})$/, gaps: ' .-/', alone: 0.45 },
  { country: 'NL', shapes: ['2-8', '3-7', '3-3-4', '2-4-4', '2-2-2-2-2'], digits: /^0[1-9]\d{8}$/, gaps: ' -', alone: 0.55 },
  { country: 'PT', shapes: ['3-3-3', '2-3-2-2'], digits: /^[29]\d{8}$/, gaps: ' ', alone: 0.4 },
  { country: 'BR', shapes: ['2-5-4', '2-4-4'], digits: /^[1-9]\d9?\d{8}$/, gaps: '', alone: 0.6 },
  { country: 'SE', shapes: ['3-3-2-2', '2-3-3-2', '3-2-2-2', '3-7'], digits: /^0[1-9]\d{7,8}$/, gaps: '', alone: 0.6 },
  { country: 'PL', shapes: ['3-3-3', '2-3-2-2'], digits: /^[1-9]\d{8}$/, gaps: ' -', alone: 0.35 },
  { country: 'TR', shapes: ['4-3-2-2', '4-3-4'], digits: /^0[2-5]\d{9}$/, gaps: '', alone: 0.7 },
  { country: 'JP, KR', shapes: ['3-4-4', '2-4-4'], digits: /^0[1-9]\d{8,9}$/, gaps: '-', alone: 0.7 },
  { country: 'IN, PK', shapes: ['5-5', '5-6', '4-7'], digits: /^0?[3-9]\d{9}$/, gaps: ' -', alone: 0.4 },
  { country: 'AU', shapes: ['4-3-3', '2-4-4'], digits: /^0[2-478]\d{8}$/, gaps: ' -', alone: 0.65 },
  { country: 'RU', shapes: ['1-3-3-2-2'], digits: /^8[3-9]\d{9}$/, gaps: '', alone: 0.75 },
  { country: 'MX, AR, CL', shapes: ['2-4-4', '3-3-2-2', '1-4-4'], digits: /^[1-9]\d{7,9}$/, gaps: ' -', alone: 0.35 },
];

const extension = /^ ?(?:x|ext\.? ?|extension |#)\d{1,6}(?!\d)/iu;

/** No number is written in more groups. */
const mostGroups = 7;

/** Names of numbers that are no phone's; the nearest name counts. */
const otherNames = ['goods', 'licence', 'passport', 'bankAccount', 'card', 'ssn'] as const;

/** The phone number that a run is or begins with. */
export function phoneNumber(text: string, run: NumberRun): PiiSpan | undefined {
  let said: boolean | undefined;
  for (let count = Math.min(run.groups.length, mostGroups); count >= 1; count -= 1) {
    const tried = shortened(run, count);
    const end = endOf(tried);
    if (continues(text, end) && !extension.test(text.slice(end, end + 18))) continue;
    let confidence = international(tried) ?? 0;
    if (confidence === 0 && possible(tried)) {
      said ??= calledPhone(text, run);
      confidence = !said && follows(text, run.start, 'goods', 24) ? 0 : national(tried, said);
    }
    if (!run.plus && said !== true && behindDigits(text, run.start)) confidence = 0;
    if (confidence > 0)
      return { start: run.start, end: withExtension(text, end), type: 'PHONE_NUMBER', confidence, validated: confidence >= 0.9 };
  }
  return undefined;
}

/** Whether words around call the run a phone number, nearer than any that call it something else. */
function calledPhone(text: string, run: NumberRun): boolean {
  if (precedes(text, endOf(run), 'phoneKind')) return true;
  const called = distance(text, run.start, 'phone');
  const numbered = called === Number.POSITIVE_INFINITY && follows(text, run.start, 'number');
  if (called === Number.POSITIVE_INFINITY && !numbered) return false;
  const other = Math.min(...otherNames.map((name) => distance(text, run.start, name)));
  return numbered ? other === Number.POSITIVE_INFINITY : called < other;
}

/** Whether the run is the rest of a longer row of digits. */
const behindDigits = (text: string, at: number): boolean => /\d[ -]$/u.test(text.slice(Math.max(0, at - 2), at));

const possible = (run: NumberRun): boolean => formsOf(run).length > 0 || plausible(run, digitsOf(run));

/** The confidence of a number with a country code; undefined where it has none. */
function international(run: NumberRun): number | undefined {
  const digits = digitsOf(run);
  const zeros = !run.plus && digits.startsWith('00') && run.groups.length > 1;
  if (!run.plus && !zeros) return undefined;
  const rest = zeros ? digits.slice(2) : digits;
  for (let size = 1; size <= 3; size += 1) {
    const lengths = countries[rest.slice(0, size)];
    if (lengths === undefined) continue;
    const trunk = run.groups.some((group, at) => group.digits.startsWith('0') && run.gaps[at - 1]?.includes('(') === true) ? 1 : 0;
    const count = rest.length - size - trunk;
    if (count >= lengths[0] && count <= lengths[1]) return run.plus ? 0.92 : 0.7;
  }
  return undefined;
}

function formsOf(run: NumberRun): readonly NationalForm[] {
  const digits = digitsOf(run);
  const shape = shapeOf(run);
  return nationalForms.filter(
    (form) => form.shapes.includes(shape) && form.digits.test(digits) && (form.gaps === '' || evenGaps(run, form.gaps)),
  );
}

function national(run: NumberRun, said: boolean): number {
  const alone = Math.max(0, ...formsOf(run).map((form) => form.alone));
  if (said) return Math.max(0.8, alone);
  return alone >= 0.5 ? alone : 0;
}

/** Any other grouping that words around may call a phone number. */
function plausible(run: NumberRun, digits: string): boolean {
  if (digits.length < 7 || digits.length > 13 || /^(\d)\1+$/.test(digits)) return false;
  const date = /^(?:4-[12]-[12]\b|[12]-[12]-4\b)/.test(shapeOf(run));
  return (
    !date && run.groups.length <= 6 && run.groups.every((group) => run.groups.length === 1 || group.digits.length >= (run.bracket ? 1 : 2))
  );
}

function withExtension(text: string, end: number): number {
  return end + (extension.exec(text.slice(end, end + 18))?.[0].length ?? 0);
}
