// The elo selector: by Elo ratings won in feedback, for each category, with points for being cheap.

import { z } from 'zod';
import { expectedScore, initialRating } from '../learning/ratings.js';
import { configuredQuality } from './believed-quality.js';
import { cheapness } from './expected-cost.js';
import { byScore, type Choosable, defineSelector, type SelectionContext } from './selector.js';

/** A configured quality of 1 starts as far above the middle as one of 0 starts below it. */
const configuredSpan = 400;
/** Games after which the configured quality counts half. */
const halfTrust = 5;

const options = z.strictObject({
  costPoints: z
    .number()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Rating points that the cheapest candidate is given over the dearest; 100 points are a win rate of 64 %.'),
});

export const elo = defineSelector({
  name: 'elo',
  options,
  open:
    ({ costPoints }) =>
    (candidates, context) => {
      const cheap = costPoints === 0 ? [] : cheapness(candidates, context);
      const rating = eloRating(context);
      return byScore(candidates, (candidate, index) => expectedScore(rating(candidate) + costPoints * (cheap[index] ?? 0), initialRating));
    },
});

/** The rating of each candidate at the place of the question. */
export function eloRating({ question, experience }: SelectionContext): (candidate: Choosable) => number {
  const read = experience.ratings.at(question.place);
  return (candidate) => {
    const { rating, games } = read(candidate.model.name);
    const start = (configuredQuality(candidate, question.agenticScore) - 0.5) * configuredSpan;
    return rating + (start * halfTrust) / (games + halfTrust);
  };
}
