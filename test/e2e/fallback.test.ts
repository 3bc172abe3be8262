// The fallback chain: order, budgets, one deadline, retries, and what travels with each attempt.

import { afterEach, describe, expect, test } from 'vitest';
import { type Behaviour, failure, gate, held, ok, silence, stream } from '../rigs/behaviours.js';
import { events, type JsonObject, textChunks } from '../rigs/chat-frames.js';
import { ask, readChat } from '../rigs/event-reader.js';
import { startFaultyUpstream } from '../rigs/faulty-upstream.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, chainConfig } from '../rigs/proxy.js';

/** How late a limit may fire on a busy machine of two cores. */
const slackMs = 200;

let pair: Pair | undefined;
afterEach(async () => {
  await pair?.stop();
  pair = undefined;
});

async function start(
  models: readonly string[],
  upstream: Config = {},
  scripts: Readonly<Record<string, readonly Behaviour[]>> = {},
): Promise<Pair> {
  pair = await startPair(models, { upstream });
  for (const [model, behaviours] of Object.entries(scripts)) pair.upstream.script(model, ...behaviours);
  return pair;
}

const order = ({ upstream }: Pair) => upstream.journal.map(({ model }) => model);

describe('every outcome of a chain of three', () => {
  const verbs = { ok: ok(), fails: failure(500), refuses: failure(400) } as const;
  type Verb = keyof typeof verbs;
  const names: readonly Verb[] = ['ok', 'fails', 'refuses'];
  const rows = names.flatMap((first) => names.flatMap((second) => names.map((third): [Verb, Verb, Verb] => [first, second, third])));

  /** The rule in one place: go on while it fails, stop at the first that answers or refuses. */
  function expected(row: readonly Verb[]): { called: string[]; status: number } {
    const stop = row.findIndex((verb) => verb !== 'fails');
    const called = row.slice(0, stop === -1 ? row.length : stop + 1).map((_, index) => `m${index + 1}`);
    return { called, status: stop === -1 ? 502 : row[stop] === 'ok' ? 200 : 400 };
  }

  test.each(rows)('%s, %s, %s', async (...row) => {
    for (const streaming of [true, false]) {
      const { upstream, url, stop } = await startPair(['m1', 'm2', 'm3']);
      for (const [index, verb] of row.entries()) upstream.script(`m${index + 1}`, verbs[verb]);
      const answer = await readChat(url, ask({ stream: streaming }));
      const { called, status } = expected(row);
      expect({ called: upstream.journal.map(({ model }) => model), status: answer.status }).toEqual({ called, status });
      if (status === 200) expect(answer.headers.get('x-signalbox-model')).toBe(called.at(-1));
      await stop();
    }
  });
});

describe('budgets', () => {
  const nine = Array.from({ length: 9 }, (_, index) => `m${index + 1}`);
  const allFail = Object.fromEntries(nine.map((model) => [model, [failure(500)]]));

  test.each<[string, Config, number]>([
    ['six attempts by default', {}, 6],
    ['maxAttempts', { maxAttempts: 2 }, 2],
    ['retries count as attempts', { maxAttempts: 5, retries: 1, backoffMs: 1 }, 5],
  ])('%s', async (_, upstream, attempts) => {
    const running = await start(nine, upstream, allFail);
    expect((await readChat(running.url, ask())).status).toBe(502);
    expect(running.upstream.journal).toHaveLength(attempts);
  });

  test('all attempts share one deadline', { retry: 3 }, async () => {
    const running = await start(
      nine,
      { firstByteTimeoutMs: 300, deadlineMs: 1_000 },
      Object.fromEntries(nine.map((model) => [model, [silence()]])),
    );
    const startedAtMs = performance.now();
    expect((await readChat(running.url, ask({ stream: true }))).status).toBe(504);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000 + slackMs);
    expect(running.upstream.journal.length).toBeGreaterThan(1);
    expect(running.upstream.journal.length).toBeLessThan(6);
  });

  test.each<[string, Config, Behaviour]>([
    ['first byte', { firstByteTimeoutMs: 200 }, silence()],
    ['idle, before content', { idleTimeoutMs: 200, holdMs: 60_000 }, stream(events(textChunks()).slice(0, 1), 'hang')],
    ['idle, after content', { idleTimeoutMs: 200 }, stream(events(textChunks()).slice(0, 2), 'hang')],
    ['deadline', { deadlineMs: 200 }, silence()],
  ])('the %s limit of 200 ms fires on time', { retry: 3 }, async (_, upstream, behaviour) => {
    const running = await start(['m1'], upstream, { m1: [behaviour] });
    const startedAtMs = performance.now();
    await readChat(running.url, ask({ stream: true }));
    const tookMs = performance.now() - startedAtMs;
    expect(tookMs).toBeGreaterThanOrEqual(195);
    expect(tookMs).toBeLessThan(200 + slackMs);
  });

  test('the deadline ends a call that is still waiting', async () => {
    const running = await start(['m1', 'm2'], { deadlineMs: 150 }, { m1: [silence()] });
    expect((await readChat(running.url, ask())).status).toBe(504);
    expect(order(running)).toEqual(['m1']);
    expect((await running.upstream.journal[0]?.closed)?.by).toBe('proxy');
  });
});

