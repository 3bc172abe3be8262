// What the scripted upstream can do with one request: each behaviour is a plain function, built from the few verbs of `Exchange`.

import type { ServerResponse } from 'node:http';
import {
  answerText,
  completion,
  event,
  events,
  type Json,
  type JsonObject,
  textChunks,
  twoChoiceChunks,
  usageChunk,
} from './chat-frames.js';

/** One request at the upstream, and what can be done to it. */
export interface Exchange {
  readonly body: JsonObject;
  readonly response: ServerResponse;
  /** Aborts when the exchange is over, whoever ended it. */
  readonly over: AbortSignal;
  /** Writes and waits until the bytes have left this process (and, under back-pressure, for `drain`). */
  readonly write: (bytes: string | Uint8Array) => Promise<void>;
  /** Ends the connection without ending the answer: RST, or FIN. */
  readonly cut: (how: 'reset' | 'fin') => void;
}

export type Behaviour = (exchange: Exchange) => Promise<void> | void;

/** A wait that the test ends: `await gate.opened` in a behaviour, `gate.open()` in the test. */
export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gate(): Gate {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Bytes to send, or a wait the test ends. */
export type Part = string | Uint8Array | Gate;
/** How a stream's connection ends: properly, by RST, by FIN in mid-answer, or never. */
export type Ending = 'end' | 'reset' | 'fin' | 'hang';

const json = 'application/json';
const eventStream = 'text/event-stream; charset=utf-8';

/** A true OpenAI-like answer: JSON or stream as asked, `n` choices, usage when asked for. */
export function ok(): Behaviour {
  return async (exchange) => {
    const { body } = exchange;
    const two = body.n === 2;
    if (body.stream !== true)
      return reply(
        200,
        completion(two ? [{ content: `0:${answerText}` }, { content: `1:${answerText}` }] : [{ content: answerText }]),
      )(exchange);
    const options = body.stream_options as JsonObject | undefined;
    const chunks = [...(two ? twoChoiceChunks() : textChunks()), ...(options?.include_usage === true ? [usageChunk] : [])];
    return stream(events(chunks))(exchange);
  };
}

/** One of two behaviours, by whether the request asks for a stream. */
export function byKind(behaviours: { readonly stream: Behaviour; readonly json: Behaviour }): Behaviour {
  return (exchange) => (exchange.body.stream === true ? behaviours.stream : behaviours.json)(exchange);
}

/** A whole JSON answer with any status. */
export function reply(status: number, value: Json, headers: Record<string, string> = {}): Behaviour {
  return text(status, JSON.stringify(value), { 'content-type': json, ...headers });
}

/** Any status, headers and body text, with the right content-length. */
export function text(status: number, body: string, headers: Record<string, string>): Behaviour {
  return async ({ response, write }) => {
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers });
    if (body !== '') await write(body);
    response.end();
  };
}

/** An OpenAI-shaped error; `message` carries what must never reach a client when it names a secret. */
export function failure(status: number, message = `scripted ${status}`, headers: Record<string, string> = {}): Behaviour {
  return reply(status, { error: { message, type: 'scripted_error', param: null, code: `scripted_${status}` } }, headers);
}

export function html(status: number): Behaviour {
  return text(status, '<html><head><title>nginx</title></head><body><h1>gateway-internal.example</h1></body></html>', {
    'content-type': 'text/html',
  });
}

export function empty(status = 200): Behaviour {
  return text(status, '', { 'content-type': json });
}

export function invalidJson(): Behaviour {
  return text(200, '{"id": nonsense', { 'content-type': json });
}

/** Half of a true reply under the content-length of the whole, then FIN. */
export function truncatedJson(): Behaviour {
  const whole = JSON.stringify(completion([{ content: answerText }]));
  return async ({ response, write, cut }) => {
    response.writeHead(200, { 'content-type': json, 'content-length': Buffer.byteLength(whole) });
    await write(whole.slice(0, whole.length / 2));
    cut('fin');
  };
}

export function resetBeforeHeaders(): Behaviour {
  return ({ cut }) => cut('reset');
}

/** Status and headers, then RST before any byte of the body. */
export function resetAfterHeaders(): Behaviour {
  return async ({ body, response, cut }) => {
    response.writeHead(200, { 'content-type': body.stream === true ? eventStream : json });
    await new Promise<void>((resolve) => {
      response.flushHeaders();
      response.socket?.write('', () => resolve());
    });
    cut('reset');
  };
}

/** Takes the request and never says a word. */
export function silence(): Behaviour {
  return ({ over }) => until(over);
}

/** Headers only once `first` opens, then `then`. */
export function held(first: Gate, then: Behaviour): Behaviour {
  return async (exchange) => {
    await Promise.race([first.opened, until(exchange.over)]);
    if (!exchange.over.aborted) await then(exchange);
  };
}

/**
 * An SSE answer made of `parts`, and an `ending`. Between two parts a reader in this process gets its turn,
 * so that it sees each part by itself: two that wait in its socket together would arrive as one.
 */
export function stream(parts: readonly Part[], ending: Ending = 'end', headers: Record<string, string> = {}): Behaviour {
  return async ({ response, write, cut, over }) => {
    response.writeHead(200, { 'content-type': eventStream, ...headers });
    response.flushHeaders();
    for (const part of parts) {
      if (over.aborted) return;
      if (typeof part === 'string' || part instanceof Uint8Array) await write(part).then(turns);
      else await Promise.race([part.opened, until(over)]);
    }
    if (over.aborted) return;
    if (ending === 'end') response.end();
    else if (ending === 'hang') await until(over);
    else cut(ending);
  };
}

/** Content for ever, as fast as the reader takes it; the number of events so far goes to `count`. */
export function endless(make: (sequence: number) => JsonObject, count: (sequence: number) => void = () => undefined): Behaviour {
  return async ({ response, write, over }) => {
    response.writeHead(200, { 'content-type': eventStream });
    for (let sequence = 0; !over.aborted; sequence++) {
      await write(event(make(sequence)));
      count(sequence + 1);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
}

/** Comments for ever, one per turn of the loop, after `parts`: a heartbeat that must not pass for data. */
export function heartbeats(parts: readonly string[]): Behaviour {
  return async ({ response, write, over }) => {
    response.writeHead(200, { 'content-type': eventStream });
    for (const part of parts) await write(part);
    while (!over.aborted) {
      await write(': ping\n\n');
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
}

/** Two turns of the event loop: in the first the reader's socket becomes readable, in the second its stream has been read. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

function until(over: AbortSignal): Promise<void> {
  if (over.aborted) return Promise.resolve();
  return new Promise((resolve) => over.addEventListener('abort', () => resolve(), { once: true }));
}
