// The rl-driven selector: Thompson sampling from Beta beliefs about each candidate, for each user and category, with bounded exploration.

import { z } from 'zod';
import { type Belief, meanOf } from '../learning/posteriors.js';
import { beta, type Random, randomFrom, seedOf } from '../learning/random.js';
import { beliefs } from './believed-quality.js';
import { drawnFirst } from './drawn-first.js';
import { cheapness } from './expected-cost.js';
import { byScore, type Choosable, defineSelector, type Ranked, type SelectionContext } from './selector.js';

/** Thompson samples that one choice is drawn from, and the most candidates that take part. */
const draws = 16;
const mostArms = 12;

const share = z.number().min(0).max(1);

const options = z.strictObject({
  explore: share
    .default(0.3)
    .describe('Share of requests that are drawn by Thompson sampling; the others go to the candidate believed best.'),
  maxSacrifice: share.default(0.3).describe('A candidate believed to be worse than the best by more than this is never explored.'),
  floor: share
    .default(0.02)
    .describe('Share of the exploring requests that are drawn evenly, so that the log can judge every other way of choosing.'),
  costWeight: share.default(0).describe('What being the cheapest is worth, in quality from 0 to 1.'),
});

type Options = z.infer<typeof options>;

/** A candidate that may be drawn; `index` is its place in the ranking. */
interface Arm {
  readonly index: number;
  readonly belief: Belief;
  /** Added to a draw: what its price is worth. */
  readonly bonus: number;
}

export const rlDriven = defineSelector({
  name: 'rl-driven',
  options,
  open: (options) => (candidates, context) => {
    const belief = beliefs(context);
    const cheap = options.costWeight === 0 ? [] : cheapness(candidates, context);
    const known = candidates.map((candidate, index) => ({
      candidate,
      belief: belief(candidate),
      bonus: options.costWeight * (cheap[index] ?? 0),
    }));
    const ranked = byScore(known, (one) => (meanOf(one.belief) + one.bonus) / (1 + options.costWeight));
    const arms = armsOf(
      ranked.map(({ candidate: { belief, bonus } }, index) => ({ index, belief, bonus })),
      options,
    );
    const plain = ranked.map(({ candidate, score }) => ({ candidate: candidate.candidate, score }));
    return draw(plain, arms, context, options);
  },
});

/** Those within the sacrifice, the most promising by upper bound where there are many. */
function armsOf(all: readonly Arm[], { maxSacrifice }: Options): readonly Arm[] {
  const worth = ({ belief, bonus }: Arm) => meanOf(belief) + bonus;
  const best = Math.max(...all.map(worth));
  const near = all.filter((arm) => worth(arm) >= best - maxSacrifice);
  if (near.length <= mostArms) return near;
  const upper = (arm: Arm) => worth(arm) + 2 * deviationOf(arm.belief);
  return near.toSorted((one, other) => upper(other) - upper(one)).slice(0, mostArms);
}

function deviationOf({ alpha, beta }: Belief): number {
  const total = alpha + beta;
  return Math.sqrt((alpha * beta) / (total * total * (total + 1)));
}

/**
 * Thompson sampling (Thompson 1933; Agrawal and Goyal 2012). The winners of several independent samples make a distribution and the
 * choice is drawn from that: marginally one Thompson sample, but the chance that the choice had is known exactly and can be logged.
 */
function draw<Candidate extends Choosable>(
  ranked: readonly Ranked<Candidate>[],
  arms: readonly Arm[],
  { question }: SelectionContext,
  { explore, floor }: Options,
): readonly Ranked<Candidate>[] {
  if (arms.length === 0) return ranked;
  const random = randomFrom(seedOf(question.requestId));
  const wins = winners(arms, random);
  const chanceOf = (arm: Arm) => {
    const drawn = (1 - floor) * ((wins.get(arm) ?? 0) / draws) + floor / arms.length;
    return explore * drawn + (arm.index === 0 ? 1 - explore : 0);
  };
  let left = random();
  for (const arm of arms) {
    left -= chanceOf(arm);
    if (left < 0) return drawnFirst(ranked, arm.index, chanceOf(arm));
  }
  return drawnFirst(ranked, 0, 1 - explore);
}

function winners(arms: readonly Arm[], random: Random): ReadonlyMap<Arm, number> {
  const wins = new Map<Arm, number>();
  for (let round = 0; round < draws; round += 1) {
    let winner: Arm | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (const arm of arms) {
      const value = beta(arm.belief.alpha, arm.belief.beta, random) + arm.bonus;
      if (value > highest) [winner, highest] = [arm, value];
    }
    if (winner !== undefined) wins.set(winner, (wins.get(winner) ?? 0) + 1);
  }
  return wins;
}
