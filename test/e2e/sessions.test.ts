// Conversations that stay with one model: by id or by their opening, until the model dies, never moved inside a tool loop.

import { afterEach, describe, expect, test } from 'vitest';
import { failure, ok, stream } from '../rigs/behaviours.js';
import { events, type JsonObject, textChunks } from '../rigs/chat-frames.js';
import { ask, post, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { type Config, ownProviders, total } from '../rigs/proxy.js';

let pair: Pair;
afterEach(() => pair.stop());

const models = ['m1', 'm2', 'm3'];
const slowBreaker: Config = { breaker: { failures: 3, openSeconds: 3_600 } };

async function start(rest: Config = {}): Promise<Pair> {
  pair = await startPair([], (baseUrl) => ({ ...ownProviders(models, () => baseUrl), upstream: slowBreaker, ...rest }));
  return pair;
}

interface Turn {
  readonly model: string | null;
  readonly session: string | null;
  readonly status: number;
}

async function turn(id: string | undefined, extra: JsonObject = {}, headers: Readonly<Record<string, string>> = {}): Promise<Turn> {
  const named = id === undefined ? {} : { 'x-signalbox-session-id': id };
  const answer = await readChat(pair.url, ask(extra), { headers: { ...named, ...headers } });
  return { status: answer.status, model: answer.headers.get('x-signalbox-model'), session: answer.headers.get('x-signalbox-session') };
}

const served = (model: string, session: 'new' | 'pinned'): Turn => ({ status: 200, model, session });
const pins = async () => total(await pair.metrics(), 'sr_session_pins_total');

const user = (content: string) => ({ role: 'user', content });
const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{}' } };
const loop = {
  messages: [
    user('Say something.'),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c1', content: 'x' },
  ],
};
const long = { messages: [user('Say something.'), { role: 'assistant', content: 'Hello' }, user('And more?')] };

describe.each([true, false])('the state machine, streaming: %s', (streaming) => {
  const extra = { stream: streaming };

  test('new → pinned → its model dies → pinned anew, once, and it stays there', async () => {
    await start();
    expect([await turn('c', extra), await turn('c', extra)]).toEqual([served('m1', 'new'), served('m1', 'pinned')]);
    pair.upstream.script('m1', failure(500), ok());
    expect(await turn('c', extra)).toEqual(served('m2', 'new'));
    expect([await turn('c', extra), await turn('c', extra)]).toEqual([served('m2', 'pinned'), served('m2', 'pinned')]);
    expect(await turn('other', extra)).toEqual(served('m1', 'new'));
    expect(await pins()).toBe(3);
  });
});

test('twenty requests that meet the dead model at once pin the conversation anew once', async () => {
  await start();
  await turn('c');
  pair.upstream.script('m1', failure(500));
  await Promise.all(Array.from({ length: 20 }, () => turn('c')));
  expect([await pins(), (await turn('c')).model]).toEqual([2, 'm2']);
});

test('an endpoint that is known to be down counts as dead: no call, pinned anew', async () => {
  await start();
  await turn('c');
  pair.upstream.script('m1', failure(500));
  for (let round = 0; round < 3; round++) await turn(undefined);
  const before = pair.upstream.attempts('m1');
  expect(await turn('c')).toEqual(served('m2', 'new'));
  expect([pair.upstream.attempts('m1') - before, (await turn('c')).session]).toEqual([0, 'pinned']);
});

test('the time runs out', async () => {
  await start({ sessions: { ttlSeconds: 0.001 } });
  expect([await turn('c'), await turn('c')]).toEqual([served('m1', 'new'), served('m1', 'new')]);
});

test('a refused request moves nothing', async () => {
  await start();
  await turn('c');
  pair.upstream.script('m1', failure(400), ok());
  expect((await turn('c')).status).toBe(400);
  expect(await turn('c')).toEqual(served('m1', 'pinned'));
});

test('a stream that breaks off pins nothing', async () => {
  await start();
  pair.upstream.script('m1', stream(events(textChunks()).slice(0, 2), 'fin'), ok());
  await turn('c', { stream: true });
  expect([await pins(), (await turn('c')).session]).toEqual([0, 'new']);
});

describe('another decision', () => {
  const decisions = {
    signals: { keywords: [{ name: 'urgent', operator: 'OR', keywords: ['urgent'] }] },
    fastPath: { enabled: false },
    decisions: [
      { name: 'fast', rules: { signal: 'keyword', name: 'urgent' }, models: ['m3'] },
      { name: 'all', models: ['m1', 'm2'] },
    ],
    defaultDecision: 'all',
  };

  test('does not move the conversation', async () => {
    await start(decisions);
    await turn('c');
    const urgent = { messages: [...long.messages, user('urgent!')] };
    expect([await turn('c', urgent), await turn('d', urgent)]).toEqual([served('m1', 'pinned'), served('m3', 'new')]);
  });

  test('does not move it inside a tool loop either', async () => {
    await start(decisions);
    await turn('c');
    const messages = [user('urgent!'), ...loop.messages.slice(1)];
    expect(await turn('c', { messages })).toEqual(served('m1', 'pinned'));
  });
});

describe('while a tool loop is open', () => {
  test('nobody but the pinned model is called; afterwards others may be', async () => {
    await start();
    await turn('c');
    pair.upstream.script('m1', failure(500), ok());
    expect(await turn('c', loop)).toMatchObject({ status: 502, model: 'm1' });
    expect(pair.upstream.attempts('m2')).toBe(0);
    expect(await turn('c', loop)).toEqual(served('m1', 'pinned'));
    pair.upstream.script('m1', failure(500));
    expect(await turn('c', long)).toEqual(served('m2', 'new'));
  });

  test('toolLoop: fall-back: others may answer, but the pin stays', async () => {
    await start({ sessions: { toolLoop: 'fall-back' } });
    await turn('c');
    pair.upstream.script('m1', failure(500), ok());
    expect(await turn('c', loop)).toEqual(served('m2', 'new'));
    expect([await turn('c', loop), await pins()]).toEqual([served('m1', 'pinned'), 1]);
  });

  test('a conversation that begins inside one is pinned to who answers', async () => {
    await start();
    expect([await turn('c', loop), await turn('c', loop)]).toEqual([served('m1', 'new'), served('m1', 'pinned')]);
  });
});

describe('without an id', () => {
  test('no `sessions`: nothing is pinned', async () => {
    await start();
    expect([await turn(undefined), await turn(undefined)]).toEqual([served('m1', 'new'), served('m1', 'new')]);
  });

  test('the opening and the key tell conversations apart', async () => {
    await start({ sessions: {} });
    const key = { authorization: 'Bearer one' };
    expect(await turn(undefined, {}, key)).toEqual(served('m1', 'new'));
    expect(await turn(undefined, long, key)).toEqual(served('m1', 'pinned'));
    expect((await turn(undefined, long, { authorization: 'Bearer two' })).session).toBe('new');
    expect((await turn(undefined, { messages: [user('Something else.')] }, key)).session).toBe('new');
  });

  test('configured headers too', async () => {
    await start({ sessions: { fingerprint: ['conversation', 'headers'], headers: ['X-Team'] } });
    await turn(undefined, {}, { 'x-team': 'a' });
    expect((await turn(undefined, {}, { 'x-team': 'a' })).session).toBe('pinned');
    expect((await turn(undefined, {}, { 'x-team': 'b' })).session).toBe('new');
  });
});

describe('who has no session', () => {
  test('a request that names its model', async () => {
    await start();
    await turn('c');
    expect(await turn('c', { model: 'm2' })).toEqual(served('m2', 'new'));
    expect(await turn('c')).toEqual(served('m1', 'pinned'));
  });

  test('anonymous callers of a keyed server; tenants do not share', async () => {
    const apiKeys = ['a', 'b'].map((tenant) => ({ key: `sk-tenant-${tenant}`, tenant }));
    await start({ identity: { apiKeys, allowAnonymous: true } });
    const as = (tenant: string) => turn('c', {}, { authorization: `Bearer sk-tenant-${tenant}` });
    expect([(await turn('c')).session, (await turn('c')).session]).toEqual(['new', 'new']);
    expect([(await as('a')).session, (await as('b')).session, (await as('a')).session]).toEqual(['new', 'new', 'pinned']);
  });

  test('an id beyond 256 characters is refused', async () => {
    await start();
    expect((await turn('x'.repeat(257))).status).toBe(400);
    expect(pair.upstream.journal).toHaveLength(0);
  });
});

test('a pinned model that cannot take the request any more gives way', async () => {
  await start({ models: models.map((name) => ({ name, provider: `at-${name}`, contextTokens: name === 'm1' ? 1000 : 128_000 })) });
  await turn('c');
  const messages = [user('Say something.'), { role: 'assistant', content: 'x '.repeat(2500) }, user('And more?')];
  expect(await turn('c', { messages })).toEqual(served('m2', 'new'));
  expect(await turn('c')).toEqual(served('m2', 'pinned'));
});

test('/v1/route shows the pinned model and pins nothing', async () => {
  await start();
  const route = async () =>
    (await (await post(`${pair.url}/v1/route`, ask(), { headers: { 'x-signalbox-session-id': 'c' } })).json()) as { model: string };
  expect([(await route()).model, await pins()]).toEqual(['m1', 0]);
  pair.upstream.script('m1', failure(500), ok());
  await turn('c');
  expect((await route()).model).toBe('m2');
});
