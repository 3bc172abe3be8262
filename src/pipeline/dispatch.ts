// The end of the way in: candidates are called in order until one answers, within one deadline and one budget of attempts.

import { asRouterError, RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { Health } from '../transport/health.js';
import { type CallScope, openScope } from '../transport/scope.js';
import type { Transport } from '../transport/transport.js';
import { type Attempted, attempt, mayFallBack } from './attempt.js';
import { backOff } from './back-off.js';
import { callable, endpointOf, nobodyCallable, tell } from './candidates.js';
import type { Answer, Decided, Inbound, Selected, Traced, Validated } from './exchange.js';
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

type Needs = Inbound & Traced & Validated & Decided & Selected;

/** Rejects with the failure of the last candidate when none answers. Never calls anyone again once there is content. */
export function dispatch(context: DispatchContext): Handler<Needs> {
  return async (input) => {
    const startedAtMs = performance.now();
    try {
      const { called, target, attempts } = await walk(input, context, startedAtMs + context.options.deadlineMs);
      return { ...called, source: 'upstream', facts: input, target, attempts } satisfies Answer;
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
}

async function walk(input: Needs, context: DispatchContext, deadlineAtMs: number): Promise<Served> {
  const { health, options } = context;
  let attempts = 0;
  let failure: RouterError | undefined;
  for (const { candidate: target } of input.candidates) {
    if (attempts >= options.maxAttempts) break;
    if (!callable(target, health)) continue;
    for (let retry = 0; retry <= options.retries && attempts < options.maxAttempts; retry++) {
      if (retry > 0 && !(await backOff(retry, failure, input.signal, { options, deadlineAtMs }))) break;
      attempts += 1;
      const scope = ending(openScope(input.signal, deadlineAtMs - performance.now()), input.signal, context.begin(target.model.name));
      try {
        return { called: await call(target, input, context, scope), target, attempts };
      } catch (error) {
        scope.over();
        failure = asRouterError(error);
        tell(health, target, failure);
        if (!mayFallBack(failure) || performance.now() >= deadlineAtMs) throw failure;
      }
    }
  }
  throw failure ?? nobodyCallable(input.candidates, health);
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
