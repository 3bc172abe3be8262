// How far each model's verdict on its own answers can be trusted: counts of verdicts beside what feedback said afterwards.

import { z } from 'zod';
import { boundedMap } from './bounded-map.js';
import { keyOf, type Table } from './lesson.js';

/** Verdicts are the share of yes among a few samples, in this many bins from all no to all yes. */
export const verdictBins = 5;
/**
 * What is assumed before there is feedback, as counts: a verifier says yes more often of right answers, and often of wrong ones too
 * (arXiv 2310.12963, section 3.1: self-verification is noisy and overconfident).
 */
const assumed: Likelihoods = { right: [0.5, 0.5, 1, 2, 4], wrong: [2.5, 1.5, 1.5, 1, 1.5] };
const mostModels = 1000;

/** For each verdict bin its probability, given that the answer is right, and given that it is wrong. */
export interface Likelihoods {
  readonly right: readonly number[];
  readonly wrong: readonly number[];
}

/** A verdict and what became of the answer: `right` is 0..1. */
export interface Judged {
  readonly tenant: string;
  readonly model: string;
  /** 0..1 */
  readonly verdict: number;
  readonly right: number;
  readonly weight: number;
}

export interface Verifiers extends Table {
  readonly tell: (judged: Judged) => void;
  readonly likelihoods: (tenant: string, model: string) => Likelihoods;
}

const counts = z.array(z.number().nonnegative()).length(verdictBins);
const countsSchema = z.strictObject({ right: counts, wrong: counts });

export function createVerifiers(): Verifiers {
  const seen = boundedMap<z.infer<typeof countsSchema>>(mostModels);
  const none = () => ({ right: new Array<number>(verdictBins).fill(0), wrong: new Array<number>(verdictBins).fill(0) });
  return {
    name: 'verifiers',
    tell: ({ tenant, model, verdict, right, weight }) => {
      const counts = seen.open(keyOf(tenant, model), none);
      const bin = binOf(verdict);
      counts.right[bin] = (counts.right[bin] ?? 0) + weight * right;
      counts.wrong[bin] = (counts.wrong[bin] ?? 0) + weight * (1 - right);
    },
    likelihoods: (tenant, model) => {
      const counts = seen.get(keyOf(tenant, model));
      return { right: shares(assumed.right, counts?.right), wrong: shares(assumed.wrong, counts?.wrong) };
    },
    entries: () => seen.entries(),
    restore: (key, value) => {
      const parsed = countsSchema.safeParse(value);
      if (parsed.success) seen.set(key, parsed.data);
      return parsed.success;
    },
  };
}

/** The bin of a share of yes, 0..1. */
export function binOf(verdict: number): number {
  return Math.round(verdict * (verdictBins - 1));
}

function shares(prior: readonly number[], counts: readonly number[] = []): readonly number[] {
  const all = prior.map((value, index) => value + (counts[index] ?? 0));
  const total = all.reduce((sum, value) => sum + value, 0);
  return all.map((value) => value / total);
}
