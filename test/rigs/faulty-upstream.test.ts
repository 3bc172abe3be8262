// The rig itself: every scripted behaviour does on the wire what its name says, and the journal tells the truth.

import { connect } from 'node:net';
import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as behaviours from './behaviours.js';
import {
  answerText,
  event,
  events,
  everyByte,
  reasoningChunks,
  roleChunk,
  type Spelling,
  splitAt,
  streamBytes,
  textChunks,
  toolCallChunks,
  toolCalls,
} from './chat-frames.js';
import { ask, readChat } from './event-reader.js';
import { closedPort, type FaultyUpstream, startFaultyUpstream } from './faulty-upstream.js';
import { rawConnection, rawPost, statuses } from './hostile-client.js';

let upstream: FaultyUpstream;
let origin: string;
beforeAll(async () => {
  upstream = await startFaultyUpstream();
  origin = upstream.baseUrl.replace('/v1', '');
});
afterAll(() => upstream.close());
afterEach(() => upstream.reset());

const streamed = (extra = {}) => readChat(origin, ask({ model: 'm', stream: true, ...extra }));

describe('streams', () => {
  const spellings: Readonly<Record<string, Spelling>> = {
    plain: {},
    'CR LF': { lineEnd: '\r\n' },
    CR: { lineEnd: '\r' },
    'no space': { space: false },
    'multi-line data': { multiLine: true },
    comments: { comments: true },
    fields: { fields: true },
    'byte order mark': { byteOrderMark: true },
  };
  test.each(Object.entries(spellings))('%s: every split gives the same bytes', async (_, spelling) => {
    const bytes = streamBytes(textChunks(), spelling);
    for (const pieces of [[bytes], everyByte(bytes), splitAt(bytes, [1, 50, bytes.length - 1])]) {
      upstream.script('m', behaviours.stream(pieces));
      const response = await fetch(`${upstream.baseUrl}/chat/completions`, {
        method: 'POST',
        body: JSON.stringify(ask({ model: 'm', stream: true })),
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    }
  });

  test('a reader in this process sees every part by itself', async () => {
    const pieces = everyByte(streamBytes(textChunks()));
    upstream.script('m', behaviours.stream(pieces));
    const { body } = await fetch(`${upstream.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify(ask({ model: 'm' })) });
    const sizes: number[] = [];
    for await (const piece of body ?? []) sizes.push((piece as Uint8Array).length);
    expect(sizes).toEqual(pieces.map(() => 1));
  });

  test('the real client reads text, tool calls and reasoning', async () => {
    const client = new OpenAI({ baseURL: upstream.baseUrl, apiKey: 'x', maxRetries: 0 });
    upstream.script('m', behaviours.ok(), behaviours.stream(events(toolCallChunks())), behaviours.stream(events(reasoningChunks(['hm']))));
    const run = () => client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'x' }] }).finalChatCompletion();
    expect((await run()).choices[0]?.message.content).toBe(answerText);
    expect((await run()).choices[0]?.message.tool_calls).toMatchObject(toolCalls);
    expect((await run()).choices[0]?.message.content).toBe(answerText);
  });

  const head = [event(roleChunk), event(textChunks()[1] ?? '')];
  test.each<[string, behaviours.Ending, number, 'clean' | 'broken']>([
    ['ends without [DONE]', 'end', 0, 'clean'],
    ['is reset', 'reset', 0, 'broken'],
    ['loses its connection', 'fin', 0, 'broken'],
  ])('a stream that %s', async (_, how, doneCount, ending) => {
    upstream.script('m', behaviours.stream(head, how));
    expect(await streamed()).toMatchObject({ status: 200, text: 'Hel', doneCount, ending });
  });

  test('a gate holds the stream until the test opens it', async () => {
    const between = behaviours.gate();
    upstream.script('m', behaviours.stream([head[0] ?? '', between, head[1] ?? '']));
    let texts = 0;
    const answer = readChat(origin, ask({ model: 'm', stream: true }), {
      onData: (soFar) => {
        texts = soFar.split('data:').length - 1;
        if (texts === 1) between.open();
      },
    });
    expect((await answer).text).toBe('Hel');
    expect(texts).toBe(2);
  });

  test('an endless stream stops when its reader leaves', async () => {
    upstream.script(
      'm',
      behaviours.endless(() => roleChunk),
    );
    const leave = new AbortController();
    const answer = readChat(origin, ask({ model: 'm', stream: true }), { signal: leave.signal, onData: () => leave.abort() });
    expect((await answer).ending).toBe('broken');
    const entry = await upstream.seen();
    expect((await entry.closed).by).toBe('proxy');
    expect(entry.bytesWritten()).toBeGreaterThan(0);
  });
});

describe('failures', () => {
  test.each<[string, behaviours.Behaviour, number, string]>([
    ['400', behaviours.failure(400), 400, 'scripted 400'],
    ['429', behaviours.failure(429, 'slow', { 'retry-after': '2' }), 429, 'slow'],
    ['HTML with 502', behaviours.html(502), 502, '<html>'],
    ['HTML with 200', behaviours.html(200), 200, '<html>'],
    ['empty', behaviours.empty(), 200, ''],
    ['invalid JSON', behaviours.invalidJson(), 200, 'nonsense'],
  ])('%s', async (_, behaviour, status, part) => {
    upstream.script('m', behaviour);
    const answer = await readChat(origin, ask({ model: 'm' }));
    expect([answer.status, answer.raw.includes(part)]).toEqual([status, true]);
  });

  test.each<[string, behaviours.Behaviour, string]>([
    ['reset before headers', behaviours.resetBeforeHeaders(), 'no response'],
    ['reset after headers', behaviours.resetAfterHeaders(), 'headers only'],
    ['truncated JSON', behaviours.truncatedJson(), 'part of a body'],
  ])('%s', async (_, behaviour, outcome) => {
    upstream.script('m', behaviour);
    const connection = await rawConnection(upstream.port);
    await connection.send(rawPost('/v1/chat/completions', JSON.stringify(ask({ model: 'm' }))));
    const [head, body] = (await connection.closed).split('\r\n\r\n');
    expect(head === '' ? 'no response' : body === '' ? 'headers only' : 'part of a body').toBe(outcome);
    expect((await (await upstream.seen()).closed).by).toBe('scripted-cut');
  });

  test('nothing listens on a closed port', async () => {
    const socket = connect(await closedPort(), '127.0.0.1');
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => socket.once('error', resolve));
    expect(error.code).toBe('ECONNREFUSED');
  });
});

describe('the journal', () => {
  test('records text, attempts and order, and scripts run one by one, the last for ever', async () => {
    upstream.script('m', behaviours.failure(500), behaviours.failure(503), behaviours.ok());
    const states: number[] = [];
    for (const model of ['m', 'other', 'm', 'm', 'm']) states.push((await readChat(origin, ask({ model, seed: 12 }))).status);
    expect(states).toEqual([500, 200, 503, 200, 200]);
    expect(upstream.journal.map(({ sequence, model, attempt }) => [sequence, model, attempt])).toEqual([
      [1, 'm', 1],
      [2, 'other', 1],
      [3, 'm', 2],
      [4, 'm', 3],
      [5, 'm', 4],
    ]);
    expect(upstream.journal[0]?.text).toBe(JSON.stringify(ask({ model: 'm', seed: 12 })));
    expect(await upstream.journal[0]?.closed).toMatchObject({ by: 'upstream' });
  });

  test('notes when a silent exchange is left by the other side', async () => {
    upstream.script('m', behaviours.silence());
    const connection = await rawConnection(upstream.port);
    await connection.send(rawPost('/v1/chat/completions', JSON.stringify(ask({ model: 'm' }))));
    const entry = await upstream.seen();
    connection.reset();
    expect((await entry.closed).by).toBe('proxy');
    expect(statuses(await connection.closed)).toEqual([]);
  });
});
