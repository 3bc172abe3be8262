// A configured model bound to the provider that serves it: what a request can be sent to.

import { z } from 'zod';
import type { OpenProvider } from './provider.js';

/** One entry of `models:`. */
export const modelOptions = z.strictObject({
  name: z.string().min(1).describe('The name clients, decisions, headers and metrics use.'),
  provider: z.string().min(1).describe('The name of an entry of `providers`.'),
  upstreamModel: z.string().min(1).optional().describe('The name the provider knows it by; default: `name`.'),
  quotaGroup: z.string().min(1).optional().describe('Models under one quota pause together after a 429; default: each by itself.'),
  contextTokens: z.int().positive().optional().describe('Context window, tokens; unknown: never filtered by size.'),
  price: z
    .strictObject({
      input: z.number().nonnegative().describe('USD per million input tokens.'),
      output: z.number().nonnegative().describe('USD per million output tokens.'),
      cachedInput: z
        .number()
        .nonnegative()
        .optional()
        .describe("USD per million input tokens that the provider's prompt cache holds; default: as `input`."),
    })
    .optional()
    .describe('List price; unknown: its cost is not counted.'),
  capabilities: z
    .array(z.enum(['tools', 'vision', 'json', 'reasoning']))
    .optional()
    .describe('What the model can do; unknown: everything is assumed.'),
  quality: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('How good its answers are taken to be before there is feedback, 0 to 1; default 0.5.'),
  toolQuality: z.number().min(0).max(1).optional().describe('The same for work with tools; default: as `quality`.'),
});

export type ModelOptions = z.infer<typeof modelOptions>;

export type Capability = NonNullable<ModelOptions['capabilities']>[number];

/** A model and its provider. */
export interface Target {
  readonly model: ModelOptions;
  readonly provider: OpenProvider;
}
