// Clients that misbehave: smuggled requests, stalled readers, dripping writers, floods of headers; others must not notice.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { endless, silence } from '../rigs/behaviours.js';
import { chunk } from '../rigs/chat-frames.js';
import { ask, readChat } from '../rigs/event-reader.js';
import { drip, rawConnection, rawPost, smugglingProbes, statuses } from '../rigs/hostile-client.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { chainConfig, startBinWith, until } from '../rigs/proxy.js';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair();
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const path = '/v1/chat/completions';
const body = JSON.stringify(ask({ seed: 1 }));
const hidden = rawPost(path, JSON.stringify(ask({ seed: 666 })));

describe('request smuggling', () => {
  test.each(smugglingProbes(path, body, hidden).map(({ name, bytes }): [string, string] => [name, bytes]))(
    '%s: refused, and the connection closed',
    async (_, bytes) => {
      const connection = await rawConnection(pair.port);
      await connection.send(bytes);
      const answer = await connection.closed;
      expect(statuses(answer)).toEqual([400]);
      expect(pair.upstream.journal).toHaveLength(0);
    },
  );

  test('the probes would be noticed: the hidden request alone is answered', async () => {
    const connection = await rawConnection(pair.port);
    await connection.send(hidden);
    expect(statuses(await connection.until((soFar) => soFar.includes('"choices"')))).toEqual([200]);
    expect(pair.upstream.journal[0]?.body.seed).toBe(666);
    connection.reset();
  });

  test('two answers for two pipelined requests, in order', async () => {
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, JSON.stringify(ask({ model: 'no-such-model' }))) + rawPost(path, body));
    const answer = await connection.until((soFar) => statuses(soFar).length === 2 && soFar.includes('"choices"'));
    expect(statuses(answer)).toEqual([404, 200]);
    connection.reset();
  });

  test('a pipelined request behind a stream waits for its turn', async () => {
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, JSON.stringify(ask({ stream: true }))) + rawPost(path, body));
    const answer = await connection.until((soFar) => statuses(soFar).length === 2 && soFar.includes('"chat.completion"'));
    expect(answer.indexOf('[DONE]')).toBeLessThan(answer.lastIndexOf('HTTP/1.1 200'));
    connection.reset();
  });
});

describe('headers', () => {
  test.each<[string, string[], number]>([
    ['one of 64 KiB', [`x-big: ${'a'.repeat(65_536)}`], 431],
    ['thousands', Array.from({ length: 4_000 }, (_, index) => `x-${index}: ${index}`), 431],
  ])('%s', async (_, extra, status) => {
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, body, ['host: localhost', 'content-type: application/json', ...extra]));
    expect(statuses(await connection.until((soFar) => soFar.includes('\r\n\r\n')))).toEqual([status]);
    connection.reset();
  });

  test.each(['x\u0000y', 'a\r\nset-cookie: evil=1', '\u00fcmlaut', '<script>', 'x'.repeat(2_000)])(
    'a request id of the caller is never echoed raw: %j',
    async (id) => {
      const connection = await rawConnection(pair.port);
      await connection.send(
        Buffer.from(
          rawPost(path, body, ['host: localhost', 'content-type: application/json', `x-request-id: ${id}`, 'connection: close']),
          'latin1',
        ),
      );
      const [head = ''] = (await connection.closed).split('\r\n\r\n');
      expect(head).not.toMatch(/^set-cookie/im);
      expect(/^x-request-id: (.*)$/im.exec(head)?.[1] ?? '').toMatch(/^[\x21-\x7e]{0,200}$/);
    },
  );

  test('internal headers of the caller do not decide anything', async () => {
    const answer = await readChat(pair.url, ask(), {
      headers: { 'x-signalbox-model': 'evil', 'x-signalbox-decision': 'evil', x_signalbox_routing: 'off' },
    });
    expect([answer.status, answer.headers.get('x-signalbox-model'), answer.headers.get('x-signalbox-decision')]).toEqual([
      200,
      'm1',
      'all',
    ]);
  });
});

