// Where log lines go: a file descriptor written in batches off the hot path, or anything with a `write`.

import { type DestinationStream, pino } from 'pino';

/** A file descriptor, or an object that takes each line as it comes. */
export type SinkTarget = number | DestinationStream;

export interface LogSink {
  readonly stream: DestinationStream;
  /** Writes what waits, soon. */
  readonly flush: () => void;
  /** Resolves when everything is out, or could not be written within a second. */
  readonly close: () => Promise<void>;
}

const batchBytes = 12 * 1024;
/** Lines beyond this wait nowhere: a reader that stands still must not fill the memory. */
const waitingBytes = 16 * 1024 * 1024;
const flushEveryMs = 1000;

/** Lines still waiting are also written when the process exits. `onDrop` hears how many were lost, at most once a second. */
export function openSink(target: SinkTarget, onDrop: (lines: number) => void): LogSink {
  if (typeof target !== 'number') return { stream: target, flush: () => undefined, close: async () => undefined };
  const stream = pino.destination({ dest: target, sync: false, minLength: batchBytes, maxLength: waitingBytes });
  let dropped = 0;
  stream.on('drop', () => {
    dropped += 1;
  });
  const tick = (): void => {
    stream.flush();
    if (dropped === 0) return;
    const lost = dropped;
    dropped = 0;
    onDrop(lost);
  };
  const timer = setInterval(tick, flushEveryMs);
  timer.unref();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await settled(stream);
  };
  return { stream, flush: () => stream.flush(), close };
}

async function settled(stream: ReturnType<typeof pino.destination>): Promise<void> {
  let limit: NodeJS.Timeout | undefined;
  const flushed = new Promise<void>((resolve) => stream.flush(() => resolve()));
  const expired = new Promise<void>((resolve) => {
    limit = setTimeout(resolve, flushEveryMs);
  });
  await Promise.race([flushed, expired]);
  clearTimeout(limit);
}
