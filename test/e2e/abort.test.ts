// A client that leaves frees everything: the upstream call ends within 100 ms, nothing further is tried.

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Behaviour, failure, gate, ok, silence, stream } from '../rigs/behaviours.js';
import { chunk, event, events, type JsonObject, roleChunk, textChunks } from '../rigs/chat-frames.js';
import { ask, post, readChat } from '../rigs/event-reader.js';
import { rawConnection, rawPost } from '../rigs/hostile-client.js';
import { type Pair, startPair } from '../rigs/pair.js';

const rounds = 25;
const limitMs = 100;

let pair: Pair;
beforeAll(async () => {
  pair = await startPair(['m1', 'm2'], { upstream: { breaker: { failures: 3, openSeconds: 60 } } });
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const [role = '', hel = ''] = events(textChunks());
const path = '/v1/chat/completions';

interface Phase {
  readonly behaviour: Behaviour;
  readonly body: JsonObject;
  /** What the client must have received before it leaves; nothing: it leaves once the upstream has the request. */
  readonly after?: string;
}

const phases: Readonly<Record<string, Phase>> = {
  'before upstream headers, streaming': { behaviour: silence(), body: ask({ stream: true }) },
  'before upstream headers, whole': { behaviour: silence(), body: ask() },
  'while the role frame is held': { behaviour: stream([role], 'hang'), body: ask({ stream: true }) },
  'mid-stream': { behaviour: stream([role, hel], 'hang'), body: ask({ stream: true }), after: 'Hel' },
  'in the middle of a whole answer': { behaviour: halfReply(), body: ask() },
};

test.each(Object.entries(phases))('%s', { timeout: 30_000 }, async (_, { behaviour, body, after }) => {
  const tookMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    pair.upstream.reset();
    pair.upstream.script('m1', behaviour);
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, JSON.stringify(body)));
    const entry = await pair.upstream.seen();
    if (after !== undefined) await connection.until((soFar) => soFar.includes(after));
    const leftAtMs = performance.now();
    connection.reset();
    const closing = await entry.closed;
    expect(closing.by).toBe('proxy');
    tookMs.push(closing.atMs - leftAtMs);
    expect([pair.upstream.attempts('m1'), pair.upstream.attempts('m2')]).toEqual([1, 0]);
  }
  expect(Math.max(...tookMs)).toBeLessThanOrEqual(limitMs);
});

test('the real client: breaking out of the loop and abort() both reach the upstream', async () => {
  pair.upstream.script('m1', stream([role, hel], 'hang'));
  /** True: leave the loop; false: the client's own `abort()` does. */
  const ways: readonly ((answer: { controller: AbortController }) => boolean)[] = [
    () => true,
    ({ controller }) => {
      controller.abort();
      return false;
    },
  ];
  for (const leave of ways) {
    const answer = await pair.client.chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'x' }], stream: true });
    let leftAtMs = 0;
    for await (const part of answer) {
      if (part.choices[0]?.delta.content !== 'Hel') continue;
      leftAtMs = performance.now();
      if (leave(answer)) break;
    }
    const closing = await pair.upstream.journal.at(-1)?.closed;
    expect(closing?.by).toBe('proxy');
    expect((closing?.atMs ?? Number.POSITIVE_INFINITY) - leftAtMs).toBeLessThanOrEqual(limitMs);
  }
});

test('clients that leave do not open the breaker', async () => {
  pair.upstream.script('m1', silence(), silence(), silence(), silence(), ok());
  for (let round = 0; round < 4; round++) {
    const leave = new AbortController();
    const answer = post(pair.url + path, ask(), { signal: leave.signal });
    const entry = await pair.upstream.seen(({ sequence }) => sequence === round + 1);
    leave.abort();
    await expect(answer).rejects.toThrow();
    await entry.closed;
  }
  expect((await readChat(pair.url, ask())).headers.get('x-signalbox-model')).toBe('m1');
});

test('a client that leaves between two attempts: the second never starts', async () => {
  const first = gate();
  pair.upstream.script('m1', async (exchange) => {
    await first.opened;
    await failure(500)(exchange);
  });
  const connection = await rawConnection(pair.port);
  await connection.send(rawPost(path, JSON.stringify(ask())));
  const entry = await pair.upstream.seen();
  connection.reset();
  await entry.closed;
  first.open();
  await readChat(pair.url, ask({ model: 'm2' }));
  expect(pair.upstream.journal.map(({ model }) => model)).toEqual(['m1', 'm2']);
});

test('a client that leaves after some events, at each event of a long stream', async () => {
  const length = 12;
  for (let wanted = 1; wanted <= length; wanted += 3) {
    pair.upstream.reset();
    pair.upstream.script(
      'm1',
      stream(
        Array.from({ length: wanted }, (_, index) => event(chunk({ content: `<${index}>` }))),
        'hang',
      ),
    );
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, JSON.stringify(ask({ stream: true }))));
    await connection.until((soFar) => soFar.includes(`<${wanted - 1}>`));
    connection.end();
    connection.reset();
    const entry = await pair.upstream.seen();
    expect((await entry.closed).by).toBe('proxy');
    expect(connection.received().match(/<\d+>/g)).toEqual(Array.from({ length: wanted }, (_, index) => `<${index}>`));
  }
});

/** Headers and the first half of a whole answer, then nothing. */
function halfReply(): Behaviour {
  return async (exchange) => {
    exchange.response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
    await exchange.write(JSON.stringify(roleChunk).slice(0, 50));
    await silence()(exchange);
  };
}
