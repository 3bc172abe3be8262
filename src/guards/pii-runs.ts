// Runs of digit groups with their gaps, as phone, card and account numbers are written; read from one place, with a bounded look.

/** Groups of digits that single separators join: `+44 (0)20 7946 0958`. */
export interface NumberRun {
  readonly start: number;
  readonly groups: readonly DigitGroup[];
  /** What stands between group n and n + 1. */
  readonly gaps: readonly string[];
  readonly plus: boolean;
  /** Whether the run opens with a bracket. */
  readonly bracket: boolean;
}

export interface DigitGroup {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
}

const mostGroups = 12;
const mostDigits = 34;
const gap = /\) ?-?|-| ?\/ ?| ?\(|\.| {1,2}|\u00a0|\u2011|\u2013/uy;

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** The digits from `at` on, at most `mostDigits`. */
function groupAt(text: string, at: number): DigitGroup | undefined {
  let end = at;
  while (end - at < mostDigits && isDigit(text.charCodeAt(end))) end += 1;
  return end === at ? undefined : { start: at, end, digits: text.slice(at, end) };
}

/** The run at `start`, where a digit, `+` or `(` stands; undefined where no digits follow. */
export function numberRun(text: string, start: number): NumberRun | undefined {
  let at = start;
  const plus = text[at] === '+';
  if (plus) at += text[at + 1] === ' ' ? 2 : 1;
  const bracket = text[at] === '(';
  if (bracket) at += text[at + 1] === '+' ? 2 : 1;
  const first = groupAt(text, at);
  if (first === undefined) return undefined;
  let group: DigitGroup = first;
  const groups: DigitGroup[] = [first];
  const gaps: string[] = [];
  let digits = group.digits.length;
  while (groups.length < mostGroups && digits < mostDigits) {
    gap.lastIndex = group.end;
    const between: string | undefined = gap.exec(text)?.[0];
    const next: DigitGroup | undefined = between === undefined ? undefined : groupAt(text, group.end + between.length);
    if (between === undefined || next === undefined) break;
    group = next;
    groups.push(group);
    gaps.push(between);
    digits += group.digits.length;
  }
  const closed = gaps.some((between) => between.startsWith(')'));
  const inner = text[start + 1] === '+' && bracket;
  const outside = bracket && (inner || !closed);
  return { start: outside ? start + 1 : start, groups, gaps, plus: plus || inner, bracket: bracket && !outside };
}

/** The first `count` groups of a run. */
export function shortened(run: NumberRun, count: number): NumberRun {
  return { ...run, groups: run.groups.slice(0, count), gaps: run.gaps.slice(0, count - 1) };
}

export const digitsOf = (run: NumberRun): string => run.groups.map((group) => group.digits).join('');
export const endOf = (run: NumberRun): number => run.groups.at(-1)?.end ?? run.start;

/** The sizes of the groups: `4-4-4-4`. */
export const shapeOf = (run: NumberRun): string => run.groups.map((group) => group.digits.length).join('-');

/** Whether one and the same separator stands in all gaps. */
export const evenGaps = (run: NumberRun, allowed: string): boolean =>
  run.gaps.every((between) => between === run.gaps[0] && allowed.includes(between));

/** Whether a letter, digit or underscore stands at `at`, so that a value cannot end before it. */
export function continues(text: string, at: number): boolean {
  return at < text.length && /[\p{L}\p{N}_]/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}
