// An upstream's event stream as frames: decoded in batches, held until there is content, told apart from a stream that was cut.

import { type Frame, hasContent } from '../chat/reply.js';
import { RouterError } from '../errors.js';
import type { OpenProvider } from '../providers/provider.js';
import type { TransportAnswer } from '../transport/transport.js';

/** How long the bytes after the end of a stream are waited for, so that the connection can be used again. */
const drainMs = 1_000;

/**
 * Frames in upstream's own batches. Throws STREAM_CUT where the bytes end before the stream does,
 * and whatever the provider or the transport throws; frames that came before it are handed on first.
 */
export async function* decodeFrames(answer: TransportAnswer, provider: OpenProvider): AsyncGenerator<readonly Frame[]> {
  const events = answer.events()[Symbol.asyncIterator]();
  let finished = false;
  let settled = false;
  try {
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      const { frames, ended, failure } = decodeBatch(next.value, provider);
      finished ||= frames.some(({ deltas }) => deltas.some((delta) => delta.type === 'choice-finish'));
      if (frames.length > 0) yield frames;
      if (failure !== undefined) throw failure;
      if (ended) {
        settled = true;
        void drain(events, answer);
        return;
      }
    }
    settled = true;
    if (!finished) throw new RouterError('STREAM_CUT', { at: 'stream', expected: 'an end', received: 'a closed connection' });
  } finally {
    if (!settled) answer.cancel();
  }
}

interface Batch {
  readonly frames: readonly Frame[];
  readonly ended: boolean;
  readonly failure: unknown;
}

function decodeBatch(events: readonly string[], provider: OpenProvider): Batch {
  const frames: Frame[] = [];
  try {
    for (const data of events) {
      const frame = provider.decodeEvent(data);
      if (frame === 'end') return { frames, ended: true, failure: undefined };
      frames.push(frame);
    }
    return { frames, ended: false, failure: undefined };
  } catch (failure) {
    return { frames, ended: false, failure };
  }
}

async function drain(events: AsyncIterator<readonly string[]>, answer: TransportAnswer): Promise<void> {
  const timer = setTimeout(answer.cancel, drainMs);
  try {
    while ((await events.next()).done !== true);
  } catch {
    // the answer is complete: how its connection ends no longer matters
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Waits until `frames` holds content, or `holdMs` have passed, then hands on everything from the start.
 * Until it resolves nothing has been shown to anyone, so a rejection may still fall back.
 */
export async function holdUntilContent(frames: AsyncGenerator<readonly Frame[]>, holdMs: number): Promise<AsyncIterable<readonly Frame[]>> {
  const held: (readonly Frame[])[] = [];
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<'expired'>((resolve) => {
    timer = setTimeout(resolve, holdMs, 'expired');
  });
  try {
    for (;;) {
      const pending = frames.next();
      const next = await Promise.race([pending, expiry]);
      if (next === 'expired') return resume(held, frames, pending);
      if (next.done === true) throw new RouterError('UPSTREAM_INVALID', { at: 'stream', expected: 'content', received: 'an empty answer' });
      held.push(next.value);
      if (next.value.some(hasContent)) return resume(held, frames, undefined);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** The held batches, then the rest as it comes; plain delegation, since every layer of generators is paid for each event. */
function resume(
  held: readonly (readonly Frame[])[],
  frames: AsyncGenerator<readonly Frame[]>,
  pending: Promise<IteratorResult<readonly Frame[]>> | undefined,
): AsyncIterable<readonly Frame[]> {
  let at = 0;
  let waiting = pending;
  waiting?.catch(() => undefined); // told to whoever reads on; nobody may
  const next = (): Promise<IteratorResult<readonly Frame[]>> => {
    const batch = held[at++];
    if (batch !== undefined) return Promise.resolve({ done: false, value: batch });
    const first = waiting;
    waiting = undefined;
    return first ?? frames.next();
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => frames.return(undefined) }) };
}
