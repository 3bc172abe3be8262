// The multi-factor selector: quality, cost, latency and load in one weighted score, after candidates that break an objective are set back.

import { z } from 'zod';
import { believedQuality } from './believed-quality.js';
import { cheapness, expectedUsd, shares } from './expected-cost.js';
import { slowness } from './latency-aware.js';
import { byScore, type Choosable, defineSelector, type SelectionContext } from './selector.js';

const weight = z.number().min(0).max(1);

/** What counts how much; each sums to 1. */
const profiles = {
  eco: { quality: 0.3, cost: 0.55, latency: 0.1, load: 0.05 },
  auto: { quality: 0.5, cost: 0.25, latency: 0.15, load: 0.1 },
  premium: { quality: 0.85, cost: 0, latency: 0.1, load: 0.05 },
} as const;

const options = z.strictObject({
  profile: z.enum(['eco', 'auto', 'premium']).default('auto').describe('What counts: mostly cost, a balance, or mostly quality.'),
  weights: z
    .strictObject({
      quality: weight.optional().describe('Believed quality.'),
      cost: weight.optional().describe('Expected cost of the request.'),
      latency: weight.optional().describe('Percentiles of the times to tokens.'),
      load: weight.optional().describe('Calls in flight.'),
    })
    .prefault({})
    .describe("Over the profile's own weights; they need not sum to 1."),
  objectives: z
    .strictObject({
      maxTtftMs: z.number().positive().optional().describe('Longest time to the first token.'),
      maxTpotMs: z.number().positive().optional().describe('Longest time for each further token.'),
      maxUsd: z.number().positive().optional().describe('Highest expected cost of the request, USD.'),
      maxInFlight: z.int().positive().optional().describe('Most calls in flight.'),
      minQuality: z.number().min(0).max(1).optional().describe('Lowest believed quality.'),
    })
    .prefault({})
    .describe('Who breaks one comes after all who do not; what is not known breaks nothing.'),
  percentile: z.number().min(1).max(100).default(90).describe('The percentile of times that counts.'),
});

type Options = z.infer<typeof options>;

export const multiFactor = defineSelector({
  name: 'multi-factor',
  options,
  open: (options) => (candidates, context) => {
    const keeps = keepsObjectives(options, context);
    const score = weighted(candidates, context, options);
    return byScore(candidates, (candidate, index) => (keeps(candidate) ? 0.5 : 0) + (score[index] ?? 0) / 2);
  },
});

function keepsObjectives({ objectives, percentile }: Options, context: SelectionContext): (candidate: Choosable) => boolean {
  const { maxTtftMs, maxTpotMs, maxUsd, maxInFlight, minQuality } = objectives;
  const { traffic } = context.experience;
  const quality = believedQuality(context);
  const within = (value: number | undefined, most: number | undefined) => value === undefined || most === undefined || value <= most;
  return (candidate) => {
    const { name } = candidate.model;
    return (
      (maxTtftMs === undefined || within(traffic.percentile(name, 'ttftMs', percentile), maxTtftMs)) &&
      (maxTpotMs === undefined || within(traffic.percentile(name, 'tpotMs', percentile), maxTpotMs)) &&
      (maxUsd === undefined || within(expectedUsd(candidate, context), maxUsd)) &&
      within(traffic.inFlight(name), maxInFlight === undefined ? undefined : maxInFlight - 1) &&
      (minQuality === undefined || quality(candidate) >= minQuality)
    );
  };
}

/** 0..1 each. Quality stands as it is, the others as places between the best and the worst of these candidates. */
function weighted(
  candidates: readonly Choosable[],
  context: SelectionContext,
  { profile, weights, percentile }: Options,
): readonly number[] {
  const usual = profiles[profile];
  const factors = {
    quality: weights.quality ?? usual.quality,
    cost: weights.cost ?? usual.cost,
    latency: weights.latency ?? usual.latency,
    load: weights.load ?? usual.load,
  };
  const total = factors.quality + factors.cost + factors.latency + factors.load;
  const { traffic } = context.experience;
  const quality = believedQuality(context);
  const cheap = cheapness(candidates, context);
  const percentiles = { ttftPercentile: percentile, tpotPercentile: percentile };
  const slow = shares(slowness(candidates, context, percentiles).map((times) => (times === undefined ? undefined : Math.log(times))));
  const load = shares(candidates.map(({ model }) => traffic.inFlight(model.name)));
  return candidates.map((candidate, index) => {
    const sum =
      factors.quality * quality(candidate) +
      factors.cost * (cheap[index] ?? 0.5) +
      factors.latency * (1 - (slow[index] ?? 0.5)) +
      factors.load * (1 - (load[index] ?? 0.5));
    return total === 0 ? 0.5 : sum / total;
  });
}
