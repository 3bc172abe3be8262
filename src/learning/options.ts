// The options of learning: where it is kept, how much of it, and from what.

import { z } from 'zod';

export const learningOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Learn from feedback and traffic.'),
    file: z.string().min(1).optional().describe('Where what was learned is kept; without it, learning ends with the process.'),
    saveSeconds: z.number().positive().default(30).describe('How often the file is written, where anything was learned; and at the end.'),
    implicit: z.boolean().default(true).describe('Also learn from what users do: asking again, or saying that an answer was wrong.'),
    kFactor: z.number().positive().max(400).default(32).describe('K of the Elo ratings: the most a rating moves in one comparison.'),
    maxUsers: z.int().positive().default(10_000).describe('Most users of whom anything is remembered; the least recent are forgotten.'),
    maxCategories: z.int().positive().default(1_000).describe('Most categories of whom anything is remembered.'),
    maxExchanges: z.int().positive().default(10_000).describe('Most recent answers that feedback may refer to.'),
    promptCacheSeconds: z
      .number()
      .nonnegative()
      .default(300)
      .describe("How long a provider's prompt cache is taken to hold a conversation; 0: never."),
  })
  .describe('What is learned from feedback and traffic.');

export type LearningOptions = z.infer<typeof learningOptions>;
