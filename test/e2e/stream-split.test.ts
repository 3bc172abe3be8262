// However the network cuts an upstream's SSE bytes, the client gets the same events: every offset, every byte, every spelling.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stream } from '../rigs/behaviours.js';
import {
  answerText,
  everyByte,
  type JsonObject,
  reasoningChunks,
  type Spelling,
  splitAt,
  streamBytes,
  textChunks,
  toolCallChunks,
  twoChoiceChunks,
} from '../rigs/chat-frames.js';
import { ask, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';

/** Requests in flight at once: enough to keep both ends busy, few enough that none waits long. */
const lanes = 16;

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const spellings: Readonly<Record<string, Spelling>> = {
  LF: {},
  'CR LF': { lineEnd: '\r\n' },
  CR: { lineEnd: '\r' },
  'no space after the colon': { space: false },
  'multi-line data': { multiLine: true },
  'comments and other fields': { comments: true, fields: true, lineEnd: '\r\n' },
  'a byte order mark': { byteOrderMark: true },
};

const contents: Readonly<Record<string, readonly JsonObject[]>> = {
  text: textChunks(),
  'tool calls': toolCallChunks(),
  reasoning: reasoningChunks(['thin', 'king…']),
  'two choices': twoChoiceChunks(['漢', '\u{1F600}']),
};

const ours = (chunks: readonly JsonObject[]) => chunks.map((value) => ({ ...value, model: 'm1' }));

/** Asks once and tells what arrived. */
async function hear(extra: JsonObject = {}): Promise<{ chunks: readonly JsonObject[]; doneCount: number; errors: number; ending: string }> {
  const { chunks, doneCount, errors, ending } = await readChat(pair.url, ask({ stream: true, ...extra }));
  return { chunks, doneCount, errors: errors.length, ending };
}

/** The same, with the upstream sending `pieces`. */
function through(pieces: readonly Uint8Array[]) {
  pair.upstream.script('m1', stream(pieces));
  return hear();
}

describe.each(Object.entries(spellings))('%s', (_, spelling) => {
  const chunks = textChunks([answerText]);
  const bytes = streamBytes(chunks, spelling);
  const expected = { chunks: ours(chunks), doneCount: 1, errors: 0, ending: 'clean' };

  test('in one piece', async () => {
    expect(await through([bytes])).toEqual(expected);
  });

  test('one byte at a time', async () => {
    expect(await through(everyByte(bytes))).toEqual(expected);
  });

  test('cut in two at every offset', { timeout: 60_000 }, async () => {
    const wrong: number[] = [];
    // the offset travels as the request's seed: lanes must not share a script
    const offsets = Array.from({ length: bytes.length - 1 }, (_unused, index) => index + 1);
    const want = JSON.stringify(expected);
    pair.upstream.script('m1', (exchange) => stream(splitAt(bytes, [exchange.body.seed as number]))(exchange));
    const lane = async () => {
      for (let offset = offsets.shift(); offset !== undefined; offset = offsets.shift()) {
        if (JSON.stringify(await hear({ seed: offset })) !== want) wrong.push(offset);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    expect(wrong).toEqual([]);
  });
});

describe.each(Object.entries(contents))('%s', (_, chunks) => {
  test('one byte at a time', async () => {
    const bytes = streamBytes(chunks);
    expect(await through(everyByte(bytes))).toEqual({ chunks: ours(chunks), doneCount: 1, errors: 0, ending: 'clean' });
  });
});

test('text and no replacement character, byte by byte', async () => {
  pair.upstream.script('m1', stream(everyByte(streamBytes(textChunks()))));
  const { text, raw } = await readChat(pair.url, ask({ stream: true }));
  expect([text, raw.includes('\uFFFD')]).toEqual([answerText, false]);
});
