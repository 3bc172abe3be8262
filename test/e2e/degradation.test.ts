// The degradation policy: what triggers it, who answers then, and what the client is told.

import { afterEach, describe, expect, test } from 'vitest';
import { type Behaviour, failure, ok } from '../rigs/behaviours.js';
import type { JsonObject } from '../rigs/chat-frames.js';
import { ask, readChat, type StreamAnswer } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, ownProviders, total } from '../rigs/proxy.js';

let pair: Pair;
afterEach(() => pair.stop());

/** m1 and m2 are candidates, `spare` and `small` are not. */
async function start(policy: Config | undefined, rest: Config = {}): Promise<Pair> {
  pair = await startPair([], (baseUrl) => ({
    ...ownProviders(['m1', 'm2', 'spare', 'small'], () => baseUrl),
    models: ['m1', 'm2', 'spare', 'small'].map((name) => ({
      name,
      provider: `at-${name}`,
      contextTokens: name === 'small' ? 3 : 128_000,
      ...(name === 'spare' && { capabilities: ['json'] }),
    })),
    decisions: [{ name: 'all', models: ['m1', 'm2'], ...(policy && { plugins: { degradationPolicy: policy } }) }],
    ...rest,
  }));
  return pair;
}

const broken = failure(500);
const limited = failure(429, 'slow', { 'retry-after': '30' });
const script = (behaviours: Readonly<Record<string, Behaviour>>) => {
  for (const [model, behaviour] of Object.entries(behaviours)) pair.upstream.script(model, behaviour);
};
const told = ({ status, headers }: StreamAnswer) => ({
  status,
  model: headers.get('x-signalbox-model'),
  degraded: headers.get('x-degraded'),
  original: headers.get('x-original-model'),
});
const degraded = (model: string) => ({ status: 200, model, degraded: 'true', original: 'm1' });
const plain = (model: string | null, status = 200) => ({ status, model, degraded: null, original: null });

const seed: Config = {
  enabled: true,
  triggers: ['rate_limit', 'budget_exceeded', 'provider_error'],
  fallbackModel: 'spare',
  notifyHeaders: { 'X-Degraded': 'true', 'X-Original-Model': '{{requested_model}}' },
};

describe.each([true, false])('streaming: %s', (streaming) => {
  const asked = async (extra: JsonObject = {}) => told(await readChat(pair.url, ask({ stream: streaming, ...extra })));

  test.each<[string, Config | undefined, Readonly<Record<string, Behaviour>>, ReturnType<typeof told>, string | undefined]>([
    ['nothing is wrong', seed, {}, plain('m1'), undefined],
    ['the next in the chain', seed, { m1: broken }, degraded('m2'), 'provider_error'],
    ['the next after a limit', seed, { m1: limited }, degraded('m2'), 'rate_limit'],
    ['all fail', seed, { m1: broken, m2: broken }, degraded('spare'), 'provider_error'],
    ['all are at their limit', seed, { m1: limited, m2: limited }, degraded('spare'), 'rate_limit'],
    ['limit, then failure', seed, { m1: limited, m2: broken }, degraded('spare'), 'provider_error'],
    ['exhaustion as a trigger of its own', { fallbackModel: 'spare' }, { m1: broken, m2: broken }, degraded('spare'), 'all_exhausted'],
    ['only exhaustion', { triggers: ['all_exhausted'], fallbackModel: 'spare' }, { m1: broken }, plain('m2'), undefined],
    ['a trigger that is not listed', { ...seed, triggers: ['rate_limit'] }, { m1: broken, m2: broken }, plain('m1', 502), undefined],
    ['a walk that is not listed', { ...seed, triggers: ['rate_limit'] }, { m1: broken }, plain('m2'), undefined],
    ['off', { ...seed, enabled: false }, { m1: broken }, plain('m2'), undefined],
    ['no policy', undefined, { m1: broken, m2: broken }, plain('m1', 502), undefined],
    ['nobody left at all', seed, { m1: broken, m2: broken, spare: broken }, plain('m1', 502), undefined],
    ['a refusal is final', seed, { m1: failure(400) }, plain('m1', 400), undefined],
    ['a pool, in order', { ...seed, fallbackModel: ['small', 'spare'] }, { m1: broken, m2: broken }, degraded('spare'), 'provider_error'],
  ])('%s', async (_, policy, behaviours, expected, trigger) => {
    await start(policy);
    script(behaviours);
    expect(await asked()).toEqual(expected);
    const metrics = await pair.metrics();
    expect(total(metrics, 'sr_degradation_total')).toBe(trigger === undefined ? 0 : 1);
    if (trigger !== undefined) expect(total(metrics, 'sr_degradation_total', { trigger })).toBe(1);
  });
});

test('a reserve that cannot serve the request is not asked', async () => {
  await start(seed);
  script({ m1: broken, m2: broken });
  const tools = [{ type: 'function', function: { name: 'look' } }];
  expect((await readChat(pair.url, ask({ tools }))).status).toBe(502);
  expect(pair.upstream.attempts('spare')).toBe(0);
});

test('the budget keeps one attempt for the reserve', async () => {
  await start(seed, { upstream: { maxAttempts: 2 } });
  script({ m1: broken });
  expect(told(await readChat(pair.url, ask()))).toEqual(degraded('spare'));
  expect([pair.upstream.attempts('m1'), pair.upstream.attempts('m2')]).toEqual([1, 0]);
});

test('templates: any header, any of the three words', async () => {
  await start({ ...seed, notifyHeaders: { 'X-Why': '{{trigger}}: {{ requested_model }} → {{model}}', 'X-Tier': 'free' } });
  script({ m1: broken });
  const { headers } = await readChat(pair.url, ask());
  expect([headers.get('x-why'), headers.get('x-tier'), headers.get('x-degraded')]).toEqual([
    encodeURIComponent('provider_error: m1 → m2'),
    'free',
    null,
  ]);
});

test('a policy of the whole file holds for a named model too; keys of a decision win', async () => {
  await start({ fallbackModel: 'm2', enabled: false }, { plugins: { degradationPolicy: { fallbackModel: 'spare' } } });
  script({ m1: broken, m2: broken });
  expect(told(await readChat(pair.url, ask({ model: 'm1' })))).toEqual(degraded('spare'));
  expect(told(await readChat(pair.url, ask())).status).toBe(502);
});

test('a conversation is not pinned to the reserve', async () => {
  await start(seed);
  pair.upstream.script('m1', broken, ok());
  script({ m2: broken });
  const turn = async () => (await readChat(pair.url, ask(), { headers: { 'x-signalbox-session-id': 'c' } })).headers;
  expect((await turn()).get('x-signalbox-model')).toBe('spare');
  const next = await turn();
  expect([next.get('x-signalbox-model'), next.get('x-signalbox-session')]).toEqual(['m1', 'new']);
});
