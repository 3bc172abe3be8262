// Which endpoints are worth calling: a circuit breaker for each, and cool-downs shared by everything under one quota.

export interface BreakerOptions {
  readonly failures: number;
  readonly openSeconds: number;
}

export type Standing = 'closed' | 'half-open' | 'open' | 'cooling';

export interface Health {
  /** How an endpoint stands now. `half-open` is said to one caller only: that call is the probe. */
  readonly standing: (endpoint: string, quota: string) => Standing;
  readonly succeeded: (endpoint: string) => void;
  readonly failed: (endpoint: string) => void;
  /** The call ended without telling anything about the endpoint, as when the client goes away: a probe may be tried again. */
  readonly abandoned: (endpoint: string) => void;
  /** A limit was met and a pause asked for; it holds for every endpoint of that quota. */
  readonly coolDown: (quota: string, seconds: number) => void;
  /** Seconds until the quota may be used again; 0 when it may. */
  readonly coolingSeconds: (quota: string) => number;
  /** The endpoint is overloaded and asked for a pause; it holds for that endpoint only. */
  readonly rest: (endpoint: string, seconds: number) => void;
  /** Seconds until the endpoint may be called again; 0 when it may. */
  readonly restingSeconds: (endpoint: string) => number;
}

interface Breaker {
  failures: number;
  openUntilMs: number;
  /** While a probe is under way: when it counts as lost. */
  probeUntilMs: number;
}

/** A probe that nobody told the end of is given up after as many open times. */
const probePatience = 10;

/**
 * Breakers in the three states of M. Nygard, Release It! (2nd ed., §5.2): closed counts failures in a row, open refuses, half-open lets one probe through.
 * An endpoint that cools or rests is not probed. `nowMs` is a monotonic clock, replaced in tests.
 */
export function createHealth(options: BreakerOptions, nowMs: () => number = () => performance.now()): Health {
  const breakers = new Map<string, Breaker>();
  const quotas = pauses(nowMs);
  const endpoints = pauses(nowMs);
  const openMs = options.openSeconds * 1000;
  return {
    coolDown: quotas.pause,
    coolingSeconds: quotas.leftSeconds,
    rest: endpoints.pause,
    restingSeconds: endpoints.leftSeconds,
    standing: (endpoint, quota) => {
      if (quotas.leftSeconds(quota) > 0 || endpoints.leftSeconds(endpoint) > 0) return 'cooling';
      const breaker = breakers.get(endpoint);
      if (breaker === undefined || breaker.failures < options.failures) return 'closed';
      if (nowMs() < breaker.openUntilMs || nowMs() < breaker.probeUntilMs) return 'open';
      breaker.probeUntilMs = nowMs() + probePatience * openMs;
      return 'half-open';
    },
    succeeded: (endpoint) => void breakers.delete(endpoint),
    failed: (endpoint) => {
      const failures = (breakers.get(endpoint)?.failures ?? 0) + 1;
      breakers.set(endpoint, { failures, probeUntilMs: 0, openUntilMs: nowMs() + openMs });
    },
    abandoned: (endpoint) => {
      const breaker = breakers.get(endpoint);
      if (breaker !== undefined) breaker.probeUntilMs = 0;
    },
  };
}

/** Pauses by name; a longer one is never shortened by a later, shorter one. */
function pauses(nowMs: () => number) {
  const untilMs = new Map<string, number>();
  return {
    pause: (name: string, seconds: number) => void untilMs.set(name, Math.max(untilMs.get(name) ?? 0, nowMs() + seconds * 1000)),
    leftSeconds: (name: string) => Math.max(0, ((untilMs.get(name) ?? 0) - nowMs()) / 1000),
  };
}
