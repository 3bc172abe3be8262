// The plug point of selectors: each puts the candidate models of a decision in order; the first is tried first, the rest are the fallback chain.

import type { z } from 'zod';

/** A candidate with its score, 0..1, best first. */
export interface Ranked<Candidate> {
  readonly candidate: Candidate;
  readonly score: number;
}

/** A candidate that a hard filter took out, and why. */
export interface Rejected<Candidate> {
  readonly candidate: Candidate;
  readonly reason: string;
}

export interface Selector<Options> {
  /** The word in `algorithm: { type: … }`. */
  readonly name: string;
  readonly options: z.ZodType<Options>;
  /** Every candidate exactly once, best first. */
  readonly rank: <Candidate>(candidates: readonly Candidate[], options: Options) => readonly Ranked<Candidate>[];
}

/** A selector bound to its options. */
export interface OpenSelector {
  readonly name: string;
  readonly rank: <Candidate>(candidates: readonly Candidate[]) => readonly Ranked<Candidate>[];
}

/** A selector whose option type is closed over, so that unlike selectors fit one list. */
export interface AnySelector {
  readonly name: string;
  readonly options: z.ZodType;
  readonly open: (options: unknown) => OpenSelector;
}

/** Makes a selector fit the list. */
export function defineSelector<Options>(selector: Selector<Options>): AnySelector {
  return {
    name: selector.name,
    options: selector.options,
    open: (raw) => {
      const options = selector.options.parse(raw);
      return { name: selector.name, rank: (candidates) => selector.rank(candidates, options) };
    },
  };
}
