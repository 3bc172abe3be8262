// The hybrid selector: elo, router-dc, automix and cost, each brought to one scale and weighted; where quality is about even, cost decides.

import { z } from 'zod';
import { automixValues } from './automix.js';
import { eloRating } from './elo.js';
import { cheapness, shares } from './expected-cost.js';
import { type AnySelector, byScore, type Choosable, defineSelector, type Rank, type SelectionContext } from './selector.js';

const weight = z.number().min(0).max(1);

/** Differences below these are brought to less than the whole scale: they mean little. */
const leastSpan = { elo: 100, routerDc: 0.1, automix: 0.1 };

const options = z.strictObject({
  weights: z
    .strictObject({
      elo: weight.default(0.3).describe('Elo ratings.'),
      routerDc: weight.default(0.3).describe('Learned affinity of prompt and model; counts only where `routerDc` is given.'),
      automix: weight.default(0.2).describe('The value of beginning a cascade with the model.'),
      cost: weight.default(0.2).describe('Expected cost.'),
    })
    .prefault({})
    .describe('What counts how much; parts that are missing leave their share to the others.'),
  qualityGap: weight
    .default(0.1)
    .describe('Who is worse than the best by more than this, quality brought to 0 to 1, comes after those who are not, however cheap.'),
  routerDc: z.record(z.string(), z.unknown()).optional().describe('Options of the `router-dc` selector that takes part.'),
});

type Options = z.infer<typeof options>;
const withoutAffinity: z.ZodType<Options> = options.omit({ routerDc: true });

/** `routerDc` is the selector that the part of that name asks; without it, naming its options is a fault. */
export function hybridSelector(routerDc?: AnySelector): AnySelector {
  return defineSelector<Options>({
    name: 'hybrid',
    options: routerDc === undefined ? withoutAffinity : options,
    open: ({ weights, qualityGap, routerDc: affinityOptions }) => {
      const affinity = affinityOptions === undefined ? undefined : routerDc?.open(affinityOptions).rank;
      return (candidates, context) => {
        const quality = combined([
          [weights.elo, shares(candidates.map(eloRating(context)), leastSpan.elo)],
          [affinity === undefined ? 0 : weights.routerDc, shares(scoresBy(affinity, candidates, context), leastSpan.routerDc)],
          [weights.automix, shares(automixValues(candidates, context, cascadeOptions), leastSpan.automix)],
        ]);
        const cheap = cheapness(candidates, context);
        const best = Math.max(...quality);
        const qualityWeight = weights.elo + weights.automix + (affinity === undefined ? 0 : weights.routerDc);
        const total = qualityWeight + weights.cost || 1;
        return byScore(candidates, (_, index) => {
          const own = quality[index] ?? 0.5;
          const score = (qualityWeight * own + weights.cost * (cheap[index] ?? 0.5)) / total;
          return (own >= best - qualityGap ? 0.5 : 0) + score / 2;
        });
      };
    },
  });
}

/** Cost is a part of its own here. */
const cascadeOptions = { samples: 0, maxEscalations: 1, costWeight: 0 };

/** The weighted mean of parts of 0..1 each; 0.5 where nothing counts. */
function combined(parts: readonly (readonly [number, readonly (number | undefined)[]])[]): readonly number[] {
  const total = parts.reduce((sum, [weight]) => sum + weight, 0);
  const [first] = parts;
  return (first?.[1] ?? []).map((_, index) =>
    total === 0 ? 0.5 : parts.reduce((sum, [weight, values]) => sum + weight * (values[index] ?? 0.5), 0) / total,
  );
}

function scoresBy(rank: Rank | undefined, candidates: readonly Choosable[], context: SelectionContext): readonly (number | undefined)[] {
  if (rank === undefined) return candidates.map(() => undefined);
  const scores = new Map(rank(candidates, context).map(({ candidate, score }) => [candidate, score]));
  return candidates.map((candidate) => scores.get(candidate));
}
