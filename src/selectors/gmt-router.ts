// The gmt-router selector: what anybody would think of each candidate, corrected by what the graph of users, queries and models says of this user.

import { z } from 'zod';
import { randomFrom, seedOf } from '../learning/random.js';
import { believedQuality } from './believed-quality.js';
import { drawnFirst } from './drawn-first.js';
import { cheapness } from './expected-cost.js';
import { byScore, defineSelector } from './selector.js';

const share = z.number().min(0).max(1);

const options = z.strictObject({
  minTurns: z
    .int()
    .min(1)
    .max(24)
    .default(2)
    .describe('Rated turns of a user below which nobody is taken to have a taste: the belief of all users decides.'),
  explore: share.default(0.1).describe('Share of requests that go to the candidate this user has tried least.'),
  costWeight: share.default(0).describe('What being the cheapest is worth, in quality from 0 to 1.'),
});

export const gmtRouter = defineSelector({
  name: 'gmt-router',
  options,
  open:
    ({ minTurns, explore, costWeight }) =>
    (candidates, context) => {
      const { question, experience } = context;
      const { place } = question;
      const blind = believedQuality({ ...context, question: { ...question, place: { ...place, user: '' } } });
      const taste = experience.graph.at(place);
      const cheap = costWeight === 0 ? [] : cheapness(candidates, context);
      const known = taste.turns >= minTurns;
      const ranked = byScore(candidates, (candidate, index) => {
        const liked = blind(candidate) + (known ? taste.shift(candidate.model.name) : 0);
        return (liked + costWeight * (cheap[index] ?? 0)) / (1 + costWeight);
      });
      if (ranked.length === 0 || explore === 0) return ranked;
      const least = Math.min(...ranked.map(({ candidate }) => taste.tried(candidate.model.name)));
      const fresh = ranked.findIndex(({ candidate }) => taste.tried(candidate.model.name) === least);
      if (fresh === 0) return drawnFirst(ranked, 0, 1);
      const tries = randomFrom(seedOf(question.requestId))() < explore;
      return drawnFirst(ranked, tries ? fresh : 0, tries ? explore : 1 - explore);
    },
});
