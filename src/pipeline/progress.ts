// How far a request has come: the time each stage took and the latest facts, so that a failure can be told with all that was known.

import type { Facts, Inbound } from './exchange.js';

export interface Progress {
  /** Milliseconds on the monotonic clock. */
  readonly startedAtMs: number;
  /** Called by the pipeline when a stage hands on: its own time, without what comes after it. */
  readonly pass: (stage: string, tookMs: number, facts: Inbound) => void;
  /** Adds a time that is not a stage's, such as the wait for the upstream. */
  readonly note: (name: string, tookMs: number) => void;
  readonly timingsMs: ReadonlyMap<string, number>;
  readonly facts: () => Facts | undefined;
}

/** A fresh record, started now. */
export function startProgress(): Progress {
  const timingsMs = new Map<string, number>();
  let latest: Facts | undefined;
  return {
    startedAtMs: performance.now(),
    timingsMs,
    pass: (stage, tookMs, facts) => {
      timingsMs.set(stage, tookMs);
      latest = facts;
    },
    note: (name, tookMs) => {
      timingsMs.set(name, (timingsMs.get(name) ?? 0) + tookMs);
    },
    facts: () => latest,
  };
}
