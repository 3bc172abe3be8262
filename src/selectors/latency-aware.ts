// The latency-aware selector: by percentiles of time to the first token and for each further one; among the fast ones, the less loaded of two.

import { z } from 'zod';
import { randomFrom, seedOf } from '../learning/random.js';
import { byScore, type Choosable, defineSelector, type Ranked, type SelectionContext } from './selector.js';

const percent = z.number().min(0).max(100);

const options = z.strictObject({
  ttftPercentile: percent
    .default(90)
    .describe('The percentile of the time to the first token that counts, 1 to 100; 0: it does not count.'),
  tpotPercentile: percent.default(90).describe('The same for the time of each further token.'),
  tolerance: z
    .number()
    .min(0)
    .max(10)
    .default(0.25)
    .describe('Candidates that are slower than the fastest by at most this share of its time count as fast, and share the load.'),
});

type Options = z.infer<typeof options>;

export const latencyAware = defineSelector({
  name: 'latency-aware',
  options,
  open: (options) => (candidates, context) => {
    const slow = slowness(candidates, context, options);
    return balanced(
      byScore(candidates, (_, index) => {
        const times = slow[index];
        return times === undefined ? 0.5 : 1 / times; // of whom nothing is known: between the fast and the twice as slow
      }),
      context,
      1 / (1 + options.tolerance),
    );
  },
});

/** How many times as long each candidate takes as the fastest one, averaged over the figures that count; undefined: not measured. */
export function slowness(
  candidates: readonly Choosable[],
  { experience }: SelectionContext,
  { ttftPercentile, tpotPercentile }: Pick<Options, 'ttftPercentile' | 'tpotPercentile'>,
): readonly (number | undefined)[] {
  const { traffic } = experience;
  const measures = [
    ...(ttftPercentile > 0 ? [candidates.map(({ model }) => traffic.percentile(model.name, 'ttftMs', ttftPercentile))] : []),
    ...(tpotPercentile > 0 ? [candidates.map(({ model }) => traffic.percentile(model.name, 'tpotMs', tpotPercentile))] : []),
  ];
  const ratios = measures.map((values) => {
    const least = Math.min(...values.filter((value) => value !== undefined));
    return values.map((value) => (value === undefined ? undefined : Math.max(value, 1e-3) / Math.max(least, 1e-3)));
  });
  return candidates.map((_, index) => {
    const known = ratios.map((ratio) => ratio[index]).filter((ratio) => ratio !== undefined);
    return known.length === 0 ? undefined : known.reduce((sum, ratio) => sum + ratio, 0) / known.length;
  });
}

/**
 * The power of two choices (Mitzenmacher 2001): of two fast candidates drawn at random the one with the lower load goes first, its load
 * being calls in flight times the moving average of an answer's time. Choosing the very fastest every time would send everybody there at once.
 */
function balanced<Candidate extends Choosable>(
  ranked: readonly Ranked<Candidate>[],
  { question, experience }: SelectionContext,
  share: number,
): readonly Ranked<Candidate>[] {
  const best = ranked[0]?.score ?? 0;
  const fast = ranked.filter(({ score }) => score >= best * share);
  if (fast.length < 2) return ranked;
  const load = ({ candidate: { model } }: Ranked<Candidate>) =>
    (experience.traffic.inFlight(model.name) + 1) * (experience.traffic.meanTotalMs(model.name) ?? 0);
  const random = randomFrom(seedOf(question.requestId));
  const one = fast[Math.floor(random() * fast.length)];
  const rest = fast.filter((each) => each !== one);
  const other = rest[Math.floor(random() * rest.length)];
  if (one === undefined || other === undefined) return ranked;
  const first = load(other) < load(one) ? other : one;
  return [{ ...first, score: best }, ...ranked.filter((each) => each !== first)];
}
