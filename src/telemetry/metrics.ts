// What is counted: the interface that stages call, whoever keeps the numbers.

import type { Tier } from '../native/index.js';

/** What one routed request is counted as in `semantic_route_decisions_total`. */
export interface RouteDecisionLabels {
  readonly route: 'enforce' | 'shadow';
  readonly target: string;
  readonly rationale: string;
  readonly winner: string;
  readonly transport: string;
}

/** Everything that is counted. Times in seconds unless the name says otherwise. Names are configured ones, never the caller's words. */
export interface Metrics {
  readonly requestDone: (decision: string, model: string, status: number, seconds: number) => void;
  readonly firstToken: (seconds: number) => void;
  readonly perOutputToken: (seconds: number) => void;
  readonly fastPath: (tier: Tier, confidence: number, bypassed: boolean) => void;
  readonly cost: (model: string, decision: string, usd: number) => void;
  /** What an answer saved against the baseline model; negative where it cost more. */
  readonly savings: (baseline: string, usd: number) => void;
  readonly routeDecision: (labels: RouteDecisionLabels) => void;
  /** A conversation was pinned, or pinned anew. */
  readonly sessionPinned: () => void;
  /** An answer was degraded, by what triggered it. */
  readonly degraded: (trigger: string) => void;
  readonly classified: (transport: string, latencyMs: number) => void;
  /** Time a request spent inside signalbox, upstream waits taken out. */
  readonly addedLatency: (seconds: number) => void;
  readonly contentType: string;
  /** The exposition format. */
  readonly text: () => Promise<string>;
}
