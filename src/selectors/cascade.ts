// The decision problem behind automix: whom to ask first, and when a doubtful answer is worth asking a dearer model, solved exactly over few steps.

import type { Likelihoods } from '../learning/verifiers.js';

/** One model of the cascade, cheapest first. */
export interface Rung {
  /** The belief that its answer will be right, 0..1. */
  readonly right: number;
  /** What calling it costs, and what verifying its answer costs, in quality from 0 to 1. */
  readonly callCost: number;
  readonly verifyCost: number;
  /** How its verdicts on itself relate to the truth. */
  readonly verdicts: Likelihoods;
}

/** Questions that one model fails are harder for the others too: the correlation of two models being right. */
const correlation = 0.3;

/** The belief that an answer is right after a verdict in `bin`. */
export function afterVerdict(right: number, { right: ifRight, wrong: ifWrong }: Likelihoods, bin: number): number {
  const yes = right * (ifRight[bin] ?? 0);
  const no = (1 - right) * (ifWrong[bin] ?? 0);
  return yes + no === 0 ? right : yes / (yes + no);
}

/** The belief about a model once the belief about another one's answer has moved from `before` to `after`. */
export function afterOther(right: number, before: number, after: number): number {
  const spread = Math.sqrt(Math.max(0, right * (1 - right)));
  const own = Math.min(Math.max(before, 1e-3), 1 - 1e-3);
  const ifRight = right + correlation * spread * Math.sqrt((1 - own) / own);
  const ifWrong = right - correlation * spread * Math.sqrt(own / (1 - own));
  return clamped(after * clamped(ifRight) + (1 - after) * clamped(ifWrong));
}

/**
 * The value of calling rung `at`, whose answer is believed right with `right`, then reporting it or going on as the verdict says: the
 * POMDP of arXiv 2310.12963, section 3.2, with states right and wrong, the verdict as observation, solved by backward induction.
 * `steps` is how often it may go on; with 0 the answer is reported unverified.
 */
export function valueAt(rungs: readonly Rung[], at: number, right: number, steps: number): number {
  const rung = rungs[at];
  if (rung === undefined) return Number.NEGATIVE_INFINITY;
  if (steps === 0 || at === rungs.length - 1) return right - rung.callCost;
  let value = -rung.callCost - rung.verifyCost;
  for (let bin = 0; bin < rung.verdicts.right.length; bin += 1) {
    const chance = right * (rung.verdicts.right[bin] ?? 0) + (1 - right) * (rung.verdicts.wrong[bin] ?? 0);
    const now = afterVerdict(right, rung.verdicts, bin);
    value += chance * Math.max(now, goingOn(rungs, at, { before: right, now }, steps).value);
  }
  return Math.max(value, right - rung.callCost); // it need not be verified at all
}

/** The best rung above `at` to go on to, and its value. */
export function goingOn(
  rungs: readonly Rung[],
  at: number,
  { before, now }: { readonly before: number; readonly now: number },
  steps: number,
): { readonly next: number; readonly value: number } {
  let best = { next: -1, value: Number.NEGATIVE_INFINITY };
  for (let next = at + 1; next < rungs.length; next += 1) {
    const value = valueAt(rungs, next, afterOther(rungs[next]?.right ?? 0, before, now), steps - 1);
    if (value > best.value) best = { next, value };
  }
  return best;
}

function clamped(value: number): number {
  return Math.min(1, Math.max(0, value));
}
