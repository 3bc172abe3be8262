// One HTTP exchange around the router: body in with a limit, answer out with back-pressure, abort both ways.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { asRouterError, RouterError } from '../errors.js';
import { isStream } from '../pipeline/respond.js';
import type { Router } from '../router.js';

/** The exchanges in progress, so that a shutdown can wait for them and in the end cut them. */
export interface OpenExchanges {
  readonly add: (controller: AbortController) => void;
  readonly remove: (controller: AbortController) => void;
  /** True once the server refuses new work. */
  readonly draining: () => boolean;
}

export interface ExchangeContext {
  readonly router: Router;
  readonly open: OpenExchanges;
}

/** Serves one chat request of `protocol`; never rejects. */
export async function serveChat(
  protocol: string,
  request: IncomingMessage,
  response: ServerResponse,
  { router, open }: ExchangeContext,
): Promise<void> {
  const controller = new AbortController();
  open.add(controller);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new RouterError('CLIENT_GONE'));
    open.remove(controller); // only now: a slow reader may still be receiving what was written
  });
  try {
    if (open.draining()) throw new RouterError('SHUTTING_DOWN', { retryAfterSeconds: 1 });
    const body = () => readBody(request, router.settings.limits.bodyBytes);
    const answer = await router.handle({
      protocol,
      headers: request.headers,
      body,
      signal: controller.signal,
      ip: request.socket.remoteAddress,
    });
    if (!request.complete) response.setHeader('connection', 'close'); // refused before its body was read
    if (isStream(answer.body)) {
      await writeStream(response, { ...answer, body: answer.body }, router.settings.server.heartbeatSeconds * 1000);
    } else writeJson(response, answer.status, answer.body, answer.headers);
  } catch (error) {
    writeFailure(request, response, router, error);
  }
}

/** Answers with the error in the protocol's shape, unless the head is already out. */
export function writeFailure(request: IncomingMessage, response: ServerResponse, router: Router, thrown: unknown): void {
  const error = asRouterError(thrown);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const { status, headers, body } = router.refuse(error, request.headers);
  if (!request.complete) response.setHeader('connection', 'close'); // the rest of the body is not read
  writeJson(response, status, body, headers);
}

/** A JSON answer with its length, in one write. */
export function writeJson(response: ServerResponse, status: number, body: object, headers: Readonly<Record<string, string>> = {}): void {
  if (response.destroyed) return;
  const text = JSON.stringify(body); // as text it leaves in one piece with the head
  response.writeHead(status, { ...headers, 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** The body, whole. Throws BODY_TOO_LARGE as soon as the limit is passed, announced or not. */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  refuseEncoding(request);
  const tooLarge = (size: number) =>
    new RouterError('BODY_TOO_LARGE', { at: 'body', expected: `at most ${limitBytes} bytes`, received: size.toString() });
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limitBytes) throw tooLarge(announced);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) {
        request.pause();
        reject(tooLarge(size));
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size)));
    request.once('error', (cause) => reject(new RouterError('CLIENT_GONE', { cause })));
    request.once('close', () => {
      if (!request.complete) reject(new RouterError('CLIENT_GONE'));
    });
  });
}

function refuseEncoding({ headers }: IncomingMessage): void {
  const { 'content-type': type, 'content-encoding': encoding } = headers;
  if (type !== undefined && !/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    throw new RouterError('CONTENT_TYPE_UNSUPPORTED', { at: 'content-type', expected: 'application/json', received: type.slice(0, 80) });
  }
  if (encoding !== undefined && encoding !== 'identity') {
    throw new RouterError('CONTENT_TYPE_UNSUPPORTED', { at: 'content-encoding', expected: 'none', received: encoding.slice(0, 80) });
  }
}

/** Resolves when the response takes more, or never will. */
function writable(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

async function writeStream(response: ServerResponse, answer: StreamAnswer, heartbeatMs: number): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  const heartbeat = heartbeatMs > 0 ? setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs) : undefined;
  try {
    for await (const chunk of answer.body) {
      if (response.destroyed) break;
      heartbeat?.refresh();
      if (!response.write(chunk)) await writable(response);
    }
  } finally {
    clearInterval(heartbeat);
  }
  response.end();
}
