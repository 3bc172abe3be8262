// Every failure in OpenAI's shape with the right status: the real client throws the class its users catch.

import OpenAI from 'openai';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Behaviour, failure, html, resetBeforeHeaders, stream } from '../rigs/behaviours.js';
import { events, type JsonObject, textChunks } from '../rigs/chat-frames.js';
import { ask, post } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, chainConfig, startProxy } from '../rigs/proxy.js';

const secret = 'sk-upstream-do-not-tell';
let pair: Pair;
beforeAll(async () => {
  pair = await startPair([], (baseUrl) => ({
    providers: [{ name: 'rig', type: 'openai-compatible', baseUrl, apiKey: secret }],
    models: [{ name: 'm1', provider: 'rig', contextTokens: 128_000 }],
    decisions: [{ name: 'all', models: ['m1'] }],
    defaultDecision: 'all',
    upstream: { breaker: { failures: 1_000 } },
  }));
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

type ErrorClass = new (...parameters: never[]) => InstanceType<typeof OpenAI.APIError>;
const create = (streaming: boolean) =>
  streaming
    ? pair.client.chat.completions
        .create({ model: 'router', messages: [{ role: 'user', content: 'x' }], stream: true })
        .then(() => undefined)
    : pair.client.chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'x' }] });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('the call should have failed'),
    (error: unknown) => error,
  );

const upstreamErrors: [string, Behaviour, ErrorClass, number][] = [
  ['400', failure(400), OpenAI.BadRequestError, 400],
  ['404', failure(404), OpenAI.NotFoundError, 404],
  ['409', failure(409), OpenAI.ConflictError, 409],
  ['422', failure(422), OpenAI.UnprocessableEntityError, 422],
  ['500', failure(500), OpenAI.InternalServerError, 502],
  ['503', failure(503), OpenAI.InternalServerError, 503],
  ['HTML', html(502), OpenAI.InternalServerError, 502],
  ['reset', resetBeforeHeaders(), OpenAI.InternalServerError, 502],
  ["our key refused: our fault, not the caller's", failure(401), OpenAI.InternalServerError, 502],
  ['our key not allowed', failure(403), OpenAI.InternalServerError, 502],
];

describe.each([
  ['whole', false],
  ['streamed', true],
])('upstream errors, %s', (_, streaming) => {
  test.each(upstreamErrors)('%s', async (_name, behaviour, expected, status) => {
    pair.upstream.script('m1', behaviour);
    const error = await caught(create(streaming));
    expect(error).toBeInstanceOf(expected);
    const { status: got, type, message, requestID } = error as InstanceType<typeof OpenAI.APIError>;
    expect({ got, type, message, requestID }).toEqual({
      got: status,
      type: expect.stringMatching(/\S/),
      message: expect.stringMatching(/\S/),
      requestID: expect.stringMatching(/\S/),
    });
  });

  test('429 is a RateLimitError and says when to come back', async () => {
    const own = await startPair(['m1']);
    try {
      own.upstream.script('m1', failure(429, 'slow', { 'retry-after': '7' }));
      const error = await caught(
        own.client.chat.completions
          .create({ model: 'router', messages: [{ role: 'user', content: 'x' }], stream: streaming })
          .then(() => undefined),
      );
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      const seconds = Number((error as InstanceType<typeof OpenAI.RateLimitError>).headers.get('retry-after'));
      expect(seconds).toBeGreaterThanOrEqual(6);
      expect(seconds).toBeLessThanOrEqual(9);
    } finally {
      await own.stop();
    }
  });

  test("the upstream's words about the request reach the caller", async () => {
    pair.upstream.script('m1', failure(400, "Invalid 'temperature': must be at most 2"));
    const error = (await caught(create(streaming))) as InstanceType<typeof OpenAI.APIError>;
    expect([error.message.includes("Invalid 'temperature'"), error.code]).toEqual([true, 'scripted_400']);
  });

  test.each([401, 403, 500])('a secret in an upstream %i never reaches the caller', async (status) => {
    pair.upstream.script('m1', failure(status, `Incorrect API key provided: ${secret} at http://127.0.0.1:${pair.upstream.port}`));
    const response = await post(`${pair.url}/v1/chat/completions`, ask({ stream: streaming }));
    const everything = (await response.text()) + JSON.stringify([...response.headers]);
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(String(pair.upstream.port));
  });
});

