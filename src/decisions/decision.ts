// One configured decision: its rules, the models it may use, how to choose among them.

import { z } from 'zod';
import { ruleOptions } from './rules.js';

/** The keys of a decision that do not depend on a plug point; `config/schema.ts` adds `algorithm` and `plugins`. */
export const decisionShape = {
  name: z.string().min(1).describe('Shown in headers, metrics and logs.'),
  priority: z.int().default(0).describe('Breaks ties of confidence; higher wins.'),
  rules: ruleOptions.optional().describe('When this decision applies. Without rules: only through a fast-path tier or as defaultDecision.'),
  models: z.array(z.string().min(1)).min(1).describe('Candidate models, by name, in order.'),
};

const decisionBase = z.strictObject(decisionShape);

export type Decision = z.infer<typeof decisionBase>;

/** How a decision is chosen among those whose rules hold. */
export const strategyOptions = z
  .enum(['confidence', 'priority'])
  .default('confidence')
  .describe('What counts first among the decisions whose rules hold.');

export type Strategy = z.infer<typeof strategyOptions>;
