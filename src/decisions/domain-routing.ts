// Routing by category: a sure classifier leads to a specialised model, a less sure one to the category's model.

import { z } from 'zod';
import type { Probabilities } from './classifier.js';

const categoryOptions = z.strictObject({
  specialized: z.string().min(1).describe('The model for a category the classifier is sure of.'),
  model: z.string().min(1).describe('The model for a category it is less sure of, before the default decision.'),
});

export const domainRoutingOptions = z
  .strictObject({
    highConfidence: z.number().min(0).max(1).default(0.85).describe('Above this the specialised model serves, 0 to 1.'),
    mediumConfidence: z.number().min(0).max(1).default(0.6).describe('Above this the model of the category serves, 0 to 1.'),
    categories: z.record(z.string().min(1), categoryOptions).describe('Models by category of the domain classifier.'),
  })
  .refine(({ highConfidence, mediumConfidence }) => mediumConfidence <= highConfidence, {
    error: 'expected at most highConfidence',
    path: ['mediumConfidence'],
  })
  .describe('Where no rules hold: models by the category of the text.');

export type DomainRoutingOptions = z.infer<typeof domainRoutingOptions>;

/** Where the category leads. */
export interface DomainChoice {
  /** The models of the category, tried before those of the default decision where `fallback` is set; empty: only those. */
  readonly models: readonly string[];
  readonly fallback: boolean;
  readonly reason: string;
  readonly rationale: 'domain_high' | 'domain_medium' | 'domain_low' | 'domain_unknown';
  /** The likeliest category; '' where there is none. */
  readonly category: string;
  /** 0..1 */
  readonly confidence: number;
}

/** The likeliest category decides; a confidence that only equals a threshold is not above it. */
export function chooseByDomain(options: DomainRoutingOptions, probabilities: Probabilities): DomainChoice {
  const [category, confidence] = Object.entries(probabilities).toSorted(([, one], [, other]) => other - one)[0] ?? ['', 0];
  const found = { category, confidence };
  if (!(confidence > options.mediumConfidence)) {
    return { ...found, models: [], fallback: true, reason: 'Low confidence, using general model', rationale: 'domain_low' };
  }
  const entry = Object.hasOwn(options.categories, category) ? options.categories[category] : undefined;
  if (entry === undefined) {
    return {
      ...found,
      models: [],
      fallback: true,
      reason: 'No models for this category, using general model',
      rationale: 'domain_unknown',
    };
  }
  if (confidence > options.highConfidence) {
    return {
      ...found,
      models: [entry.specialized],
      fallback: false,
      reason: 'High confidence specialized routing',
      rationale: 'domain_high',
    };
  }
  return { ...found, models: [entry.model], fallback: true, reason: 'Medium confidence routing with fallback', rationale: 'domain_medium' };
}
