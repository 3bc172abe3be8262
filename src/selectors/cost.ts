// The cost selector: the cheapest candidate first, among those that are good enough.

import { z } from 'zod';
import { believedQuality } from './believed-quality.js';
import { cheapness } from './expected-cost.js';
import { byScore, defineSelector } from './selector.js';

const options = z.strictObject({
  minQuality: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Candidates believed to be worse than this come after all others: configured `quality`, corrected by feedback.'),
});

export const cost = defineSelector({
  name: 'cost',
  options,
  open:
    ({ minQuality }) =>
    (candidates, context) => {
      const cheap = cheapness(candidates, context);
      const quality = believedQuality(context);
      return byScore(candidates, (candidate, index) => {
        const good = minQuality === 0 || quality(candidate) >= minQuality;
        return (good ? 0.5 : 0) + (cheap[index] ?? 0.5) / 2;
      });
    },
});
