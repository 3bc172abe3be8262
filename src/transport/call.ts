// One HTTP call on undici's bare dispatch: no stream objects, back-pressure by pausing, and an abort that works in every phase.

import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher, Pool } from 'undici';
import type { RouterError } from '../errors.js';

export interface CallHead {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** The next piece of a body, at once where it is there already; undefined at its end. Fails as its call does. */
export type BodyReader = () => Buffer | undefined | Promise<Buffer | undefined>;

export interface OpenCall {
  /** Resolves when the head of the answer is there; rejects with what undici reports, or with the reason of `abort`. */
  readonly head: Promise<CallHead>;
  /** The bytes of the body, in upstream's own pieces. */
  readonly read: BodyReader;
  /** Ends the call at once; what is waited for rejects with `reason`. After the end of the body it does nothing. */
  readonly abort: (reason: RouterError) => void;
}

/** Bytes that may wait unread before the upstream is made to wait. */
const highWaterBytes = 256 * 1024;

type Options = Pick<Dispatcher.DispatchOptions, 'path' | 'body' | 'headers'>;

/** Sends a POST request. */
export function openCall(pool: Pool, { path, headers, body }: Options): OpenCall {
  const received = byteQueue();
  let controller: Dispatcher.DispatchController | undefined;
  let aborted: RouterError | undefined;
  let fail: (error: Error) => void = received.end;
  const head = new Promise<CallHead>((resolve, reject) => {
    fail = (error) => {
      reject(error);
      received.end(error);
    };
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (started) => {
        controller = started;
        received.control(started);
        if (aborted !== undefined) started.abort(aborted);
      },
      onResponseStart: (_, status, answered) => {
        if (status >= 200) resolve({ status, headers: answered }); // an informational answer is not the answer
      },
      onResponseData: (_, chunk) => received.push(chunk),
      onResponseEnd: () => received.end(undefined),
      onResponseError: (_, error) => fail(error),
    };
    pool.dispatch({ path, method: 'POST', headers: headers ?? null, body: body ?? null }, handler);
  });
  return {
    head,
    read: received.read,
    abort: (reason) => {
      if (received.ended()) return;
      aborted = reason;
      fail(reason);
      controller?.abort(reason);
    },
  };
}

type Control = Pick<Dispatcher.DispatchController, 'pause' | 'resume'>;

/** Bytes on their way from a callback to an iterator. */
function byteQueue() {
  const chunks: Buffer[] = [];
  let waitingBytes = 0;
  let over = false;
  let failure: Error | undefined;
  let control: Control | undefined;
  let paused = false;
  let wake: (() => void) | undefined;
  const end = (error: Error | undefined) => {
    if (over) return;
    over = true;
    failure = error;
    wake?.();
  };
  const take = (): Buffer | undefined => {
    const chunk = chunks.shift();
    if (chunk === undefined) return undefined;
    waitingBytes -= chunk.length;
    if (paused && waitingBytes < highWaterBytes / 2) {
      paused = false;
      control?.resume();
    }
    return chunk;
  };
  const read: BodyReader = () => {
    const chunk = take();
    if (chunk !== undefined) return chunk;
    if (failure !== undefined) throw failure;
    if (over) return undefined;
    return new Promise<void>((resolve) => {
      wake = resolve;
    }).then(read);
  };
  return {
    control: (given: Control) => {
      control = given;
    },
    ended: () => over,
    end,
    push: (chunk: Buffer) => {
      if (over) return;
      chunks.push(chunk);
      waitingBytes += chunk.length;
      if (!paused && waitingBytes > highWaterBytes) {
        paused = true;
        control?.pause();
      }
      wake?.();
    },
    read,
  };
}
