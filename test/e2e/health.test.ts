// Endpoints that are ill: cool-downs after Retry-After, breakers that open, probe once and close.

import { afterEach, describe, expect, test } from 'vitest';
import { type Behaviour, failure, gate, held, ok, silence } from '../rigs/behaviours.js';
import { ask, post, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, ownProviders, until } from '../rigs/proxy.js';

let pair: Pair;
afterEach(() => pair.stop());

/** Every model at a provider of its own, so that neither breaker nor quota is shared. */
async function start(models: readonly string[], upstream: Config): Promise<Pair> {
  pair = await startPair([], (baseUrl) => ({ ...ownProviders(models, () => baseUrl), upstream }));
  return pair;
}

const served = async (streaming = false) => (await readChat(pair.url, ask({ stream: streaming }))).headers.get('x-signalbox-model');
const attempts = (model: string) => pair.upstream.attempts(model);

describe('cool-downs', () => {
  test.each<[string, () => string]>([
    ['seconds', () => '30'],
    ['an HTTP date', () => new Date(Date.now() + 30_000).toUTCString()],
  ])('Retry-After in %s: the model rests, the next one serves', async (_, retryAfter) => {
    await start(['m1', 'm2'], {});
    pair.upstream.script('m1', failure(429, 'slow', { 'retry-after': retryAfter() }));
    expect([await served(), await served(), await served(true)]).toEqual(['m2', 'm2', 'm2']);
    expect([attempts('m1'), attempts('m2')]).toEqual([1, 3]);
  });

  test('Retry-After: 0 does not make it rest', async () => {
    await start(['m1', 'm2'], {});
    pair.upstream.script('m1', failure(429, 'slow', { 'retry-after': '0' }), ok());
    expect([await served(), await served()]).toEqual(['m2', 'm1']);
  });

  test('a cool-down ends', async () => {
    await start(['m1', 'm2'], {});
    pair.upstream.script('m1', failure(429, 'slow', { 'retry-after': '0.2' }), ok());
    expect(await served()).toBe('m2');
    await until(async () => (await served()) === 'm1');
    expect(attempts('m1')).toBe(2);
  });

  test('models under one quota rest together, others do not', async () => {
    pair = await startPair([], (baseUrl) => {
      const quotas: Config = { m1: 'shared', m2: 'shared', m3: undefined };
      const models = Object.entries(quotas).map(([name, quotaGroup]) => ({
        name,
        provider: `at-${name}`,
        contextTokens: 128_000,
        ...(quotaGroup !== undefined && { quotaGroup }),
      }));
      return { ...ownProviders(['m1', 'm2', 'm3'], () => baseUrl), models };
    });
    pair.upstream.script('m1', failure(429, 'slow', { 'retry-after': '30' }));
    expect([await served(), await served()]).toEqual(['m3', 'm3']);
    expect([attempts('m1'), attempts('m2')]).toEqual([1, 0]);
  });

  test('503 with Retry-After: that endpoint rests, others of its quota do not; nobody else left: 503 with the time', async () => {
    pair = await startPair([], (baseUrl) => {
      const models = ['m1', 'm2'].map((name) => ({ name, provider: `at-${name}`, quotaGroup: 'shared' }));
      return { ...ownProviders(['m1', 'm2'], () => baseUrl), models };
    });
    pair.upstream.script('m1', failure(503, 'busy', { 'retry-after': '30' }));
    expect([await served(), await served()]).toEqual(['m2', 'm2']);
    expect([attempts('m1'), attempts('m2')]).toEqual([1, 2]);
    const answer = await readChat(pair.url, ask({ model: 'm1' }));
    expect([answer.status, attempts('m1')]).toEqual([503, 1]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(28);
  });

  test('everything at rest: 429 with the time left, at once and without a call', { retry: 3 }, async () => {
    await start(['m1', 'm2'], {});
    for (const model of ['m1', 'm2']) pair.upstream.script(model, failure(429, 'slow', { 'retry-after': model === 'm1' ? '60' : '30' }));
    await readChat(pair.url, ask());
    const startedAtMs = performance.now();
    const answer = await readChat(pair.url, ask({ stream: true }));
    expect(performance.now() - startedAtMs).toBeLessThan(100);
    expect([answer.status, attempts('m1'), attempts('m2')]).toEqual([429, 1, 1]);
    const seconds = Number(answer.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThanOrEqual(30);
  });
});

describe('breakers', () => {
  const quick: Config = { breaker: { failures: 3, openSeconds: 0.3 } };
  const slow: Config = { breaker: { failures: 3, openSeconds: 3_600 } };
  const fail = async (times: number) => {
    for (let round = 0; round < times; round++) await served();
  };

  test.each<[string, Behaviour]>([
    ['500', failure(500)],
    ['200 that is no reply', async ({ response }) => void response.writeHead(200, { 'content-type': 'application/json' }).end('nonsense')],
  ])('%s: three in a row open it, then nobody calls', async (_, behaviour) => {
    await start(['m1', 'm2'], slow);
    pair.upstream.script('m1', behaviour);
    await fail(6);
    expect([attempts('m1'), attempts('m2')]).toEqual([3, 6]);
  });

  test('a success in between starts the count again', async () => {
    await start(['m1', 'm2'], slow);
    pair.upstream.script('m1', failure(500), failure(500), ok(), failure(500), failure(500), ok());
    await fail(6);
    expect(attempts('m1')).toBe(6);
  });

  test('refusals (4xx) do not count', async () => {
    await start(['m1', 'm2'], slow);
    pair.upstream.script('m1', failure(400));
    await fail(6);
    expect([attempts('m1'), attempts('m2')]).toEqual([6, 0]);
  });

  test('clients that leave count neither as failure nor as success', async () => {
    await start(['m1', 'm2'], slow);
    pair.upstream.script('m1', failure(500), failure(500), silence(), failure(500), ok());
    await fail(2);
    const leave = new AbortController();
    const left = post(`${pair.url}/v1/chat/completions`, ask(), { signal: leave.signal });
    const entry = await pair.upstream.seen(({ model, attempt }) => model === 'm1' && attempt === 3);
    leave.abort();
    await expect(left).rejects.toThrow();
    await entry.closed;
    expect([await served(), await served(), attempts('m1')]).toEqual(['m2', 'm2', 4]);
  });

  test('cut streams count, although they are not retried', async () => {
    await start(['m1', 'm2'], slow);
    pair.upstream.script('m1', async ({ response, write, cut }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      await write('data: {"choices":[{"index":0,"delta":{"content":"x"}}]}\n\n');
      cut('fin');
    });
    for (let round = 0; round < 5; round++) await served(true);
    expect(attempts('m1')).toBe(3);
  });

  test('open everywhere: a failure at once, no call', async () => {
    await start(['m1'], slow);
    pair.upstream.script('m1', failure(500));
    await fail(3);
    const answer = await readChat(pair.url, ask());
    expect([answer.status >= 500, attempts('m1')]).toEqual([true, 3]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  /** Asks, not waiting for answers, until a probe is at m1; everything before it went to m2. */
  async function untilProbe(count: number): Promise<Promise<unknown>[]> {
    const asked: Promise<unknown>[] = [];
    await until(() => {
      if (attempts('m1') < count) asked.push(served());
      return attempts('m1') >= count;
    });
    return asked;
  }

  test('half-open lets exactly one probe through; its success closes the breaker', async () => {
    await start(['m1', 'm2'], quick);
    const answer = gate();
    pair.upstream.script('m1', failure(500), failure(500), failure(500), held(answer, ok()), ok());
    await fail(3);
    const asked = await untilProbe(4);
    expect(await Promise.all(Array.from({ length: 20 }, () => served()))).toEqual(Array.from({ length: 20 }, () => 'm2'));
    expect(attempts('m1')).toBe(4);
    answer.open();
    await Promise.all(asked);
    expect([await served(), await served()]).toEqual(['m1', 'm1']);
  });

  test('a failed probe opens it again', async () => {
    await start(['m1', 'm2'], quick);
    pair.upstream.script('m1', failure(500));
    await fail(3);
    await Promise.all(await untilProbe(4));
    expect([await served(), attempts('m1')]).toEqual(['m2', 4]);
  });

  test.each<[string, Behaviour, boolean]>([
    ['the client of the probe leaves', silence(), true],
    ['the probe is refused with 400', failure(400), false],
    ['the probe meets a 429', failure(429, 'slow', { 'retry-after': '0' }), false],
  ])('%s: the next request may probe again', async (_, probe, leaves) => {
    await start(['m1', 'm2'], quick);
    pair.upstream.script('m1', failure(500), failure(500), failure(500), probe, ok());
    await fail(3);
    const leave = new AbortController();
    const asked: Promise<unknown>[] = [];
    await until(() => {
      if (attempts('m1') < 4)
        asked.push(post(`${pair.url}/v1/chat/completions`, ask(), { signal: leave.signal }).then((response) => response.text()));
      return attempts('m1') >= 4;
    });
    if (leaves) leave.abort();
    await Promise.allSettled(asked);
    await until(async () => (await served()) === 'm1');
    expect(attempts('m1')).toBeGreaterThanOrEqual(5);
  });

  test('a probe that the attempts budget does not allow is not used up', async () => {
    await start(['m1', 'm2'], { ...quick, maxAttempts: 1 });
    pair.upstream.script('m2', failure(500), failure(500), failure(500), ok());
    const direct = () => readChat(pair.url, ask({ model: 'm2' }));
    for (let round = 0; round < 3; round++) await direct();
    const openedAtMs = performance.now();
    // m1 is asked by refusals that never open its own breaker, while the pause of m2's runs out
    pair.upstream.script('m1', failure(429, 'slow', { 'retry-after': '0' }));
    await until(async () => {
      await served();
      return performance.now() - openedAtMs > 500;
    });
    expect((await direct()).status).toBe(200);
  });
});
