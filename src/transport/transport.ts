// The only upstream I/O: one keep-alive pool an origin, a timeout for each phase, abort, bounded bodies.

import { errors, Pool } from 'undici';
import { RouterError } from '../errors.js';
import { type BodyReader, type CallHead, type OpenCall, openCall } from './call.js';
import { type EventGuard, readEvents } from './events.js';
import { parseRetryAfter } from './retry-after.js';
import type { CallScope } from './scope.js';

export interface TransportOptions {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

export interface TransportCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly scope: CallScope;
}

/** An upstream's answer, its head read and its body not; the body must be read or cancelled. */
export interface TransportAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
  /** The whole body. Throws UPSTREAM_INVALID above `limitBytes`. */
  readonly text: (limitBytes: number) => Promise<string>;
  /** The data of its server-sent events. Throws STREAM_CUT where the connection breaks, UPSTREAM_TIMEOUT where no event comes. */
  readonly events: () => AsyncGenerator<readonly string[]>;
  readonly cancel: () => void;
}

export interface Transport {
  /** Throws UPSTREAM_TIMEOUT or UPSTREAM_UNREACHABLE, or the reason for which the scope was aborted. */
  readonly send: (call: TransportCall) => Promise<TransportAnswer>;
  readonly close: () => Promise<void>;
}

/** Opens an empty set of pools. */
export function openTransport(options: TransportOptions): Transport {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: string): Pool => {
    const pool = pools.get(origin) ?? openPool(origin, options);
    pools.set(origin, pool);
    return pool;
  };
  return {
    send: async ({ url, headers, body, scope }) => {
      const { origin, path } = splitUrl(url);
      const timer = phaseTimer(scope, options.firstByteTimeoutMs, 'the head of an answer');
      try {
        const call = openCall(poolOf(origin), { path, headers, body });
        scope.onAbort(call.abort);
        return answerOf(call, await call.head, scope, options);
      } catch (error) {
        throw failureOf(error, scope, 'UPSTREAM_UNREACHABLE');
      } finally {
        clearTimeout(timer);
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      pools.clear();
    },
  };
}

/** Phases are timed here, to the millisecond; undici's own timers tick every half second. Idle connections close before common servers close them (5 s). */
function openPool(origin: string, { connectTimeoutMs }: TransportOptions): Pool {
  return new Pool(origin, {
    connect: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 4_000,
    pipelining: 1,
  });
}

function phaseTimer(scope: CallScope, limitMs: number, phase: string): NodeJS.Timeout {
  return setTimeout(
    () => scope.abort(new RouterError('UPSTREAM_TIMEOUT', { expected: `${phase} within ${limitMs} ms`, received: 'silence' })),
    limitMs,
  );
}

const splitUrls = new Map<string, { readonly origin: string; readonly path: string }>();

/** Origin and path of an endpoint's URL; endpoints are few and configured, so each is split once. */
function splitUrl(url: string): { readonly origin: string; readonly path: string } {
  let split = splitUrls.get(url);
  if (split === undefined) {
    const { origin, pathname, search } = new URL(url);
    split = { origin, path: pathname + search };
    splitUrls.set(url, split);
  }
  return split;
}

function answerOf(
  { read, abort }: OpenCall,
  { status, headers }: CallHead,
  scope: CallScope,
  { idleTimeoutMs }: TransportOptions,
): TransportAnswer {
  return {
    status,
    contentType: headers['content-type'] ?? '',
    retryAfterSeconds: parseRetryAfter(headers['retry-after']),
    text: (limitBytes) => readText(read, limitBytes, scope, idleTimeoutMs),
    events: () => readEvents(read, guardOf(scope, idleTimeoutMs)),
    cancel: () => abort(new RouterError('CANCELLED')),
  };
}

function guardOf(scope: CallScope, idleTimeoutMs: number): EventGuard {
  const idle = phaseTimer(scope, idleTimeoutMs, 'an event');
  return { active: () => void idle.refresh(), failure: (error) => failureOf(error, scope, 'STREAM_CUT'), over: () => clearTimeout(idle) };
}

async function readText(read: BodyReader, limitBytes: number, scope: CallScope, idleTimeoutMs: number): Promise<string> {
  let idle: NodeJS.Timeout | undefined; // most answers are there at once
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for (;;) {
      const next = read();
      if (next instanceof Promise) idle = idle?.refresh() ?? phaseTimer(scope, idleTimeoutMs, 'more of the answer');
      const chunk = await next;
      if (chunk === undefined) break;
      size += chunk.length;
      if (size > limitBytes)
        throw new RouterError('UPSTREAM_INVALID', { at: 'reply', expected: `at most ${limitBytes} bytes`, received: 'more' });
      chunks.push(chunk);
    }
  } catch (error) {
    throw failureOf(error, scope, 'UPSTREAM_UNREACHABLE');
  } finally {
    clearTimeout(idle);
  }
  return (chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)).toString('utf8');
}

/** What a failed call amounts to: the reason it was aborted for, or a connection that broke in the phase that `otherwise` names. */
function failureOf(error: unknown, scope: CallScope, otherwise: 'UPSTREAM_UNREACHABLE' | 'STREAM_CUT'): RouterError {
  const reason = scope.reason();
  if (reason !== undefined) return reason;
  if (error instanceof RouterError) return error;
  return new RouterError(error instanceof errors.ConnectTimeoutError ? 'UPSTREAM_TIMEOUT' : otherwise, { cause: error });
}
