// What a request body may be: valid, unambiguous JSON of a bearable depth and size; anything else is refused before anyone upstream hears of it.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../rigs/chat-frames.js';
import { ask, post } from '../rigs/event-reader.js';
import { rawConnection, statuses } from '../rigs/hostile-client.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { chainConfig, startBinWith } from '../rigs/proxy.js';

const bodyBytes = 64 * 1024;
let pair: Pair;
beforeAll(async () => {
  pair = await startPair(['m1'], { limits: { bodyBytes } });
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

const url = (path = '/v1/chat/completions') => pair.url + path;
const turn = '"messages":[{"role":"user","content":"hi"}]';
const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);
const withField = (json: string) => `{"model":"router",${turn},"x":${json}}`;
const padded = (bytes: number) => {
  const [head, tail] = withField('"|"').split('|') as [string, string];
  return head + 'a'.repeat(bytes - head.length - tail.length) + tail;
};

async function refused(response: Response, status: number): Promise<string> {
  expect(response.status).toBe(status);
  const { error } = (await response.json()) as { error: JsonObject };
  expect(error).toMatchObject({ message: expect.stringMatching(/\S/), type: 'invalid_request_error' });
  expect(pair.upstream.journal).toHaveLength(0);
  return String(error.message);
}

test.each<[string, string]>([
  ['depth 64', withField(nested(63))],
  ['brackets inside strings', withField(JSON.stringify('['.repeat(500)))],
  ['the largest body', padded(bodyBytes)],
  ['the same key in two objects', withField('[{"a":1},{"a":2}]')],
  ['a key and a value that look alike', withField('{"a":"a","b":"a"}')],
  ['leading and trailing space', `\r\n\t ${withField('1')} \n`],
])('accepted: %s', async (_, body) => {
  const response = await post(url(), body);
  expect(response.status).toBe(200);
  await response.text();
  expect(pair.upstream.journal).toHaveLength(1);
});

describe.each(['/v1/chat/completions', '/v1/route'])('refused by %s', (path) => {
  test.each<[string, string, number]>([
    ['depth 65', withField(nested(64)), 400],
    ['depth 65 in objects', withField(nested(64, '{"a":', '}').replace('{"a":}', '{}')), 400],
    ['depth 20,000', withField(nested(20_000)), 400],
    ['depth 20,000, never closed', withField('['.repeat(20_000)), 400],
    ['one byte too many', padded(bodyBytes + 1), 413],
    ['an empty body', '', 400],
    ['half an object', '{"model":"router",', 400],
    ['an array', '[]', 400],
    ['a string', '"router"', 400],
    ['null', 'null', 400],
    ['two values', `${withField('1')} {}`, 400],
    ['a trailing comma', `{"model":"router",${turn},}`, 400],
    ['NaN', withField('NaN'), 400],
    ['a comment', withField('1 /* one */'), 400],
    ['single quotes', `{'model':'router'}`, 400],
    ['a raw control character', withField('"a\u0001"'), 400],
    ['a duplicate key', `{"model":"router",${turn},"model":"m1"}`, 400],
    ['a duplicate key spelled with escapes', `{"model":"router",${turn},"mod\\u0065l":"m1"}`, 400],
    ['a duplicate key deep inside', withField('{"a":[{"b":1,"c":2,"b":3}]}'), 400],
    ['a duplicate role', '{"model":"router","messages":[{"role":"user","role":"system","content":"hi"}]}', 400],
    ['no messages', '{"model":"router"}', 400],
    ['messages not an array', '{"model":"router","messages":{"role":"user"}}', 400],
    ['no message at all', '{"model":"router","messages":[]}', 400],
    ['a message without a role', '{"model":"router","messages":[{"content":"hi"}]}', 400],
    ['a model that is not a string', `{"model":5,${turn}}`, 400],
    ['a stream that is not a boolean', `{"model":"router","stream":"yes",${turn}}`, 400],
  ])('%s', async (_, body, status) => {
    await refused(await post(url(path), body), status);
  });

  test('the message names the field', async () => {
    expect(await refused(await post(url(path), '{"model":"router","messages":[{"role":"user","content":7}]}'), 400)).toContain('messages');
  });

  test('bytes that are not UTF-8', async () => {
    const body = Buffer.from(`{"model":"router","messages":[{"role":"user","content":"caf\u00e9"}]}`, 'latin1');
    await refused(await fetch(url(path), { method: 'POST', headers: { 'content-type': 'application/json' }, body }), 400);
  });
});

describe('__proto__ and friends', () => {
  test.each<[string, string]>([
    ['__proto__ at the top', `{"model":"router",${turn},"__proto__":{"polluted":true,"stream":true}}`],
    ['__proto__ in a message', `{"model":"router","messages":[{"role":"user","content":"hi","__proto__":{"polluted":true}}]}`],
    ['constructor.prototype', `{"model":"router",${turn},"constructor":{"prototype":{"polluted":true}}}`],
    ['toString and hasOwnProperty', `{"model":"router",${turn},"toString":1,"hasOwnProperty":2,"valueOf":null}`],
  ])('%s: harmless', async (_, body) => {
    const response = await post(url(), body);
    await response.text();
    expect([200, 400]).toContain(response.status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    if (response.status === 200) expect(pair.upstream.journal[0]?.text).toBe(body.replace('"router"', '"m1"'));
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('a model called %s is simply unknown', async (model) => {
    await refused(await post(url(), ask({ model })), 404);
  });
});

describe('content type and encoding', () => {
  const send = (headers: Record<string, string>) => fetch(url(), { method: 'POST', headers, body: Buffer.from(JSON.stringify(ask())) });

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/json;charset="UTF-8"'])('%s is accepted', async (type) => {
    const response = await send({ 'content-type': type });
    await response.text();
    expect(response.status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/jsonp'])(
    '%s is refused',
    async (type) => {
      await refused(await send({ 'content-type': type }), 415);
    },
  );

  test('a compressed body is refused rather than inflated', async () => {
    await refused(await send({ 'content-type': 'application/json', 'content-encoding': 'gzip' }), 415);
  });
});

describe('too large is known early', () => {
  const head = (extra: string) => `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${extra}\r\n\r\n`;

  test('by content-length: answered before the body is sent', async () => {
    const connection = await rawConnection(pair.port);
    await connection.send(head('content-length: 1073741824'));
    expect(statuses(await connection.until((soFar) => soFar.includes('\r\n\r\n')))).toEqual([413]);
    connection.reset();
  });

  test('by counting, where no length is given', async () => {
    const connection = await rawConnection(pair.port);
    await connection.send(head('transfer-encoding: chunked'));
    const piece = 'a'.repeat(8_192);
    for (let sent = 0; sent < 64 && !connection.received().includes('413'); sent++) await connection.send(`2000\r\n${piece}\r\n`);
    expect(statuses(await connection.until((soFar) => soFar.includes('\r\n\r\n')))).toEqual([413]);
    connection.reset();
  });

  test('Expect: 100-continue with too large a body gets no invitation', async () => {
    const bin = await startBinWith(chainConfig(pair.upstream.baseUrl, ['m1'], { limits: { bodyBytes } }));
    const connection = await rawConnection(bin.port);
    await connection.send(head('expect: 100-continue\r\ncontent-length: 1073741824'));
    expect(statuses(await connection.until((soFar) => soFar.includes('\r\n\r\n')))[0]).toBe(413);
    connection.reset();
    expect(await bin.stop()).toBe(0);
  });
});
