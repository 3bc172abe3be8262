// The report of a route-only call: what would be done with a request, and everything that led there.

import type { Outcome } from '../decisions/outcome.js';
import type { SignalMatch } from '../signals/signal.js';
import type { Answer, Decided, Inbound, Prescanned, Selected, Signalled } from './exchange.js';

export interface RouteCandidate {
  readonly model: string;
  /** 0..1; 0 for a candidate that was rejected. */
  readonly score: number;
  readonly rejected?: string;
}

export interface RouteDimension {
  readonly score: number;
  readonly evidence: string;
}

/** The answer of `POST /v1/route` and `explain --json`. */
export interface RouteResult {
  readonly decision: string;
  readonly model: string;
  readonly tier: string | null;
  readonly confidence: number;
  readonly by: string;
  readonly reason: string;
  readonly fastPath: { readonly score: number; readonly confidence: number; readonly ambiguous: boolean; readonly agentic: boolean } | null;
  readonly dimensions: Readonly<Record<string, RouteDimension>>;
  readonly signals: readonly SignalMatch[];
  readonly rules: NonNullable<Outcome['rules']>;
  readonly candidates: readonly RouteCandidate[];
  /** Each stage's own time. */
  readonly timingsMs: Readonly<Record<string, number>>;
}

type Needs = Inbound & Prescanned & Signalled & Decided & Selected;

/** Closes the way in where only the decision was asked for. */
export const report = async (facts: Needs): Promise<Answer> => ({ kind: 'report', facts, result: resultOf(facts) });

function resultOf({ decision, prescan, signals, candidates, rejected, progress }: Needs): RouteResult {
  return {
    decision: decision.decision,
    model: candidates[0]?.candidate.model.name ?? 'none',
    tier: decision.tier ?? null,
    confidence: decision.confidence,
    by: decision.by,
    reason: decision.reason,
    fastPath:
      prescan === undefined
        ? null
        : { score: prescan.score, confidence: prescan.confidence, ambiguous: prescan.ambiguous, agentic: prescan.agentic },
    dimensions: Object.fromEntries(
      Object.entries(prescan?.dimensions ?? {}).map(([name, { score, evidence }]) => [name, { score, evidence }]),
    ),
    signals,
    rules: decision.rules ?? [],
    candidates: [
      ...candidates.map(({ candidate, score }) => ({ model: candidate.model.name, score })),
      ...rejected.map(({ candidate, reason }) => ({ model: candidate.model.name, score: 0, rejected: reason })),
    ],
    timingsMs: Object.fromEntries(progress.timingsMs),
  };
}
