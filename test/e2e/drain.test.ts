// SIGTERM: readiness goes first, open answers finish, what does not finish in time ends in words, the process exits 0.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { byKind, gate, held, ok, reply, stream } from '../rigs/behaviours.js';
import { answerText, completion, events, textChunks } from '../rigs/chat-frames.js';
import { ask, readChat } from '../rigs/event-reader.js';
import { type FaultyUpstream, startFaultyUpstream } from '../rigs/faulty-upstream.js';
import { rawConnection, rawPost } from '../rigs/hostile-client.js';
import { type Bin, chainConfig, startBinWith, until } from '../rigs/proxy.js';

const openStreams = 50;
const openReplies = 10;

let upstream: FaultyUpstream;
let bin: Bin | undefined;
beforeAll(async () => {
  upstream = await startFaultyUpstream();
});
afterAll(() => upstream.close());
afterEach(() => {
  bin?.child.kill('SIGKILL');
  upstream.reset();
});

const status = (url: string) =>
  fetch(url).then(
    (response) => response.status,
    () => 'refused' as const,
  );

test('fifty open streams and ten open replies all complete; exit 0', { timeout: 60_000 }, async () => {
  const running = await startBinWith(chainConfig(upstream.baseUrl, ['streams', 'replies']));
  bin = running;
  const rest = gate();
  const [first = '', second = '', ...others] = events(textChunks());
  upstream.script('streams', stream([first, second, rest, ...others]));
  upstream.script('replies', held(rest, ok()));
  let begun = 0;
  const streams = Array.from({ length: openStreams }, () => {
    let seen = false;
    const onData = (soFar: string) => {
      if (!seen && soFar.includes('Hel')) begun++;
      seen ||= soFar.includes('Hel');
    };
    return readChat(running.url, ask({ model: 'streams', stream: true }), { onData });
  });
  const replies = Array.from({ length: openReplies }, () => readChat(running.url, ask({ model: 'replies' })));
  await until(() => begun === openStreams && upstream.attempts('replies') === openReplies);

  expect(await status(`${running.url}/readyz`)).toBe(200);
  const exited = running.stop();
  await until(async () => (await status(`${running.url}/readyz`)) !== 200);
  expect(await status(`${running.url}/readyz`)).toBe(503);
  expect(await status(`${running.url}/healthz`)).toBe(200);
  expect(running.child.exitCode).toBeNull();
  rest.open();

  const heard = await Promise.all(streams);
  expect(heard.map(({ text, doneCount, errors, ending }) => ({ text, doneCount, errors, ending }))).toEqual(
    Array.from({ length: openStreams }, () => ({ text: answerText, doneCount: 1, errors: [], ending: 'clean' })),
  );
  expect((await Promise.all(replies)).map((answer) => answer.status)).toEqual(Array.from({ length: openReplies }, () => 200));
  expect(await exited).toBe(0);
});

test('a stream that never ends gets an in-band error at drainSeconds; exit 0', { timeout: 30_000 }, async () => {
  const running = await startBinWith(chainConfig(upstream.baseUrl, ['m1'], { server: { drainSeconds: 1 } }));
  bin = running;
  upstream.script('m1', stream(events(textChunks()).slice(0, 2), 'hang'));
  const begun = gate();
  const answer = readChat(running.url, ask({ stream: true }), { onData: (soFar) => soFar.includes('Hel') && begun.open() });
  await begun.opened;
  const stoppedAtMs = performance.now();
  const exited = running.stop();
  const { text, doneCount, errors, ending } = await answer;
  expect({ text, doneCount, errorCount: errors.length, ending }).toEqual({ text: 'Hel', doneCount: 0, errorCount: 1, ending: 'clean' });
  expect(await exited).toBe(0);
  const tookMs = performance.now() - stoppedAtMs;
  expect(tookMs).toBeGreaterThan(900);
  expect(tookMs).toBeLessThan(5_000);
  expect((await (await upstream.seen()).closed).by).toBe('proxy');
});

test('a reply that never comes gets a JSON error at drainSeconds; exit 0', { timeout: 30_000 }, async () => {
  const running = await startBinWith(chainConfig(upstream.baseUrl, ['m1'], { server: { drainSeconds: 1 } }));
  bin = running;
  upstream.script('m1', held(gate(), ok()));
  const answer = readChat(running.url, ask());
  await upstream.seen();
  const exited = running.stop();
  const { status: code, raw } = await answer;
  expect([code, JSON.parse(raw)]).toEqual([503, { error: expect.objectContaining({ message: expect.stringMatching(/\S/) }) }]);
  expect(await exited).toBe(0);
});

test.each<[string, boolean]>([
  ['a whole answer', false],
  ['a stream', true],
])('a slow reader of %s loses nothing of it', { timeout: 30_000 }, async (_, streaming) => {
  const running = await startBinWith(chainConfig(upstream.baseUrl, ['m1']));
  bin = running;
  const long = 'x'.repeat(16 * 1024 * 1024);
  const content = [...Array.from({ length: 16 }, () => long.slice(0, 1024 * 1024)), 'the end'];
  upstream.script(
    'm1',
    byKind({ stream: stream(events(textChunks(content))), json: reply(200, completion([{ content: `${long}the end` }])) }),
  );
  const connection = await rawConnection(running.port);
  await connection.send(rawPost('/v1/chat/completions', JSON.stringify(ask({ stream: streaming }))));
  await connection.until((soFar) => soFar.includes('200 OK'));
  connection.stall();
  const exited = running.stop();
  await until(async () => (await status(`${running.url}/readyz`)) !== 200);
  connection.resume();
  const text = await connection.until((soFar) => soFar.includes(streaming ? '[DONE]' : 'total_tokens'));
  expect([text.length > long.length, text.includes('the end'), text.includes('"error"')]).toEqual([true, true, false]);
  connection.end();
  expect(await exited).toBe(0);
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'idle: %s exits 0 at once, keep-alive connections or not',
  { timeout: 30_000 },
  async (signal) => {
    const running = await startBinWith(chainConfig(upstream.baseUrl));
    bin = running;
    expect((await readChat(running.url, ask())).status).toBe(200);
    const startedAtMs = performance.now();
    running.child.kill(signal);
    expect(await running.exited).toBe(0);
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
  },
);
