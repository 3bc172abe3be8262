// The only upstream I/O: one keep-alive pool an origin, timeouts of each phase, abort, bounded bodies.

import { type Dispatcher, errors, Pool } from 'undici';
import { RouterError } from '../errors.js';
import { readEvents } from './events.js';

export interface TransportOptions {
  readonly connectTimeoutMs: number;
  readonly firstByteTimeoutMs: number;
  readonly idleTimeoutMs: number;
}

export interface TransportCall {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** An upstream's answer, its head read and its body not; the body must be read or cancelled. */
export interface TransportAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfterSeconds: number | undefined;
  /** The whole body. Throws UPSTREAM_INVALID above `limitBytes`. */
  readonly text: (limitBytes: number) => Promise<string>;
  /** The data of its server-sent events. */
  readonly events: () => AsyncIterable<readonly string[]>;
  readonly cancel: () => void;
}

export interface Transport {
  /** Throws UPSTREAM_TIMEOUT or UPSTREAM_UNREACHABLE, or the signal's reason. */
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
    send: async ({ url, headers, body, signal }) => {
      const { origin, path } = splitUrl(url);
      try {
        return answerOf(await poolOf(origin).request({ path, method: 'POST', headers, body, signal }));
      } catch (error) {
        throw asTransportError(error, signal);
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      pools.clear();
    },
  };
}

function openPool(origin: string, options: TransportOptions): Pool {
  return new Pool(origin, {
    connect: { timeout: options.connectTimeoutMs },
    headersTimeout: options.firstByteTimeoutMs,
    bodyTimeout: options.idleTimeoutMs,
    keepAliveTimeout: 30_000,
    pipelining: 1,
  });
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

function answerOf({ statusCode, headers, body }: Dispatcher.ResponseData): TransportAnswer {
  return {
    status: statusCode,
    contentType: String(headers['content-type'] ?? ''),
    retryAfterSeconds: parseRetryAfter(headers['retry-after']),
    text: (limitBytes) => readText(body, limitBytes, Number(headers['content-length'] ?? 0)),
    events: () => readEvents(body),
    cancel: () => {
      body.on('error', () => undefined); // destroying an unread body reports the abort, which is what we want
      body.destroy();
    },
  };
}

async function readText(body: Dispatcher.ResponseData['body'], limitBytes: number, announced: number): Promise<string> {
  if (announced > 0 && announced <= limitBytes) return body.text();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limitBytes) {
      body.destroy();
      throw new RouterError('UPSTREAM_INVALID', { at: 'reply', expected: `at most ${limitBytes} bytes`, received: 'more' });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Seconds to wait, from either form of the header (RFC 9110 §10.2.3). */
function parseRetryAfter(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}

/** What a failed call amounts to: the caller's own abort as its reason, timeouts and broken connections as ours. */
export function asTransportError(error: unknown, signal: AbortSignal): RouterError {
  if (error instanceof RouterError) return error;
  if (signal.aborted) return signal.reason instanceof RouterError ? signal.reason : new RouterError('CLIENT_GONE', { cause: error });
  const timeout =
    error instanceof errors.ConnectTimeoutError || error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return new RouterError(timeout ? 'UPSTREAM_TIMEOUT' : 'UPSTREAM_UNREACHABLE', { cause: error });
}
