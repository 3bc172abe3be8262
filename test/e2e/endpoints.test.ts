// The small endpoints: models, route, health, capabilities, metrics; and what they say about a request without making a call.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../rigs/chat-frames.js';
import { ask, post, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { total } from '../rigs/proxy.js';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair([], (baseUrl) => ({
    providers: [{ name: 'rig', type: 'openai-compatible', baseUrl }],
    models: [
      { name: 'small', provider: 'rig', contextTokens: 128_000 },
      { name: 'big', provider: 'rig', contextTokens: 128_000 },
      { name: 'tiny', provider: 'rig', contextTokens: 50 },
    ],
    signals: { keywords: [{ name: 'urgent', operator: 'OR', keywords: ['urgent', 'asap'] }] },
    decisions: [
      { name: 'hurry', priority: 10, rules: { type: 'OR', conditions: [{ signal: 'keyword', name: 'urgent' }] }, models: ['tiny', 'big'] },
      { name: 'calm', models: ['small'] },
    ],
    defaultDecision: 'calm',
  }));
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const say = (content: string, extra: JsonObject = {}) => ask({ messages: [{ role: 'user', content }], ...extra });
const route = async (body: JsonObject, headers: Record<string, string> = {}) => {
  const response = await post(`${pair.url}/v1/route`, body, { headers });
  return { response, result: (await response.json()) as JsonObject };
};

test('models: the configured ones and the alias, by the real client', async () => {
  const page = await pair.client.models.list();
  const ids = page.data.map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set(['small', 'big', 'tiny', 'router']));
  expect(new Set(page.data.map(({ object }) => object))).toEqual(new Set(['model']));
  expect(await (await fetch(`${pair.url}/v1/models`)).json()).toMatchObject({ object: 'list' });
});

test.each<[string, string, number]>([
  ['one model', '/v1/models/small', 200],
  ['an unknown model', '/v1/models/none', 404],
  ['alive', '/healthz', 200],
  ['ready', '/readyz', 200],
  ['capabilities', '/v1/capabilities', 200],
  ['metrics', '/metrics', 200],
])('GET %s: %s → %i', async (_, path, status) => {
  const response = await fetch(pair.url + path);
  await response.text();
  expect(response.status).toBe(status);
});

test('capabilities: the record of the loaded flavor', async () => {
  const record = (await (await fetch(`${pair.url}/v1/capabilities`)).json()) as JsonObject;
  expect(record).toMatchObject({
    flavor: expect.stringMatching(/^(candle|onnx|stub)$/),
    features: expect.any(Object),
    architectures: expect.any(Array),
    unavailable: expect.any(Object),
  });
});

describe('/v1/route', () => {
  test('the whole result and no upstream call', async () => {
    const { response, result } = await route(say('this is urgent'));
    expect(response.status).toBe(200);
    expect(pair.upstream.journal).toHaveLength(0);
    expect(result).toMatchObject({
      decision: 'hurry',
      model: 'tiny',
      tier: expect.stringMatching(/^[A-Z]+$/),
      confidence: expect.any(Number),
      signals: expect.anything(),
      rules: expect.anything(),
      timingsMs: expect.any(Object),
    });
    expect(result.candidates).toMatchObject([
      { model: 'tiny', score: expect.any(Number) },
      { model: 'big', score: expect.any(Number) },
    ]);
  });

  test('a rejected candidate says why', async () => {
    const { result } = await route(say(`urgent: ${'many words '.repeat(200)}`));
    expect(result.model).toBe('big');
    expect((result.candidates as JsonObject[]).find(({ model }) => model === 'tiny')?.rejected).toMatch(/\S/);
  });

  test.each<[string, JsonObject, string, string]>([
    ['keyword', say('do it ASAP please'), 'hurry', 'tiny'],
    ['nothing matches', say('good morning'), 'calm', 'small'],
    ['an explicit model', say('urgent', { model: 'big' }), 'direct', 'big'],
  ])('%s: a chat takes the same way as it announces', async (_, body, decision, model) => {
    const { result } = await route(body);
    expect([result.decision, result.model]).toEqual([decision, model]);
    for (const stream of [true, false]) {
      const { headers } = await readChat(pair.url, { ...body, stream });
      expect([headers.get('x-signalbox-decision'), headers.get('x-signalbox-model')]).toEqual([decision, model]);
    }
    expect(pair.upstream.journal.map((entry) => entry.model)).toEqual([model, model]);
  });
});

describe('routing modes by header', () => {
  test.each<[string, Record<string, string>, string, number, string | null]>([
    ['auto, explicit', { 'x-signalbox-routing': 'auto' }, 'big', 200, 'direct'],
    ['force, explicit', { 'x-signalbox-routing': 'FORCE' }, 'big', 200, 'hurry'],
    ['off, explicit', { 'X-Dynamo-Routing': 'off' }, 'big', 200, 'direct'],
    ['off, alias', { 'x-signalbox-routing': 'off' }, 'router', 400, null],
    ['shadow, alias', { 'x-signalbox-routing': 'shadow' }, 'router', 200, 'calm'],
    ['our header before the other', { 'x-signalbox-routing': 'auto', 'X-Dynamo-Routing': 'off' }, 'router', 200, 'hurry'],
    ['unknown word', { 'x-signalbox-routing': 'maybe' }, 'router', 400, null],
  ])('%s', async (_, headers, model, status, decision) => {
    const answer = await readChat(pair.url, say('urgent', { model }), { headers });
    expect([answer.status, answer.status === 200 ? answer.headers.get('x-signalbox-decision') : null]).toEqual([status, decision]);
  });

  test('alias under off says MODEL_ALIAS_WITHOUT_ROUTING', async () => {
    const { raw } = await readChat(pair.url, say('x'), { headers: { 'x-signalbox-routing': 'off' } });
    expect(JSON.parse(raw)).toMatchObject({ error: { code: 'MODEL_ALIAS_WITHOUT_ROUTING' } });
  });
});

test('metrics: requests by decision, model and status; failures too', async () => {
  const of = async (labels: Record<string, string>) => total(await pair.metrics(), 'sr_request_total', labels);
  const before = { hurry: await of({ decision: 'hurry' }), all: await of({}) };
  await readChat(pair.url, say('urgent'));
  await readChat(pair.url, say('urgent', { stream: true }));
  await readChat(pair.url, say('x', { model: 'no-such-model' }));
  expect((await of({ decision: 'hurry', model: 'tiny', status: '200' })) - before.hurry).toBe(2);
  expect((await of({})) - before.all).toBe(3);
  expect([...(await pair.metrics()).keys()].filter((series) => series.includes('no-such-model'))).toEqual([]);
});
