// How long one upstream call may live: as long as its caller, as the deadline allows, and until somebody aborts it.

import { RouterError } from '../errors.js';

export interface CallScope {
  readonly signal: AbortSignal;
  /** Ends the call; `reason` is what it fails with. Later aborts change nothing. */
  readonly abort: (reason: RouterError) => void;
  /** The answer has begun: the deadline no longer counts. */
  readonly begun: () => void;
  /** The call is over: lets go of the caller's signal. */
  readonly over: () => void;
}

/** Aborts with `outer`, for its reason, and with UPSTREAM_TIMEOUT when `deadlineMs` from now have passed before `begun`. */
export function openScope(outer: AbortSignal, deadlineMs: number): CallScope {
  const controller = new AbortController();
  const abort = (reason: RouterError) => controller.abort(reason);
  const follow = () => abort(outer.reason instanceof RouterError ? outer.reason : new RouterError('CLIENT_GONE', { cause: outer.reason }));
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });

  const expire = () => abort(new RouterError('UPSTREAM_TIMEOUT', { expected: 'an answer before the deadline', received: 'silence' }));
  const timer = setTimeout(expire, Math.max(0, deadlineMs));
  return {
    signal: controller.signal,
    abort,
    begun: () => clearTimeout(timer),
    over: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', follow);
    },
  };
}
