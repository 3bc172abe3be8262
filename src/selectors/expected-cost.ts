// What a request is expected to cost with each candidate, the provider's prompt cache and the cost of leaving it included.

import type { Choosable, SelectionContext } from './selector.js';

/** Taken for the length of an answer before any was seen. */
const assumedOutputTokens = 400;

/** USD of one request with this candidate; undefined where its price is unknown. */
export function expectedUsd({ model }: Choosable, { question, experience }: SelectionContext): number | undefined {
  const { price } = model;
  if (price === undefined) return undefined;
  const usual = experience.traffic.meanOutputTokens(model.name) ?? assumedOutputTokens;
  const output = Math.min(usual, question.maxOutputTokens ?? usual);
  const cached = question.warm?.model === model.name ? Math.min(question.warm.tokens, question.inputTokens) : 0;
  const input = (question.inputTokens - cached) * price.input + cached * (price.cachedInput ?? price.input);
  return (input + output * price.output) / 1_000_000;
}

/**
 * Cheapness of each candidate, 1 for the cheapest, 0 for the dearest, on a scale of ratios, since prices lie orders of magnitude apart.
 * Where prices are unknown, or all the same, nobody is ahead: 0.5.
 */
export function cheapness(candidates: readonly Choosable[], context: SelectionContext): readonly number[] {
  const logs = candidates.map((candidate) => {
    const usd = expectedUsd(candidate, context);
    return usd === undefined ? undefined : Math.log(usd + 1e-9);
  });
  return shares(logs).map((share) => (share === undefined ? 0.5 : 1 - share));
}

/**
 * Each value's place between the least, 0, and the greatest, 1; 0.5 where all are equal. Where they lie closer together than `span`,
 * so do their places.
 */
export function shares(values: readonly (number | undefined)[], span = 1e-12): readonly (number | undefined)[] {
  const known = values.filter((value) => value !== undefined);
  const least = Math.min(...known);
  const greatest = Math.max(...known);
  const width = Math.max(greatest - least, span);
  return values.map((value) => (value === undefined ? undefined : 0.5 + (value - (least + greatest) / 2) / width));
}
