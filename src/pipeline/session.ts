// The session stage, and its counterpart on the way back: a conversation stays with the model that answered it first, as long as that lives.

import { isLoopOpen } from '../chat/tool-loop.js';
import { RouterError } from '../errors.js';
import { fingerprint } from '../sessions/fingerprint.js';
import { type Pin, type SessionStore, samePin } from '../sessions/store.js';
import type { Metrics } from '../telemetry/metrics.js';
import { pinOf } from './candidates.js';
import type { Decided, HeaderMap, Identified, Inbound, Moded, Session, Sessioned, Validated } from './exchange.js';
import type { SessionOptions } from './options.js';
import type { ResponseStage } from './response-stage.js';
import type { Stage } from './stage.js';

export interface SessionContext {
  readonly store: SessionStore;
  /** Undefined: only conversations that name themselves are pinned. */
  readonly options: SessionOptions | undefined;
  readonly metrics: Metrics;
}

const idHeader = 'x-signalbox-session-id';
const longestId = 256;

type Needs = Inbound & Identified & Validated & Moded & Decided;

/** Looks the pin up. Throws REQUEST_INVALID for an id that no session can have; a request that names its model has no session. */
export function session({ store, options }: SessionContext): Stage<Needs, Sessioned> {
  return {
    name: 'session',
    run: async (input, next) => {
      const key = keyOf(input, options);
      if (key === undefined) return next({ session: undefined });
      const looping = isLoopOpen(input.request.messages);
      const found = store.find(key);
      const pin = found instanceof Promise ? await found : found;
      return next({ session: { key, pin, looping, held: looping && options?.toolLoop !== 'fall-back' } });
    },
  };
}

/** Pins the conversation to who answered it, and once to somebody else where the pinned model could not; never while a tool loop is open. */
export function pinSession({ store, metrics }: SessionContext): ResponseStage {
  return {
    name: 'session',
    open: ({ facts, target, source }) => ({
      complete: async ({ status }) => {
        const { session: known, degradation } = facts;
        if (known === undefined || status === 'cut' || source === 'degraded' || degradation?.pressed !== undefined) return;
        const next = pinOf(target);
        if (!shouldPin(known, next)) return;
        if (await store.swap(known.key, known.pin, next)) metrics.sessionPinned();
      },
    }),
  };
}

function shouldPin({ pin, looping }: Session, next: Pin): boolean {
  if (pin === undefined) return true;
  return !looping && !samePin(pin, next);
}

function keyOf({ caller, headers, ip, request, routing }: Needs, options: SessionOptions | undefined): string | undefined {
  const id = sessionId(headers);
  if (caller.anonymous || routing.serve === 'direct' || (options === undefined && id === undefined)) return undefined;
  const { fingerprint: parts = ['conversation', 'apiKey'] as const, headers: names = [] } = options ?? {};
  const apiKey = text(headers.authorization) ?? text(headers['x-api-key']);
  return fingerprint(
    { tenant: caller.tenant, id, apiKey, ip, headers: names.map((name) => text(headers[name.toLowerCase()])), request },
    parts,
  );
}

function sessionId(headers: HeaderMap): string | undefined {
  const id = text(headers[idHeader])?.trim();
  if (id === undefined || id === '') return undefined;
  if (id.length <= longestId) return id;
  throw new RouterError('REQUEST_INVALID', { at: idHeader, expected: `at most ${longestId} characters`, received: `${id.length}` });
}

function text(value: HeaderMap[string]): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}
