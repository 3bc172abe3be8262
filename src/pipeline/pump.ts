// The one pump of an answer: runs the response stages over its frames, in order, and tells each exactly once how it ended.

import { accumulator } from '../chat/accumulate.js';
import { type Delta, type Frame, hasContent, type Reply } from '../chat/reply.js';
import { asRouterError, type RouterError } from '../errors.js';
import type { AnswerHead, Ending, ResponseStage, ResponseWatch } from './response-stage.js';

/** A whole reply: nothing to follow, only to complete. */
export async function pumpReply(reply: Reply, head: AnswerHead, stages: readonly ResponseStage[]): Promise<void> {
  const endMs = performance.now() - head.facts.progress.startedAtMs;
  await complete(
    stages.map((stage) => stage.open(head)),
    { status: 'complete', error: undefined, reply, firstContentMs: endMs, endMs },
  );
}

/**
 * The frames as the client may see them. When the upstream breaks off, the failure is thrown after the frames that came,
 * as a `RouterError`; when the consumer stops early, the answer counts as aborted. `first` is told before the stages.
 */
export async function* pumpStream(
  frames: AsyncIterable<readonly Frame[]>,
  head: AnswerHead,
  stages: readonly ResponseStage[],
  first?: ResponseWatch,
): AsyncGenerator<readonly Frame[]> {
  const opened = stages.map((stage) => stage.open(head));
  const watches = first === undefined ? opened : [first, ...opened];
  const edits = watches.flatMap(({ edit }) => (edit === undefined ? [] : [edit]));
  const folded = accumulator();
  const since = () => performance.now() - head.facts.progress.startedAtMs;
  let firstContentMs: number | undefined;
  let status: Ending['status'] = 'aborted';
  let error: RouterError | undefined;
  try {
    for await (const batch of frames) {
      const seen = edits.length === 0 ? batch : batch.map((frame) => editFrame(frame, edits));
      if (firstContentMs === undefined && batch.some(hasContent)) firstContentMs = since();
      for (const frame of seen) folded.add(frame);
      yield seen;
    }
    const rest = flush(watches);
    for (const frame of rest) folded.add(frame);
    if (rest.length > 0) yield rest;
    status = 'complete';
  } catch (thrown) {
    error = asRouterError(thrown);
    status = error.code === 'CLIENT_GONE' ? 'aborted' : 'cut';
    throw error;
  } finally {
    await complete(watches, { status, error, reply: folded.reply(), firstContentMs, endMs: since() });
  }
}

/** A frame that no stage touched keeps its source, and so goes out as the upstream wrote it. */
function editFrame(frame: Frame, edits: readonly NonNullable<ResponseWatch['edit']>[]): Frame {
  let deltas = frame.deltas;
  for (const edit of edits) deltas = deltas.flatMap((delta) => edit(delta));
  const same = deltas.length === frame.deltas.length && deltas.every((delta, index) => delta === frame.deltas[index]);
  return same ? frame : { deltas };
}

/** What a stage held back passes through the stages after it. */
function flush(watches: readonly ResponseWatch[]): readonly Frame[] {
  let deltas: readonly Delta[] = [];
  for (const watch of watches) {
    const { edit } = watch;
    if (edit !== undefined) deltas = deltas.flatMap((delta) => edit(delta));
    deltas = [...deltas, ...(watch.flush?.() ?? [])];
  }
  return deltas.length === 0 ? [] : [{ deltas }];
}

async function complete(watches: readonly ResponseWatch[], ending: Ending): Promise<void> {
  for (const watch of watches) await watch.complete?.(ending);
}
