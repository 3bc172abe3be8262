// The wait before the same target is called again: doubling, jittered, never shorter than the target asked for.

import type { RouterError } from '../errors.js';
import type { UpstreamOptions } from './options.js';

export interface BackOffContext {
  readonly options: Pick<UpstreamOptions, 'backoffMs'>;
  readonly deadlineAtMs: number;
}

/**
 * Waits with "equal jitter" (M. Brooker, Exponential Backoff And Jitter, 2015): half fixed, half random.
 * False, at once, where the wait is longer than ten times the first one or than the deadline allows: another target should be tried instead.
 */
export async function backOff(
  retry: number,
  failure: RouterError | undefined,
  signal: AbortSignal,
  context: BackOffContext,
): Promise<boolean> {
  const { options, deadlineAtMs } = context;
  const longestMs = 10 * options.backoffMs;
  const jitteredMs = Math.min(options.backoffMs * 2 ** (retry - 1), longestMs) * (0.5 + Math.random() / 2);
  const waitMs = Math.max(jitteredMs, (failure?.retryAfterSeconds ?? 0) * 1000);
  if (waitMs > longestMs || performance.now() + waitMs >= deadlineAtMs) return false;
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, waitMs);
    signal.addEventListener('abort', done);
  });
  return !signal.aborted;
}
