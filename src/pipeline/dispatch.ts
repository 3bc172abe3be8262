// The end of the way in: candidates are called in order until one answers, within one deadline and one budget of attempts.

import { RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { Ranked } from '../selectors/selector.js';
import type { Health } from '../transport/health.js';
import type { Transport } from '../transport/transport.js';
import { type Attempted, attempt, mayFallBack } from './attempt.js';
import type { Answer, Decided, Inbound, Selected, Traced, Validated } from './exchange.js';
import type { UpstreamOptions } from './options.js';
import type { Handler } from './stage.js';

export interface DispatchContext {
  readonly transport: Transport;
  readonly health: Health;
  readonly options: UpstreamOptions;
  /** 0..1, uniform; replaced in tests. */
  readonly random?: () => number;
}

type Needs = Inbound & Traced & Validated & Decided & Selected;

/** Rejects with the failure of the last candidate when none answers. Never calls anyone again once there is content. */
export function dispatch(context: DispatchContext): Handler<Needs> {
  return async (input) => {
    const startedAt = performance.now();
    const scope = openScope(input.signal, context.options.deadlineMs);
    try {
      const { attempted, target, attempts } = await walk(input, context, scope.signal);
      scope.settle(attempted.kind === 'reply');
      return { ...attempted, source: 'upstream', facts: input, target, attempts } satisfies Answer;
    } catch (error) {
      scope.settle(true);
      throw error;
    } finally {
      input.progress.note('upstream', performance.now() - startedAt);
    }
  };
}

interface Served {
  readonly attempted: Attempted;
  readonly target: Target;
  readonly attempts: number;
}

async function walk(input: Needs, context: DispatchContext, signal: AbortSignal): Promise<Served> {
  const { health, options, transport } = context;
  const call = { transport, holdMs: options.holdMs, decisionHeaders: decisionHeaders(input), signal };
  let attempts = 0;
  let failure: RouterError | undefined;
  for (const target of callable(input.candidates, health)) {
    for (let retry = 0; retry <= options.retries && attempts < options.maxAttempts; retry++) {
      if (retry > 0 && !(await backOff(retry, failure, context, signal))) break;
      attempts += 1;
      try {
        const attempted = await attempt(target, input.outgoing, call);
        health.succeeded(endpointOf(target));
        return { attempted, target, attempts };
      } catch (error) {
        failure = settleFailure(error, target, health);
        if (!mayFallBack(failure) || signal.aborted) throw failure;
      }
    }
  }
  throw (
    failure ??
    new RouterError('UPSTREAM_UNREACHABLE', { status: 503, expected: 'an endpoint that is up', received: 'open circuit breakers only' })
  );
}

/** Healthy targets first, cooling ones as a last resort, none whose breaker is open. */
function* callable(candidates: readonly Ranked<Target>[], health: Health): Generator<Target> {
  const cooling: Target[] = [];
  for (const { candidate } of candidates) {
    const standing = health.standing(endpointOf(candidate), quotaOf(candidate));
    if (standing === 'cooling') cooling.push(candidate);
    else if (standing !== 'open') yield candidate;
  }
  yield* cooling;
}

function settleFailure(error: unknown, target: Target, health: Health): RouterError {
  const failure = error instanceof RouterError ? error : new RouterError('INTERNAL', { cause: error });
  if (failure.code === 'UPSTREAM_RATE_LIMITED') health.coolDown(quotaOf(target), failure.retryAfterSeconds ?? 0);
  else if (mayFallBack(failure)) health.failed(endpointOf(target));
  else if (failure.code === 'CLIENT_GONE' || failure.code === 'SHUTTING_DOWN') health.abandoned(endpointOf(target));
  else health.succeeded(endpointOf(target));
  return failure;
}

/** Waits before a retry; false when the wait would not fit, and another target should be tried instead. */
async function backOff(retry: number, failure: RouterError | undefined, context: DispatchContext, signal: AbortSignal): Promise<boolean> {
  const { backoffMs } = context.options;
  const jittered = Math.min(backoffMs * 2 ** (retry - 1), 10 * backoffMs) * (0.5 + (context.random ?? Math.random)() / 2);
  const waitMs = Math.max(jittered, (failure?.retryAfterSeconds ?? 0) * 1000);
  if (waitMs > 10 * backoffMs) return false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
  return !signal.aborted;
}

interface Scope {
  readonly signal: AbortSignal;
  /** The deadline is met; `done` also lets go of the caller's signal, which a stream still needs. */
  readonly settle: (done: boolean) => void;
}

/** A signal that aborts with the caller's, or when the deadline passes. */
function openScope(outer: AbortSignal, deadlineMs: number): Scope {
  const controller = new AbortController();
  const follow = () => controller.abort(outer.reason);
  if (outer.aborted) follow();
  else outer.addEventListener('abort', follow, { once: true });
  const timer = setTimeout(
    () => controller.abort(new RouterError('UPSTREAM_TIMEOUT', { expected: `an answer within ${deadlineMs} ms` })),
    deadlineMs,
  );
  return {
    signal: controller.signal,
    settle: (done) => {
      clearTimeout(timer);
      if (done) outer.removeEventListener('abort', follow);
    },
  };
}

const endpointOf = ({ model, provider }: Target): string => `${provider.name}/${model.upstreamModel ?? model.name}`;
const quotaOf = (target: Target): string => target.model.quotaGroup ?? endpointOf(target);

function decisionHeaders({ trace, decision }: Needs): Readonly<Record<string, string>> {
  return {
    'x-request-id': trace.id,
    'x-signalbox-decision': decision.decision,
    'x-signalbox-confidence': decision.confidence.toFixed(2),
    'x-signalbox-tier': decision.tier ?? 'none',
    'x-signalbox-reason': decision.reason.replace(/[^\x20-\x7e]/g, '?'),
  };
}
