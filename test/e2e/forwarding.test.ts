// What goes up is what came: bytes of unknown fields, number spellings and key order survive; only `model` changes.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, post } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair([], (baseUrl) => ({
    providers: [{ name: 'rig', type: 'openai-compatible', baseUrl, apiKey: 'sk-upstream-key' }],
    models: [{ name: 'm1', provider: 'rig', contextTokens: 128_000 }],
    decisions: [{ name: 'all', models: ['m1'] }],
    defaultDecision: 'all',
  }));
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const url = () => `${pair.url}/v1/chat/completions`;
const turn = '"messages":[{"role":"user","content":"hi"}]';

test.each<[string, (model: string) => string, string?]>([
  ['integers beyond 2^53', (model) => `{"model":${model},${turn},"seed":12345678901234567890,"ids":[9007199254740993,-0]}`],
  ['float spellings', (model) => `{"model":${model},${turn},"temperature":0.70,"top_p":1.0,"x":1E-7,"y":1e400,"z":-0.0}`],
  ['nested unknown fields', (model) => `{"model":${model},${turn},"x_vendor":{"a":[{"b":null},[],{}],"model":"router","stream":"no"}}`],
  ['white space and line ends', (model) => `{ "model" :\t${model} ,\r\n ${turn} , "x" : [ 1 , 2 ] }`],
  ['model last', (model) => `{${turn},"x":1,"model":${model}}`],
  ['model in the middle, spelled with escapes', (model) => `{${turn},"mod\\u0065l":${model},"x":1}`, '"rout\\u0065r"'],
  [
    'escapes in strings',
    (model) =>
      `{"model":${model},"messages":[{"role":"user","content":"\\u00e9\\ud83d\\ude00\\/\\b \\"model\\":\\"router\\""}],"x":"\\u0000"}`,
  ],
  ['raw unicode', (model) => `{"model":${model},"messages":[{"role":"user","content":"é\u{1F600}\u2028 漢"}],"Ключ":"значение"}`],
  ['a lone surrogate, escaped', (model) => `{"model":${model},"messages":[{"role":"user","content":"\\ud800"}]}`],
  [
    'unknown message and part fields',
    (model) =>
      `{"model":${model},"messages":[{"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}],"name":"n","x":1.50}]}`,
  ],
  ['numeric-looking keys keep their order', (model) => `{"model":${model},${turn},"b":1,"2":2,"1":1,"a":{"9":0,"1":0}}`],
  [
    'a stream that asks for usage itself',
    (model) => `{"model":${model},"stream":true,"stream_options":{"include_usage":true,"x":0.10},${turn}}`,
  ],
])('%s: byte for byte', async (_, body, spelled = '"router"') => {
  const response = await post(url(), body(spelled));
  expect([response.status, (await response.text()).includes('"error"')]).toEqual([200, false]);
  expect(pair.upstream.journal.map((entry) => entry.text)).toEqual([body('"m1"')]);
});

test.each<[string, string]>([
  ['left out', `{${turn},"seed":12345678901234567890}`],
  ['empty', `{"model":"",${turn},"seed":12345678901234567890}`],
])('model %s: the alias is meant, the upstream still hears a name', async (_, text) => {
  const response = await post(url(), text);
  expect([response.status, response.headers.get('x-signalbox-model')]).toEqual([200, 'm1']);
  const [entry] = pair.upstream.journal;
  expect(entry?.body.model).toBe('m1');
  expect(entry?.text).toContain('"seed":12345678901234567890');
  expect(entry?.text).toContain(turn);
});

describe('headers', () => {
  const sent = async (headers: Record<string, string>) => {
    await (await post(url(), ask(), { headers })).text();
    return pair.upstream.journal[0]?.headers ?? {};
  };

  test("the provider's key goes up, the caller's does not", async () => {
    const headers = await sent({ authorization: 'Bearer caller-secret', cookie: 'session=caller-secret', 'x-api-key': 'caller-secret' });
    expect(headers.authorization).toBe('Bearer sk-upstream-key');
    expect(JSON.stringify(headers)).not.toContain('caller-secret');
  });

  test('hop-by-hop and routing headers stay here; host and length are right', async () => {
    const headers = await sent({ 'x-signalbox-routing': 'auto', te: 'trailers', 'x-forwarded-for': '10.0.0.1' });
    expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-signalbox-routing']));
    expect(headers.host).toBe(`127.0.0.1:${pair.upstream.port}`);
    expect(headers['content-type']).toMatch(/^application\/json/);
    expect(Number(headers['content-length'])).toBe(Buffer.byteLength(pair.upstream.journal[0]?.text ?? ''));
  });
});
