// The static selector: candidates in the order in which the decision lists them.

import { z } from 'zod';
import { defineSelector } from './selector.js';

export const staticSelector = defineSelector({
  name: 'static',
  options: z.strictObject({}),
  open: () => (candidates) => candidates.map((candidate, index) => ({ candidate, score: (candidates.length - index) / candidates.length })),
});
