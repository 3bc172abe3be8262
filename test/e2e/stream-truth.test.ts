// What only a live stream shows: nothing is kept back, silence is filled with heartbeats, role frames are held and then let go.

import { afterEach, describe, expect, test } from 'vitest';
import { byKind, type Gate, gate, ok, stream } from '../rigs/behaviours.js';
import {
  answerText,
  chunk,
  event,
  events,
  finishChunk,
  type JsonObject,
  roleChunk,
  textChunks,
  toolCallChunks,
  usageChunk,
} from '../rigs/chat-frames.js';
import { ask, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';

let pair: Pair;
afterEach(() => pair.stop());

const streaming = (onData: (soFar: string) => void = () => undefined) => readChat(pair.url, ask({ stream: true }), { onData });

test('every event passes at once: the upstream sends the next only when the client has this one', async () => {
  pair = await startPair();
  const chunks = [...textChunks(Array.from({ length: 30 }, (_, index) => `<${index}>`))];
  const gates: readonly Gate[] = chunks.map(() => gate());
  // the role frame is held until the first content, so the lock-step begins there
  pair.upstream.script(
    'm1',
    stream([...chunks.flatMap((value, index) => (index < 1 ? [event(value)] : [event(value), gates[index] ?? gate()])), event('[DONE]')]),
  );
  let arrived = 0;
  const answer = await streaming((soFar) => {
    const complete = soFar.split('\n\n').length - 1;
    for (; arrived < complete; arrived++) gates[arrived]?.open();
  });
  expect({ chunks: answer.chunks, done: answer.doneCount }).toEqual({
    chunks: chunks.map((value) => ({ ...value, model: 'm1' })),
    done: 1,
  });
});

test('answer headers come before the first event, all of them', async () => {
  pair = await startPair();
  const hold = gate();
  pair.upstream.script('m1', stream([event(roleChunk), event(chunk({ content: 'Hel' })), hold, event(finishChunk), event('[DONE]')]));
  const response = await fetch(`${pair.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ask({ stream: true })),
  });
  const names = [
    'x-request-id',
    'x-signalbox-model',
    'x-signalbox-decision',
    'x-signalbox-confidence',
    'x-signalbox-tier',
    'x-signalbox-cache',
    'x-signalbox-session',
    'x-signalbox-guard',
    'server-timing',
  ];
  expect(names.filter((name) => response.headers.get(name) === null)).toEqual([]);
  expect(response.headers.get('cache-control')).toMatch(/no-cache|no-store/);
  expect(response.headers.get('content-length')).toBeNull();
  hold.open();
  expect(await response.text()).toContain('[DONE]');
});

describe('silence', () => {
  test('is filled with comments that no client takes for data', async () => {
    pair = await startPair(['m1'], { server: { heartbeatSeconds: 0.05 } });
    const rest = gate();
    const [role = '', hel = '', ...others] = events(textChunks());
    pair.upstream.script('m1', stream([role, hel, rest, ...others]));
    const { text, raw, doneCount } = await streaming((soFar) => soFar.split('\n:').length > 3 && rest.open());
    expect([text, doneCount]).toEqual([answerText, 1]);
    expect(raw.split('\n\n').filter((block) => block.startsWith(':')).length).toBeGreaterThanOrEqual(3);
  });

  test('stays silence where heartbeats are off', async () => {
    pair = await startPair(['m1'], { server: { heartbeatSeconds: 0 }, upstream: { idleTimeoutMs: 300 } });
    pair.upstream.script('m1', stream(events(textChunks()).slice(0, 2), 'hang'));
    const { raw, errors } = await streaming();
    expect([errors.length, raw.split('\n').filter((line) => line.startsWith(':'))]).toEqual([1, []]);
  });

  test('after the role frame ends with the hold: the frame is shown, then the rest', async () => {
    pair = await startPair(['m1'], { upstream: { holdMs: 30 } });
    const rest = gate();
    const [role = '', ...others] = events(textChunks());
    pair.upstream.script('m1', stream([role, rest, ...others]));
    const { text, chunks, doneCount } = await streaming((soFar) => soFar.includes('"role"') && rest.open());
    expect([text, doneCount]).toEqual([answerText, 1]);
    expect(chunks).toEqual(textChunks().map((value) => ({ ...value, model: 'm1' })));
  });
});

describe('the hold ends with', () => {
  const opening: readonly [string, JsonObject, boolean][] = [
    ['content', chunk({ content: 'x' }), true],
    ['reasoning', chunk({ reasoning_content: 'x' }), true],
    ['a tool call', toolCallChunks()[1] ?? {}, true],
    ['a finish', finishChunk, true],
    ['not an empty string', chunk({ content: '' }), false],
    ['not a second role', roleChunk, false],
    ['not usage alone', usageChunk, false],
  ];
  test.each(opening)('%s', async (_, value, opens) => {
    pair = await startPair(['m1', 'm2'], { upstream: { holdMs: 60_000 } });
    const seen = gate();
    const cutNow = opens ? seen : gate();
    if (!opens) cutNow.open();
    pair.upstream.script('m1', byKind({ stream: stream([event(roleChunk), event(value), cutNow], 'fin'), json: ok() }));
    const { headers } = await streaming(() => seen.open());
    expect([headers.get('x-signalbox-model'), pair.upstream.attempts('m2')]).toEqual(opens ? ['m1', 0] : ['m2', 1]);
  });
});

test('an event of several megabytes passes whole', async () => {
  pair = await startPair();
  const long = '漢'.repeat(1_000_000);
  pair.upstream.script('m1', stream(events(textChunks([long]))));
  const { text, doneCount } = await streaming();
  expect([text === long, doneCount]).toEqual([true, 1]);
});

test('an event without end is cut off: an error, no [DONE], the upstream let go', { timeout: 30_000 }, async () => {
  pair = await startPair();
  const piece = 'x'.repeat(1024 * 1024);
  pair.upstream.script('m1', async ({ response, write, over }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    await write(event(chunk({ content: 'Hel' })));
    await write('data: {"choices":[{"delta":{"content":"');
    while (!over.aborted) await write(piece);
  });
  const { text, doneCount, errors, ending } = await streaming();
  expect({ text, doneCount, errorCount: errors.length, ending }).toEqual({ text: 'Hel', doneCount: 0, errorCount: 1, ending: 'clean' });
  expect((await (await pair.upstream.seen()).closed).by).toBe('proxy');
});

test('two hundred streams at once stay apart', async () => {
  pair = await startPair();
  pair.upstream.script('m1', (exchange) =>
    stream(events(textChunks([`<${exchange.body.seed}>`, 'a', 'b', `</${exchange.body.seed}>`])))(exchange),
  );
  const answers = await Promise.all(Array.from({ length: 200 }, (_, seed) => readChat(pair.url, ask({ stream: true, seed }))));
  expect(answers.map(({ text }) => text)).toEqual(answers.map((_, seed) => `<${seed}>ab</${seed}>`));
  expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(200);
});
