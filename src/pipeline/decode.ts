// The decode stage: the body as JSON, refused where it is too big, too deep, ambiguous or not JSON at all.

import { isUtf8 } from 'node:buffer';
import { isObject, type JsonValue, typeName } from '../chat/json.js';
import { countKeys, type JsonScan, scanJson } from '../chat/json-scan.js';
import { RouterError } from '../errors.js';
import type { Body, Decoded, Inbound } from './exchange.js';
import type { LimitOptions } from './options.js';
import type { Stage } from './stage.js';

/** Throws BODY_TOO_LARGE or BODY_INVALID. */
export function decode(limits: LimitOptions): Stage<Inbound, Decoded> {
  return {
    name: 'decode',
    run: async ({ body }, next) => next({ decoded: decodeBody(typeof body === 'function' ? await body() : body, limits) }),
  };
}

/** Throws BODY_TOO_LARGE or BODY_INVALID. */
export function decodeBody(body: Body, limits: LimitOptions): Decoded['decoded'] {
  const text = textOf(body, limits.bodyBytes);
  const scan = scanJson(text, { depth: limits.jsonDepth, tokens: limits.jsonTokens });
  if ('limit' in scan) {
    const expected =
      scan.limit === 'depth' ? `at most ${limits.jsonDepth} levels of nesting` : `at most ${limits.jsonTokens} values and keys`;
    throw new RouterError('BODY_INVALID', { at: 'body', expected, received: 'more' });
  }
  const value = parse(text);
  if (!isObject(value)) throw new RouterError('BODY_INVALID', { at: 'body', expected: 'a JSON object', received: typeName(value) });
  refuseDuplicates(scan, value);
  return { value, text, spans: scan.spans };
}

/**
 * Two values under one key read differently here and upstream: what is checked would not be what is forwarded.
 * `JSON.parse` keeps one of them, so fewer keys in the value than in the text tells.
 */
function refuseDuplicates(scan: JsonScan, value: JsonValue): void {
  if (countKeys(value) === scan.keys) return;
  throw new RouterError('BODY_INVALID', { at: 'body', expected: 'every key once in its object', received: 'a key twice' });
}

function textOf(body: Body, limitBytes: number): string {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return JSON.stringify(body);
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > limitBytes)
    throw new RouterError('BODY_TOO_LARGE', { at: 'body', expected: `at most ${limitBytes} bytes`, received: `${size}` });
  if (typeof body === 'string') return body;
  if (!isUtf8(body)) throw new RouterError('BODY_INVALID', { at: 'body', expected: 'UTF-8', received: 'other bytes' });
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

function parse(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (error) {
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const received = position === undefined ? 'text that ends too early or is none' : `a mistake at character ${position}`;
    throw new RouterError('BODY_INVALID', { at: 'body', expected: 'JSON', received });
  }
}
