// How long one upstream call may live: as long as its caller, as the deadline allows, and until somebody ends it.

import { RouterError } from '../errors.js';

export interface CallScope {
  /** The reason it ended for; undefined while it lives. */
  readonly reason: () => RouterError | undefined;
  /** Ends the call; `reason` is what it fails with. Later calls change nothing. */
  readonly abort: (reason: RouterError) => void;
  /** Called once when the scope is aborted; at once where it is already. */
  readonly onAbort: (end: (reason: RouterError) => void) => void;
  /** The answer has begun: the deadline no longer counts. */
  readonly begun: () => void;
  /** The call is over: lets go of the caller's signal. */
  readonly over: () => void;
}

/** Aborts with `outer`, for its reason, and with UPSTREAM_TIMEOUT when `deadlineMs` from now have passed before `begun`. */
export function openScope(outer: AbortSignal, deadlineMs: number): CallScope {
  let reason: RouterError | undefined;
  let ending: ((reason: RouterError) => void) | undefined;
  const abort = (given: RouterError) => {
    if (reason !== undefined) return;
    reason = given;
    ending?.(given);
  };
  const follow = () => abort(outer.reason instanceof RouterError ? outer.reason : new RouterError('CLIENT_GONE', { cause: outer.reason }));
  const expire = () => abort(new RouterError('UPSTREAM_TIMEOUT', { expected: 'an answer before the deadline', received: 'silence' }));
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(expire, Math.max(0, deadlineMs));
  return {
    reason: () => reason,
    abort,
    onAbort: (end) => {
      ending = end;
      if (reason !== undefined) end(reason);
    },
    begun: () => clearTimeout(timer),
    over: () => {
      clearTimeout(timer);
      outer.removeEventListener('abort', follow);
    },
  };
}
