// Server-sent events out of a byte stream: split anywhere, even inside a character, one batch of event data for each chunk of bytes.

import { createParser } from 'eventsource-parser';
import { RouterError } from '../errors.js';

/** The largest single event, in UTF-16 units; an upstream that passes it is broken. */
const eventLimit = 16 * 1024 * 1024;

/**
 * The data of each event, in the batches in which the bytes arrive; `onEvents` is told of each batch, comments are none.
 * Ends when the bytes end; an event without its blank line is complete then.
 */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>, onEvents: () => void): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  let pending = 0;
  const parser = createParser({
    onEvent: ({ data }) => {
      batch.push(data);
      pending = 0;
    },
  });
  const decoder = new TextDecoder();
  for await (const chunk of bytes) {
    const text = decoder.decode(chunk, { stream: true });
    pending += text.length;
    parser.feed(text);
    if (pending > eventLimit) {
      throw new RouterError('UPSTREAM_INVALID', { at: 'stream', expected: `events below ${eventLimit} characters`, received: 'more' });
    }
    if (batch.length > 0) {
      onEvents();
      yield batch;
      batch = [];
    }
  }
  parser.feed(`${decoder.decode()}\n\n`);
  if (batch.length > 0) yield batch;
}
