// The pump of an answer: order, editing with and without source, and how each ending is told, exactly once.

import { describe, expect, it } from 'vitest';
import { sampleFacts, target } from '../../test/contract/sample-facts.js';
import type { Delta, Frame } from '../chat/reply.js';
import { RouterError } from '../errors.js';
import { pumpStream } from './pump.js';
import type { Ending, ResponseStage } from './response-stage.js';

const text = (words: string): Delta => ({ type: 'text-delta', choice: 0, text: words });
const frame = (...words: string[]): Frame => ({ deltas: words.map(text), source: { family: 'openai', value: { words: words.join() } } });
const end: Frame = {
  deltas: [
    { type: 'choice-finish', choice: 0, reason: 'stop' },
    { type: 'usage-report', usage: { inputTokens: 1, outputTokens: 2 } },
  ],
};

async function* upstream(batches: readonly (readonly Frame[])[], failure?: Error): AsyncGenerator<readonly Frame[]> {
  yield* batches;
  if (failure !== undefined) throw failure;
}

function recorder(edit?: (delta: Delta) => readonly Delta[], flush?: () => readonly Delta[]) {
  const endings: Ending[] = [];
  const stage: ResponseStage = {
    name: 'recorder',
    open: () => ({ ...(edit && { edit }), ...(flush && { flush }), complete: (ending) => void endings.push(ending) }),
  };
  return { stage, endings };
}

const head = () => ({ facts: sampleFacts(), target, attempts: 1, stream: true });

async function drain(frames: AsyncIterable<readonly Frame[]>, limit = Number.POSITIVE_INFINITY) {
  const seen: Frame[] = [];
  for await (const batch of frames) {
    seen.push(...batch);
    if (seen.length >= limit) break;
  }
  return seen;
}

describe('pumpStream', () => {
  it('hands frames on as they came when nobody edits', async () => {
    const batches = [[frame('a'), frame('b')], [end]];
    const { stage, endings } = recorder();
    expect(await drain(pumpStream(upstream(batches), head(), [stage]))).toEqual(batches.flat());
    expect(endings).toMatchObject([
      { status: 'complete', reply: { choices: [{ text: 'ab', finish: 'stop' }], usage: { outputTokens: 2 } } },
    ]);
  });

  it('drops the source of an edited frame only', async () => {
    const shout = (delta: Delta) => (delta.type === 'text-delta' && delta.text === 'b' ? [text('B'), text('!')] : [delta]);
    const { stage, endings } = recorder(shout);
    const seen = await drain(pumpStream(upstream([[frame('a')], [frame('b')], [end]]), head(), [stage]));
    expect(seen).toEqual([frame('a'), { deltas: [text('B'), text('!')] }, end]);
    expect(endings[0]?.reply.choices[0]?.text).toBe('aB!');
  });

  it('runs editors in order, and what one held back passes through those after it', async () => {
    const held: Delta[] = [];
    const keepBack = (delta: Delta): readonly Delta[] => {
      if (delta.type !== 'text-delta') return [delta];
      held.push(delta);
      return [];
    };
    const hold = recorder(keepBack, () => held);
    const shout = recorder((delta) => (delta.type === 'text-delta' ? [text(delta.text.toUpperCase())] : [delta]));
    const seen = await drain(pumpStream(upstream([[frame('a')], [end]]), head(), [hold.stage, shout.stage]));
    expect(seen.flatMap(({ deltas }) => deltas)).toEqual([...end.deltas, text('A')]);
  });

  it.each([
    ['an upstream that breaks off', new RouterError('STREAM_CUT'), 'cut'],
    ['a client that went away', new RouterError('CLIENT_GONE'), 'aborted'],
    ['a bug', new Error('boom'), 'cut'],
  ])('tells %s once, after what came', async (_, failure, status) => {
    const { stage, endings } = recorder();
    const seen: Frame[] = [];
    const run = (async () => {
      for await (const batch of pumpStream(upstream([[frame('a')]], failure), head(), [stage])) seen.push(...batch);
    })();
    await expect(run).rejects.toBeInstanceOf(RouterError);
    expect(seen).toEqual([frame('a')]);
    expect(endings).toMatchObject([{ status, reply: { choices: [{ text: 'a' }] } }]);
  });

  it('counts a consumer that stops early as aborted, and lets go of the upstream', async () => {
    let released = false;
    async function* endless(): AsyncGenerator<readonly Frame[]> {
      try {
        for (;;) yield [frame('a')];
      } finally {
        released = true;
      }
    }
    const { stage, endings } = recorder();
    await drain(pumpStream(endless(), head(), [stage]), 3);
    expect(endings).toMatchObject([{ status: 'aborted', error: undefined }]);
    expect(released).toBe(true);
  });
});
