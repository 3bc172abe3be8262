// The plug point of selectors: each puts the candidate models of a decision in order; the first is tried first, the rest are the fallback chain.

import type { z } from 'zod';
import type { Experience } from '../learning/experience.js';
import type { Place } from '../learning/lesson.js';
import type { ModelOptions } from '../providers/target.js';

/** What a selector sees of a candidate; a target is one. */
export interface Choosable {
  readonly model: Omit<ModelOptions, 'provider'>;
}

/** A candidate with its score, 0..1, best first. */
export interface Ranked<Candidate> {
  readonly candidate: Candidate;
  readonly score: number;
  /** The chance that this candidate had of being first; only where the selector draws at random. */
  readonly propensity?: number;
}

/** A candidate that a hard filter took out, and why. */
export interface Rejected<Candidate> {
  readonly candidate: Candidate;
  readonly reason: string;
}

/** What a selector may know of the request. */
export interface Question {
  /** Draws at random are seeded by it: the same request is answered alike, and can be explained. */
  readonly requestId: string;
  readonly place: Place;
  /** How much it is work with tools, 0..1. */
  readonly agenticScore: number;
  /** Estimated. */
  readonly inputTokens: number;
  /** The most the client asked for. */
  readonly maxOutputTokens: number | undefined;
  /** The answer can be looked at, and another asked for, before the client sees any of it. */
  readonly reviewable: boolean;
  /** Whose prompt cache holds the conversation so far, and how much of it. */
  readonly warm: { readonly model: string; readonly tokens: number } | undefined;
}

export interface SelectionContext {
  readonly question: Question;
  readonly experience: Experience;
}

/** Puts candidates in order. Every candidate exactly once, best first; the same order for the same context. */
export type Rank = <Candidate extends Choosable>(
  candidates: readonly Candidate[],
  context: SelectionContext,
) => readonly Ranked<Candidate>[];

/** When the first candidate's answer is to be doubted: how to verify it, and whether the verdict is reason to ask the next one. */
export interface Review {
  /** Verdicts that are asked for. */
  readonly samples: number;
  readonly maxEscalations: number;
  /** `verdict` is the share of yes, 0..1; `rest` are the candidates after `answered`. */
  readonly escalates: (answered: Choosable, rest: readonly Choosable[], verdict: number, context: SelectionContext) => boolean;
}

export interface Selector<Options> {
  /** The word in `algorithm: { type: … }`. */
  readonly name: string;
  readonly options: z.ZodType<Options>;
  /** What it needs is made here, once for each configuration. */
  readonly open: (options: Options) => Rank | { readonly rank: Rank; readonly review: Review };
}

/** A selector bound to its options. */
export interface OpenSelector {
  readonly name: string;
  readonly rank: Rank;
  readonly review?: Review;
}

/** A selector whose option type is closed over, so that unlike selectors fit one list. */
export interface AnySelector {
  readonly name: string;
  readonly options: z.ZodType;
  readonly open: (options: unknown) => OpenSelector;
}

/** Makes a selector fit the list. */
export function defineSelector<Options>(selector: Selector<Options>): AnySelector {
  const { name, options } = selector;
  return {
    name,
    options,
    open: (raw) => {
      const opened = selector.open(options.parse(raw));
      return typeof opened === 'function' ? { name, rank: opened } : { name, ...opened };
    },
  };
}

/** By score, best first; equals stay in the order of the decision. Scores that are none count as 0. */
export function byScore<Candidate>(
  candidates: readonly Candidate[],
  scoreOf: (candidate: Candidate, index: number) => number,
): readonly Ranked<Candidate>[] {
  return candidates
    .map((candidate, index) => ({ candidate, score: Math.min(1, Math.max(0, scoreOf(candidate, index) || 0)) }))
    .sort((one, other) => other.score - one.score);
}