test('a cut stream throws in the real client, after the words that came', async () => {
  pair.upstream.script('m1', stream(events(textChunks()).slice(0, 3), 'fin'));
  const heard: string[] = [];
  const answer = await pair.client.chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'x' }], stream: true });
  const error = await caught(
    (async () => {
      for await (const part of answer) heard.push(part.choices[0]?.delta.content ?? '');
    })(),
  );
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(heard.join('')).toBe('Hello ');
});

describe('unknown things', () => {
  test.each<[string, string, string, number]>([
    ['an unknown model', 'POST', '/v1/chat/completions', 404],
    ['an unknown endpoint', 'GET', '/v1/nope', 404],
    ['an unknown endpoint, posted', 'POST', '/v1/nope', 404],
    ['outside /v1', 'GET', '/nope', 404],
    ['the wrong method', 'GET', '/v1/chat/completions', 405],
    ['the wrong method', 'DELETE', '/v1/models', 405],
  ])('%s: %s %s', async (_, method, path, status) => {
    const response = await fetch(pair.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(method === 'POST' && { body: JSON.stringify(ask({ model: 'no-such-model' })) }),
    });
    expect(response.status).toBe(status);
    await expectShape(response);
    expect(pair.upstream.journal).toHaveLength(0);
  });

  test('the unknown model is a NotFoundError that names it', async () => {
    const error = await caught(pair.client.chat.completions.create({ model: 'no-such-model', messages: [{ role: 'user', content: 'x' }] }));
    expect(error).toBeInstanceOf(OpenAI.NotFoundError);
    expect((error as Error).message).toContain('no-such-model');
  });
});

describe('API keys', () => {
  const keyed = (baseUrl: string): Config =>
    chainConfig(baseUrl, ['m1'], { identity: { apiKeys: [{ key: 'sk-caller-0001', tenant: 'acme' }] } });

  test.each<[string, Record<string, string>, number]>([
    ['the right key', { authorization: 'Bearer sk-caller-0001' }, 200],
    ['a wrong key', { authorization: 'Bearer sk-caller-0002' }, 401],
    ['a prefix of the key', { authorization: 'Bearer sk-caller-000' }, 401],
    ['no key', {}, 401],
    ['another scheme', { authorization: 'Basic c2stY2FsbGVyLTAwMDE=' }, 401],
  ])('%s', async (_, headers, status) => {
    const proxy = await startProxy(keyed(pair.upstream.baseUrl));
    try {
      for (const body of [ask(), ask({ stream: true })]) {
        const response = await post(`${proxy.url}/v1/chat/completions`, body, { headers });
        expect(response.status).toBe(status);
        if (status === 401) await expectShape(response);
        else await response.text();
      }
      expect(pair.upstream.journal).toHaveLength(status === 200 ? 2 : 0);
    } finally {
      await proxy.stop();
    }
  });

  test('the real client throws AuthenticationError', async () => {
    const proxy = await startProxy(keyed(pair.upstream.baseUrl), { apiKey: 'wrong-key' });
    try {
      const error = await caught(proxy.client.chat.completions.create({ model: 'router', messages: [{ role: 'user', content: 'x' }] }));
      expect(error).toBeInstanceOf(OpenAI.AuthenticationError);
    } finally {
      await proxy.stop();
    }
  });
});

async function expectShape(response: Response): Promise<void> {
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  expect(response.headers.get('x-request-id')).toBeTruthy();
  const { error } = (await response.json()) as { error: JsonObject };
  expect(error).toMatchObject({ message: expect.stringMatching(/\S/), type: expect.stringMatching(/\S/) });
  expect(Object.keys(error)).toEqual(expect.arrayContaining(['param', 'code']));
}