describe('retries at the same model', () => {
  test('none by default', async () => {
    const running = await start(['m1', 'm2'], {}, { m1: [failure(500), ok()] });
    expect((await readChat(running.url, ask())).headers.get('x-signalbox-model')).toBe('m2');
    expect(order(running)).toEqual(['m1', 'm2']);
  });

  test.each<[string, readonly Behaviour[], readonly string[], number]>([
    ['a retry that works ends it', [failure(500), ok()], ['m1', 'm1'], 200],
    ['then the next model', [failure(500)], ['m1', 'm1', 'm1', 'm2'], 200],
    ['never after a refusal', [failure(400)], ['m1'], 400],
  ])('retries: 2, %s', async (_, behaviours, called, status) => {
    const running = await start(['m1', 'm2'], { retries: 2, backoffMs: 1 }, { m1: behaviours });
    expect((await readChat(running.url, ask({ stream: true }))).status).toBe(status);
    expect(order(running)).toEqual(called);
  });

  test('a retry waits at least what Retry-After asks', async () => {
    const running = await start(['m1'], { retries: 1, backoffMs: 100 }, { m1: [failure(503, 'busy', { 'retry-after': '0.3' }), ok()] });
    expect((await readChat(running.url, ask())).status).toBe(200);
    const [first, second] = running.upstream.journal;
    expect((second?.arrivedAtMs ?? 0) - (first?.arrivedAtMs ?? 0)).toBeGreaterThanOrEqual(300);
  });

  test('a client that leaves during the back-off ends it: no further call', async () => {
    const running = await start(['m1'], { retries: 1, backoffMs: 60_000 }, { m1: [failure(500)] });
    const leave = new AbortController();
    const answer = readChat(running.url, ask(), { signal: leave.signal });
    const entry = await running.upstream.seen();
    await entry.closed;
    leave.abort();
    await expect(answer).rejects.toThrow();
    await running.stop();
    pair = undefined;
    expect(running.upstream.journal).toHaveLength(1);
  });
});

describe('what an attempt carries', () => {
  test("each provider's own name for the model, key and address, and the same body otherwise", async () => {
    const other = await startFaultyUpstream();
    pair = await startPair([], (baseUrl) => ({
      providers: [
        { name: 'one', type: 'openai-compatible', baseUrl, apiKey: 'sk-key-one' },
        { name: 'two', type: 'openai-compatible', baseUrl: other.baseUrl, apiKey: 'sk-key-two' },
      ],
      models: [
        { name: 'm1', provider: 'one', upstreamModel: 'vendor-one/a', contextTokens: 128_000 },
        { name: 'm2', provider: 'two', upstreamModel: 'vendor-two/b', contextTokens: 128_000 },
      ],
      decisions: [{ name: 'all', models: ['m1', 'm2'] }],
      defaultDecision: 'all',
    }));
    pair.upstream.script('vendor-one/a', failure(500));
    const body: JsonObject = ask({ seed: 7, x_vendor: { a: 1 } });
    const answer = await readChat(pair.url, body);
    expect([answer.status, answer.headers.get('x-signalbox-model')]).toEqual([200, 'm2']);
    const sent = [...pair.upstream.journal, ...other.journal];
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer sk-key-one', 'Bearer sk-key-two']);
    expect(sent.map((entry) => entry.body)).toEqual(['vendor-one/a', 'vendor-two/b'].map((model) => ({ ...body, model })));
    await other.close();
  });

  test('an explicit model is not replaced by another', async () => {
    const running = await start(['m1', 'm2'], {}, { m1: [failure(500)] });
    const answer = await readChat(running.url, ask({ model: 'm1' }));
    expect([answer.status, answer.headers.get('x-signalbox-decision'), order(running)]).toEqual([502, 'direct', ['m1']]);
  });

  test('the failed attempt is given up before the next begins', async () => {
    const never = gate();
    const running = await start(['m1', 'm2'], { firstByteTimeoutMs: 80 }, { m1: [held(never, ok())] });
    expect((await readChat(running.url, ask({ stream: true }))).headers.get('x-signalbox-model')).toBe('m2');
    const [first, second] = running.upstream.journal;
    const closing = await first?.closed;
    expect(closing?.by).toBe('proxy');
    expect(closing?.atMs ?? 0).toBeLessThanOrEqual((second?.arrivedAtMs ?? 0) + 50);
  });
});

test('a chain over providers of one address falls back in configured order', async () => {
  pair = await startPair([], (baseUrl) => ({
    ...chainConfig(baseUrl, ['m1', 'm2', 'm3']),
    decisions: [{ name: 'all', models: ['m3', 'm1', 'm2'] }],
  }));
  pair.upstream.script('m3', failure(503));
  pair.upstream.script('m1', failure(500));
  expect((await readChat(pair.url, ask())).headers.get('x-signalbox-model')).toBe('m2');
  expect(order(pair)).toEqual(['m3', 'm1', 'm2']);
});
