// Server-sent events out of a body: split anywhere, even inside a character, one batch of event data for each piece of bytes.

import { createParser } from 'eventsource-parser';
import { RouterError } from '../errors.js';
import type { BodyReader } from './call.js';

/** The largest single event, in UTF-16 units; an upstream that passes it is broken. */
const eventLimit = 16 * 1024 * 1024;

export interface EventGuard {
  /** A batch of events has come; comments are none. */
  readonly active: () => void;
  /** What to throw for what reading threw. */
  readonly failure: (error: unknown) => RouterError;
  /** Nothing more is read. */
  readonly over: () => void;
}

/**
 * The data of each event, in the batches in which the bytes arrive.
 * Ends when the bytes end; an event without its blank line is complete then.
 */
export async function* readEvents(read: BodyReader, guard: EventGuard): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  let pending = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      batch.push(data);
      pending = 0;
    },
  });
  const decoder = new TextDecoder();
  try {
    for (let chunk = await read(); chunk !== undefined; chunk = await read()) {
      const text = decoder.decode(chunk, { stream: true });
      pending += text.length;
      parser.feed(text);
      if (pending > eventLimit) throw tooLong();
      if (batch.length === 0) continue;
      guard.active();
      const ready = batch;
      batch = [];
      yield ready;
    }
    parser.feed(`${decoder.decode()}\n\n`);
    if (batch.length > 0) yield batch;
  } catch (error) {
    throw guard.failure(error);
  } finally {
    guard.over();
  }
}

function tooLong(): RouterError {
  return new RouterError('UPSTREAM_INVALID', { at: 'stream', expected: `events below ${eventLimit} characters`, received: 'more' });
}