describe('slow', () => {
  test('a request that drips in byte by byte is served like any other', async () => {
    const connection = await rawConnection(pair.port);
    await drip(connection, rawPost(path, body));
    expect(statuses(await connection.until((soFar) => soFar.includes('"choices"')))).toEqual([200]);
    connection.reset();
  });

  test('half a request, then gone: no call upstream, others are served', async () => {
    const whole = rawPost(path, body);
    for (const length of [10, whole.indexOf('\r\n\r\n') + 4, whole.length - 1]) {
      const connection = await rawConnection(pair.port);
      await connection.send(whole.slice(0, length));
      connection.reset();
      await connection.closed;
    }
    expect((await readChat(pair.url, ask({ seed: 2 }))).status).toBe(200);
    expect(pair.upstream.journal.map((entry) => entry.body.seed)).toEqual([2]);
  });

  test('headers that never end: closed at the limit, while others are served', { timeout: 30_000 }, async () => {
    const bin = await startBinWith(chainConfig(pair.upstream.baseUrl, ['m1'], { server: { headersTimeoutMs: 300 } }));
    try {
      const connections = await Promise.all(Array.from({ length: 100 }, () => rawConnection(bin.port)));
      await Promise.all(connections.map((connection) => connection.send(`POST ${path} HTTP/1.1\r\nhost: x\r\n`)));
      expect((await readChat(bin.url, ask())).status).toBe(200);
      for (const answer of await Promise.all(connections.map(({ closed }) => closed))) expect(answer).toMatch(/^(HTTP\/1\.1 408 |$)/);
      expect((await readChat(bin.url, ask())).status).toBe(200);
    } finally {
      await bin.stop();
    }
  });

  test('a reader that stalls holds the upstream back, and loses nothing when it goes on', { timeout: 30_000 }, async () => {
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => warnings.push(name);
    process.on('warning', onWarning);
    let made = 0;
    pair.upstream.script(
      'm1',
      endless(
        (sequence) => chunk({ content: `<${sequence}>${'x'.repeat(20_000)}` }),
        (count) => (made = count),
      ),
    );
    const connection = await rawConnection(pair.port);
    await connection.send(rawPost(path, JSON.stringify(ask({ stream: true }))));
    await connection.until((soFar) => soFar.includes('<3>'));
    connection.stall();
    const standing = await standsStill(() => made);
    expect(standing * 20_000).toBeLessThan(48 * 1024 * 1024);
    expect((await readChat(pair.url, ask({ model: 'no-such-model' }))).status).toBe(404);
    connection.resume();
    const wanted = standing + 20;
    const text = await connection.until((soFar) => soFar.includes(`<${wanted}>`));
    const numbers = [...text.matchAll(/<(\d+)>/g)].map((match) => Number(match[1]));
    expect(numbers).toEqual(numbers.map((_, index) => index));
    const entry = await pair.upstream.seen();
    connection.reset();
    expect((await entry.closed).by).toBe('proxy');
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  test('a hundred silent requests do not slow the next one', { retry: 3 }, async () => {
    pair.upstream.script('m1', silence());
    const waiting = await Promise.all(Array.from({ length: 100 }, () => rawConnection(pair.port)));
    await Promise.all(waiting.map((connection) => connection.send(rawPost(path, body))));
    await until(() => pair.upstream.attempts('m1') === 100);
    const startedAtMs = performance.now();
    expect((await fetch(`${pair.url}/healthz`)).status).toBe(200);
    expect(performance.now() - startedAtMs).toBeLessThan(500);
    for (const connection of waiting) connection.reset();
    const endings = await Promise.all(pair.upstream.journal.map(({ closed }) => closed));
    expect(new Set(endings.map(({ by }) => by))).toEqual(new Set(['proxy']));
  });
});

/** Polls until `count` has not moved for 40 looks in a row. */
async function standsStill(count: () => number): Promise<number> {
  let last = -1;
  let still = 0;
  await until(() => {
    still = count() === last ? still + 1 : 0;
    last = count();
    return still >= 40;
  });
  return last;
}
