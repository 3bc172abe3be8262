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
  /** The endpoint asked for a pause; it holds for every endpoint of that quota. */
  readonly coolDown: (quota: string, seconds: number) => void;
  /** Seconds until the quota may be used again; 0 when it may. */
  readonly coolingSeconds: (quota: string) => number;
}

interface Breaker {
  failures: number;
  openUntilMs: number;
  probing: boolean;
}

/**
 * Breakers in the three states of M. Nygard, Release It! (2nd ed., §5.2): closed counts failures in a row, open refuses, half-open lets one probe through.
 * `nowMs` is a monotonic clock, replaced in tests.
 */
export function createHealth(options: BreakerOptions, nowMs: () => number = () => performance.now()): Health {
  const breakers = new Map<string, Breaker>();
  const coolUntilMs = new Map<string, number>();
  const coolingSeconds = (quota: string) => Math.max(0, ((coolUntilMs.get(quota) ?? 0) - nowMs()) / 1000);
  return {
    coolingSeconds,
    standing: (endpoint, quota) => {
      const breaker = breakers.get(endpoint);
      if (breaker !== undefined && breaker.failures >= options.failures) {
        if (breaker.probing || nowMs() < breaker.openUntilMs) return 'open';
        breaker.probing = true;
        return 'half-open';
      }
      return coolingSeconds(quota) > 0 ? 'cooling' : 'closed';
    },
    succeeded: (endpoint) => void breakers.delete(endpoint),
    failed: (endpoint) => {
      const breaker = breakers.get(endpoint) ?? { failures: 0, openUntilMs: 0, probing: false };
      breaker.failures += 1;
      breaker.probing = false;
      breaker.openUntilMs = nowMs() + options.openSeconds * 1000;
      breakers.set(endpoint, breaker);
    },
    abandoned: (endpoint) => {
      const breaker = breakers.get(endpoint);
      if (breaker !== undefined) breaker.probing = false;
    },
    coolDown: (quota, seconds) => void coolUntilMs.set(quota, Math.max(coolUntilMs.get(quota) ?? 0, nowMs() + seconds * 1000)),
  };
}
