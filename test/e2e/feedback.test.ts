// Feedback through the door: what is learned changes who answers, every misuse has its error, and a cascade verifies and escalates.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { reply } from '../rigs/behaviours.js';
import { completion, type JsonObject } from '../rigs/chat-frames.js';
import { ask, post } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';

let pair: Pair;
let folder: string;
const configure = (baseUrl: string) => ({
  providers: [{ name: 'rig', type: 'openai-compatible', baseUrl }],
  models: [
    { name: 'small', provider: 'rig', quality: 0.6, price: { input: 0.1, output: 0.4 } },
    { name: 'large', provider: 'rig', quality: 0.85, price: { input: 2, output: 8 } },
  ],
  signals: { keywords: [{ name: 'careful', operator: 'OR', keywords: ['carefully'] }] },
  decisions: [
    {
      name: 'careful',
      rules: { signal: 'keyword', name: 'careful' },
      models: ['small', 'large'],
      algorithm: { type: 'automix', samples: 2 },
    },
    { name: 'rated', models: ['small', 'large'], algorithm: { type: 'elo' } },
  ],
  defaultDecision: 'rated',
  learning: { file: join(folder, 'learned.jsonl') },
});
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-feedback-'));
  pair = await startPair([], configure);
});
afterAll(async () => {
  await pair.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => pair.upstream.reset());

const chat = async (content: string, extra: JsonObject = {}) => {
  const response = await post(`${pair.url}/v1/chat/completions`, ask({ messages: [{ role: 'user', content }], ...extra }));
  const body = (await response.json()) as JsonObject;
  return { id: response.headers.get('x-request-id') ?? '', model: response.headers.get('x-signalbox-model'), body };
};
const feedback = async (body: JsonObject) => {
  const response = await post(`${pair.url}/v1/feedback`, body);
  return { status: response.status, body: (await response.json()) as JsonObject };
};

describe('automix', () => {
  const says = (text: string) => reply(200, completion([{ content: text }]));

  test('an answer that its model doubts is given up for the next one', async () => {
    pair.upstream.script('small', says('a guess'), says('No.'), says('no'));
    pair.upstream.script('large', says('the answer'));
    const { model, body } = await chat('think carefully', { max_tokens: 20 });
    expect(model).toBe('large');
    expect(JSON.stringify(body)).toContain('the answer');
    expect(pair.upstream.attempts('small')).toBe(3);
  });

  test('an answer that it stands by is given', async () => {
    pair.upstream.script('small', says('the answer'), says('Yes'), says('yes.'));
    expect((await chat('answer carefully', { max_tokens: 20 })).model).toBe('small');
    expect(pair.upstream.attempts('large')).toBe(0);
  });

  test('a stream is not verified', async () => {
    const response = await post(
      `${pair.url}/v1/chat/completions`,
      ask({ messages: [{ role: 'user', content: 'carefully' }], stream: true }),
    );
    await response.text();
    expect(pair.upstream.attempts('small') + pair.upstream.attempts('large')).toBe(1);
  });
});

describe('POST /v1/feedback', () => {
  test('preferences change who answers, and outlive the process', async () => {
    expect((await chat('first')).model).toBe('large'); // by its configured quality
    for (let round = 0; round < 15; round += 1) {
      const { id, model } = await chat(`question ${round}`);
      const said = model === 'small' ? { thumb: 'up' } : { preferred: 'small' };
      expect(await feedback({ requestId: id, ...said })).toMatchObject({ status: 200, body: { requestId: id, model, category: 'rated' } });
    }
    expect((await chat('last')).model).toBe('small');
    const { upstream } = pair;
    await pair.stop();
    pair = await startPair([], configure);
    expect(pair.upstream).not.toBe(upstream);
    expect((await chat('after a restart')).model).toBe('small');
  });

  test.each<[string, (id: string) => JsonObject, number, string]>([
    ['an id of nobody', () => ({ requestId: 'none', thumb: 'up' }), 404, 'FEEDBACK_UNKNOWN'],
    ['no id', () => ({ thumb: 'up' }), 400, 'REQUEST_INVALID'],
    ['nothing said', (id) => ({ requestId: id }), 400, 'REQUEST_INVALID'],
    ['two things said', (id) => ({ requestId: id, thumb: 'up', score: 1 }), 400, 'REQUEST_INVALID'],
    ['an unknown field', (id) => ({ requestId: id, thumb: 'up', why: '' }), 400, 'REQUEST_INVALID'],
    ['a score beyond 1', (id) => ({ requestId: id, score: 2 }), 400, 'REQUEST_INVALID'],
    ['an unknown signal', (id) => ({ requestId: id, signal: 'bored' }), 400, 'REQUEST_INVALID'],
    ['a model that is none', (id) => ({ requestId: id, preferred: 'other' }), 404, 'MODEL_UNKNOWN'],
    ['a model over itself', (id) => ({ requestId: id, preferred: 'small', over: 'small' }), 400, 'REQUEST_INVALID'],
  ])('%s', async (_, bodyOf, status, code) => {
    const { id } = await chat('hello');
    const answer = await feedback(bodyOf(id));
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(code);
  });

  test('twice on one answer', async () => {
    const { id } = await chat('hello');
    expect((await feedback({ requestId: id, signal: 'WRONG_ANSWER' })).status).toBe(200);
    expect((await feedback({ requestId: id, thumb: 'up' })).status).toBe(409);
  });
});
