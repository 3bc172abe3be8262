// The end of the way in: candidates are called in order until one answers, within one deadline and one budget of attempts.

import { asRouterError, RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { Ranked } from '../selectors/selector.js';
import type { Health } from '../transport/health.js';
import { type CallScope, openScope } from '../transport/scope.js';
import type { Transport } from '../transport/transport.js';
import { type Attempted, attempt, mayFallBack } from './attempt.js';
import { backOff } from './back-off.js';
import { callable, endpointOf, isCooling, nobodyCallable, tell } from './candidates.js';
import { mayUseReserve, triggerOf } from './degrade.js';
import type { Answer, Decided, Degradable, Inbound, Traced, Validated } from './exchange.js';
import type { UpstreamOptions } from './options.js';
import type { ResponseWatch } from './response-stage.js';
import type { Handler } from './stage.js';

export interface DispatchContext {
  readonly transport: Transport;
  readonly health: Health;
  readonly options: UpstreamOptions;
  /** A call to a model begins; what it returns is called when the call, stream included, has ended. */
  readonly begin: (model: string) => () => void;
}

type Needs = Inbound & Traced & Validated & Decided & Degradable;

/** Rejects with the failure of the last model when none answers. Never calls anyone again once there is content. */
export function dispatch(context: DispatchContext): Handler<Needs> {
  return async (input) => {
    const startedAtMs = performance.now();
    try {
      const { called, target, attempts, place } = await walk(input, context, startedAtMs + context.options.deadlineMs);
      const source = place.inReserve ? 'degraded' : 'upstream';
      return { ...called, source, facts: input, target, attempts, trigger: triggerOf(input.degradation, place) } satisfies Answer;
    } finally {
      input.progress.note('upstream', performance.now() - startedAtMs);
    }
  };
}

type Called = Extract<Attempted, { kind: 'reply' }> | (Extract<Attempted, { kind: 'stream' }> & { readonly watch: ResponseWatch });

interface Served {
  readonly called: Called;
  readonly target: Target;
  readonly attempts: number;
  /** Where in the order it stands that answered, and whether all before it were only at their limit. */
  readonly place: { readonly inReserve: boolean; readonly first: boolean; readonly limited: boolean };
}

/** How far a walk has come. */
interface Walk {
  readonly input: Needs;
  readonly context: DispatchContext;
  readonly deadlineAtMs: number;
  attempts: number;
  /** Nobody so far was anything but at a limit. */
  limited: boolean;
  failure: RouterError | undefined;
}

/** The chain, then what stands behind it; one attempt of the budget is kept for that. */
async function walk(input: Needs, context: DispatchContext, deadlineAtMs: number): Promise<Served> {
  const { chain, reserve } = input.degradation;
  const { maxAttempts } = context.options;
  const state: Walk = { input, context, deadlineAtMs, attempts: 0, limited: true, failure: undefined };
  const kept = reserve.length > 0 && maxAttempts > 1 ? 1 : 0;
  const served = await walkList(state, chain, { most: maxAttempts - kept, inReserve: false });
  if (served !== undefined) return served;
  if (mayUseReserve(input.degradation, state.limited)) {
    const saved = await walkList(state, reserve, { most: maxAttempts, inReserve: true });
    if (saved !== undefined) return saved;
  }
  throw state.failure ?? nobodyCallable(chain, context.health);
}

/** The first answer of a list; undefined where nobody answers. Rejects where nobody else should be asked. */
async function walkList(
  state: Walk,
  list: readonly Ranked<Target>[],
  { most, inReserve }: { readonly most: number; readonly inReserve: boolean },
): Promise<Served | undefined> {
  const { health } = state.context;
  for (const [index, { candidate: target }] of list.entries()) {
    if (state.attempts >= most) return undefined;
    if (!callable(target, health)) {
      state.limited &&= isCooling(target, health);
      continue;
    }
    const called = await callWithRetries(state, target, most);
    const place = { inReserve, first: !inReserve && index === 0, limited: state.limited };
    if (called !== undefined) return { called, target, attempts: state.attempts, place };
    state.limited &&= state.failure?.code === 'UPSTREAM_RATE_LIMITED';
  }
  return undefined;
}

/** One call, and as many more as the options allow; undefined where another target should be tried. */
async function callWithRetries(state: Walk, target: Target, most: number): Promise<Called | undefined> {
  const { input, context, deadlineAtMs } = state;
  const { options, health } = context;
  for (let retry = 0; retry <= options.retries && state.attempts < most; retry++) {
    if (retry > 0 && !(await backOff(retry, state.failure, input.signal, { options, deadlineAtMs }))) return undefined;
    state.attempts += 1;
    const scope = ending(openScope(input.signal, deadlineAtMs - performance.now()), input.signal, context.begin(target.model.name));
    try {
      return await call(target, input, context, scope);
    } catch (error) {
      scope.over();
      const failure = asRouterError(error);
      state.failure = failure;
      tell(health, target, failure);
      if (!mayFallBack(failure) || performance.now() >= deadlineAtMs) throw failure;
    }
  }
  return undefined;
}

/** The same scope, telling when it is over, or when the client has gone: nobody may ever read its stream then. */
function ending(scope: CallScope, signal: AbortSignal, ended: () => void): CallScope {
  signal.addEventListener('abort', ended, { once: true });
  const over = (): void => {
    scope.over();
    signal.removeEventListener('abort', ended);
    ended();
  };
  return { ...scope, over };
}

/** One attempt; a stream stays in its scope, and its endpoint's health stays open, until it ends. */
async function call(target: Target, input: Needs, { transport, options, health }: DispatchContext, scope: CallScope): Promise<Called> {
  const attempted = await attempt(target, input.outgoing, {
    transport,
    holdMs: options.holdMs,
    decisionHeaders: () => decisionHeaders(input),
    scope,
  });
  scope.begun();
  if (attempted.kind === 'stream') return { ...attempted, watch: watchOf(target, health, scope) };
  scope.over();
  health.succeeded(endpointOf(target));
  return attempted;
}

function watchOf(target: Target, health: Health, scope: CallScope): ResponseWatch {
  return {
    complete: ({ status, error }) => {
      scope.over();
      if (status === 'complete') health.succeeded(endpointOf(target));
      else tell(health, target, error ?? new RouterError('CLIENT_GONE'));
    },
  };
}

function decisionHeaders({ trace, decision }: Needs): Readonly<Record<string, string>> {
  return {
    'x-request-id': trace.id,
    'x-signalbox-decision': decision.decision,
    'x-signalbox-confidence': decision.confidence.toFixed(2),
    'x-signalbox-tier': decision.tier ?? 'none',
    'x-signalbox-reason': decision.reason.replace(/[^\x20-\x7e]/g, '?'),
  };
}
