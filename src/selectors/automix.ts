// The automix selector: a small model answers and verifies itself; a POMDP says with whom to begin and whether its answer is good enough.

import { z } from 'zod';
import { binOf, type Likelihoods } from '../learning/verifiers.js';
import { believedQuality } from './believed-quality.js';
import { afterVerdict, goingOn, type Rung, valueAt } from './cascade.js';
import { expectedUsd } from './expected-cost.js';
import { byScore, type Choosable, defineSelector, type Ranked, type SelectionContext } from './selector.js';

/** Rungs of the cascade at most: the cost of solving it grows with their cube. */
const mostRungs = 6;

const options = z.strictObject({
  samples: z
    .int()
    .min(0)
    .max(8)
    .default(3)
    .describe('How often the model is asked whether its own answer is right, in calls of their own; 0: never. Streams are never verified.'),
  maxEscalations: z.int().min(1).max(2).default(2).describe('How often a dearer model may be asked after a doubtful answer.'),
  costWeight: z.number().min(0).max(1).default(0.2).describe('What the price of the dearest candidate is worth, in quality from 0 to 1.'),
});

type Options = z.infer<typeof options>;

interface Placed<Candidate> extends Rung {
  readonly candidate: Candidate;
}

export const automix = defineSelector({
  name: 'automix',
  options,
  open: (options) => ({
    rank: (candidates, context) => rank(candidates, context, options),
    review: {
      samples: options.samples,
      maxEscalations: options.maxEscalations,
      escalates: (answered, rest, verdict, context) => escalates([answered, ...rest], verdict, context, options),
    },
  }),
});

/** The value of beginning with each candidate, in the order given, 0..1 less costs. */
export function automixValues(candidates: readonly Choosable[], context: SelectionContext, options: Options): readonly number[] {
  const rungs = placed(candidates, context, options);
  const ladder = ladderOf(rungs);
  const steps = stepsOf(context, options);
  return rungs.map((rung) => {
    const at = ladder.indexOf(rung);
    return at < 0 ? rung.right - rung.callCost : valueAt(ladder, at, rung.right, steps);
  });
}

/** First the best to begin with, then those that a doubtful answer leads to, best first, then the others. */
function rank<Candidate extends Choosable>(
  candidates: readonly Candidate[],
  context: SelectionContext,
  options: Options,
): readonly Ranked<Candidate>[] {
  const rungs = placed(candidates, context, options);
  const ladder = ladderOf(rungs);
  const steps = stepsOf(context, options);
  const values = new Map(ladder.map((rung, at) => [rung, valueAt(ladder, at, rung.right, steps)]));
  const [start] = ladder.toSorted((one, other) => (values.get(other) ?? 0) - (values.get(one) ?? 0));
  if (start === undefined) return [];
  const at = ladder.indexOf(start);
  const doubt = afterVerdict(start.right, start.verdicts, 0);
  const scoreOf = (rung: Placed<Candidate>): number => {
    if (rung === start) return 1;
    const place = ladder.indexOf(rung);
    if (place <= at) return 0.3 * unit(rung.right - rung.callCost);
    return 0.4 + 0.5 * unit(goingOn([start, rung], 0, { before: start.right, now: doubt }, 1).value);
  };
  return byScore(rungs, scoreOf).map(({ candidate, score }) => ({ candidate: candidate.candidate, score }));
}

function escalates(all: readonly Choosable[], verdict: number, context: SelectionContext, options: Options): boolean {
  const [answered, next] = placed(all, context, options);
  if (answered === undefined || next === undefined) return false;
  const now = afterVerdict(answered.right, answered.verdicts, binOf(verdict));
  return goingOn([answered, next], 0, { before: answered.right, now }, 1).value > now;
}

function placed<Candidate extends Choosable>(
  candidates: readonly Candidate[],
  context: SelectionContext,
  { costWeight, samples }: Options,
): readonly Placed<Candidate>[] {
  const { question, experience } = context;
  const quality = believedQuality(context);
  const costs = candidates.map((candidate) => expectedUsd(candidate, context));
  const dearest = Math.max(1e-12, ...costs.filter((usd) => usd !== undefined));
  return candidates.map((candidate, index) => {
    const { name, price } = candidate.model;
    const read = question.inputTokens + (experience.traffic.meanOutputTokens(name) ?? 0);
    const verifyUsd = (samples * read * (price?.input ?? 0)) / 1_000_000;
    const verdicts: Likelihoods = experience.verifiers.likelihoods(question.place.tenant, name);
    return {
      candidate,
      right: quality(candidate),
      callCost: (costWeight * (costs[index] ?? dearest)) / dearest,
      verifyCost: (costWeight * verifyUsd) / dearest,
      verdicts,
    };
  });
}

/** Cheapest first, and only those who are better than every cheaper one; the best is always among them. */
function ladderOf<Candidate>(rungs: readonly Placed<Candidate>[]): readonly Placed<Candidate>[] {
  let best = Number.NEGATIVE_INFINITY;
  const frontier = rungs
    .toSorted((one, other) => one.callCost - other.callCost || other.right - one.right)
    .filter(({ right }) => {
      if (right <= best) return false;
      best = right;
      return true;
    });
  return frontier.length <= mostRungs ? frontier : [...frontier.slice(0, mostRungs - 1), ...frontier.slice(-1)];
}

function stepsOf({ question }: SelectionContext, { samples, maxEscalations }: Options): number {
  return question.reviewable && samples > 0 ? maxEscalations : 0;
}

/** From -1..1 to 0..1. */
function unit(value: number): number {
  return Math.min(1, Math.max(0, (value + 1) / 2));
}
