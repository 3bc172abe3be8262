// The trace stage: a request id, the caller's own where it is well formed.

import { randomUUID } from 'node:crypto';
import type { HeaderMap, Inbound, Traced } from './exchange.js';
import type { Stage } from './stage.js';

/** Printable, no spaces, bounded: safe in headers and logs. */
const wellFormed = /^[\w.:/+=-]{1,128}$/;

export const trace: Stage<Inbound, Traced> = {
  name: 'trace',
  run: ({ headers }, next) => next({ trace: { id: requestId(headers) } }),
};

/** The id of a request, for its answer, its log line and its upstream calls. */
export function requestId(headers: HeaderMap): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && wellFormed.test(given) ? given : randomUUID();
}
