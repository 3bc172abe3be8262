// Every way signalbox can fail, in one table: code → HTTP status, OpenAI error type, default message, whether trying again can help.

interface Row {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly retryable: boolean;
}

const table = {
  // the caller's request
  BODY_TOO_LARGE: row(413, 'invalid_request_error', 'The request body is larger than this server accepts.'),
  BODY_INVALID: row(400, 'invalid_request_error', 'The request body is not acceptable JSON.'),
  CONTENT_TYPE_UNSUPPORTED: row(415, 'invalid_request_error', 'The request body must be JSON.'),
  REQUEST_INVALID: row(400, 'invalid_request_error', 'The request does not have the expected shape.'),
  ROUTING_MODE_UNKNOWN: row(400, 'invalid_request_error', 'The routing header names no routing mode.'),
  MODEL_ALIAS_WITHOUT_ROUTING: row(400, 'invalid_request_error', 'The model is the routing alias, but routing is off for this request.'),
  MODEL_UNKNOWN: row(404, 'invalid_request_error', 'No such model is configured.'),
  CONTEXT_TOO_LONG: row(400, 'invalid_request_error', 'No candidate model can take a request of this size.'),
  NO_CANDIDATE: row(400, 'invalid_request_error', 'No candidate model can serve what this request asks for.'),
  FEEDBACK_UNKNOWN: row(404, 'invalid_request_error', 'No answer of that request id is remembered for this caller.'),
  FEEDBACK_REPEATED: row(409, 'invalid_request_error', 'There was feedback on that answer before.'),
  ROUTE_UNKNOWN: row(404, 'invalid_request_error', 'No such endpoint.'),
  METHOD_NOT_ALLOWED: row(405, 'invalid_request_error', 'This endpoint does not take that method.'),
  UNAUTHORIZED: row(401, 'authentication_error', 'A valid API key is required.'),
  CLIENT_GONE: row(499, 'client_closed_request', 'The client closed the request.'),
  // upstream
  UPSTREAM_REJECTED: row(400, 'invalid_request_error', 'The model refused the request.'),
  UPSTREAM_UNAUTHORIZED: row(502, 'upstream_error', 'The model endpoint did not accept the configured credential.'),
  UPSTREAM_RATE_LIMITED: row(429, 'rate_limit_error', 'Every candidate model is rate limited.', true),
  UPSTREAM_FAILED: row(502, 'upstream_error', 'Every candidate model failed.', true),
  UPSTREAM_INVALID: row(502, 'upstream_error', 'The model answered something that is not a reply.', true),
  UPSTREAM_TIMEOUT: row(504, 'upstream_error', 'No candidate model answered in time.', true),
  UPSTREAM_UNREACHABLE: row(502, 'upstream_error', 'No candidate model could be reached.', true),
  STREAM_CUT: row(502, 'upstream_error', 'The model stopped in the middle of its answer.', true),
  SHUTTING_DOWN: row(503, 'server_error', 'The server is shutting down.', true),
  // configuration and start
  CONFIG_INVALID: row(500, 'configuration_error', 'The configuration has faults.'),
  CONFIG_UNREADABLE: row(500, 'configuration_error', 'The configuration file cannot be read.'),
  SECRET_MISSING: row(500, 'configuration_error', 'A secret that the configuration refers to is missing.'),
  BACKEND_UNAVAILABLE: row(500, 'configuration_error', 'The native backend that was asked for does not load.'),
  BIND_REFUSED: row(500, 'configuration_error', 'Refusing to listen there without API keys.'),
  ADDRESS_IN_USE: row(500, 'configuration_error', 'The address is already in use.'),
  MODEL_NOT_FOUND: row(500, 'configuration_error', 'The model is not on this machine.'),
  DOWNLOAD_FAILED: row(502, 'server_error', 'The model cannot be brought to this machine.', true),
  // the native side (crates/base holds the same words)
  INVALID_INPUT: row(400, 'invalid_request_error', 'A value does not have the expected type, range or shape.'),
  CAPABILITY_MISSING: row(501, 'capability_error', 'The loaded native backend cannot do this.'),
  MODEL_INVALID: row(500, 'configuration_error', 'The model folder cannot be loaded.'),
  DISPOSED: row(500, 'server_error', 'The handle was already disposed.'),
  CANCELLED: row(499, 'client_closed_request', 'The call was cancelled.'),
  DEADLINE_EXCEEDED: row(504, 'server_error', 'The deadline of the call passed before it was done.', true),
  OVERLOADED: row(503, 'server_error', 'Too many calls wait for the native engine.', true),
  INTERNAL: row(500, 'server_error', 'Something failed inside signalbox.'),
} as const satisfies Record<string, Row>;

function row(status: number, type: string, message: string, retryable = false): Row {
  return { status, type, message, retryable };
}

/** One word of the closed list of failures. */
export type ErrorCode = keyof typeof table;

/** All codes, for the catalogue test and the docs. */
export const errorCodes: readonly ErrorCode[] = Object.keys(table).filter(isErrorCode);

/** True when `word` is one of ours. */
export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(table, word);
}

/** What is known about a failure beyond its code; every field is safe to show to the caller. */
export interface ErrorDetails {
  readonly message?: string | undefined;
  readonly expected?: string | undefined;
  readonly received?: string | undefined;
  readonly at?: string | undefined;
  /** An HTTP status that overrides the table's: an upstream's own 4xx is handed on as it came. */
  readonly status?: number | undefined;
  readonly retryAfterSeconds?: number | undefined;
  /** The upstream's own code, where its refusal is handed on. */
  readonly upstreamCode?: string | undefined;
  readonly cause?: unknown;
}

/** Every expected failure: `code`, and as fields what was expected, what came and where. */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly received: string | undefined;
  readonly at: string | undefined;
  readonly status: number;
  readonly type: string;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly upstreamCode: string | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const entry: Row = table[code];
    super(details.message ?? describe(entry.message, details), { cause: details.cause });
    this.code = code;
    this.expected = details.expected;
    this.received = details.received;
    this.at = details.at;
    this.status = details.status ?? entry.status;
    this.type = entry.type;
    this.retryable = entry.retryable;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.upstreamCode = details.upstreamCode;
  }
}

/** Any thrown value as a `RouterError`: what is not one of ours becomes INTERNAL, its text kept only as the cause. */
export function asRouterError(thrown: unknown): RouterError {
  return thrown instanceof RouterError ? thrown : new RouterError('INTERNAL', { cause: thrown });
}

function describe(sentence: string, { expected, received, at }: ErrorDetails): string {
  const parts = [expected === undefined ? '' : `expected ${expected}`, received === undefined ? '' : `received ${received}`];
  const told = parts.filter((part) => part !== '').join(', ');
  if (at === undefined && told === '') return sentence;
  const where = at === undefined ? '' : `At ${at}`;
  return `${sentence} ${[where, told].filter((part) => part !== '').join(': ')}.`;
}
