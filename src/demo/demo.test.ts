// The demo: its configuration is valid, its models say what they are, and the same request gets the same answer.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../config/index.js';
import { demoAnswer, demoModels } from './demo-answer.js';
import { type Demo, startDemo } from './index.js';

const routing = { decision: 'general', tier: 'SIMPLE', confidence: '0.98', reason: 'The fast path settled it.' };
const textOf = (request: Parameters<typeof demoAnswer>[1], how = routing) => demoAnswer('demo-small', request, how).words.join('');
const said = (content: string) => ({ messages: [{ role: 'user', content }] });

describe('demoAnswer', () => {
  it('says which model it is, that it is none, why it was chosen, and what it was asked', () => {
    expect(textOf(said('hello  there'))).toBe(
      [
        '[demo-small] This is a demo model, not an LLM: it only shows where your request went.',
        'It was chosen because: decision general, tier SIMPLE, confidence 0.98. The fast path settled it.',
        'You said: hello there',
      ].join('\n'),
    );
  });

  it.each([
    ['a long text, cut at 80 letters', said('x'.repeat(200)), `You said: ${'x'.repeat(80)}…`],
    ['letters outside the basic plane, whole', said('😀'.repeat(100)), `You said: ${'😀'.repeat(80)}…`],
    [
      'parts',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image_url' }, { type: 'text', text: 'b' }] }] },
      'You said: a b',
    ],
    [
      'the last user turn',
      { messages: [...said('one').messages, { role: 'assistant', content: 'two' }, ...said('three').messages] },
      'You said: three',
    ],
    ['nothing', { messages: [] }, 'You said: (nothing)'],
    ['no messages', {}, 'You said: (nothing)'],
    ['tools', { ...said('go'), tools: [{}, {}] }, 'You offered 2 tools; a demo model calls none.'],
  ])('quotes %s', (_, request, expected) => {
    expect(textOf(request).split('\n')).toContain(expected);
  });

  it('tells a model asked for by name, and a direct call', () => {
    expect(textOf(said('x'), { ...routing, decision: 'direct' })).toContain('you asked for it by name');
    const unrouted = { decision: undefined, tier: undefined, confidence: undefined, reason: undefined };
    expect(demoAnswer('demo-small', said('x'), unrouted).words.join('')).toContain('called directly');
  });

  it('keeps to max_tokens', () => {
    const { words, finish, usage } = demoAnswer('demo-small', { ...said('x'), max_tokens: 3 }, routing);
    expect({ count: words.length, finish, completion: usage.completion_tokens }).toEqual({ count: 3, finish: 'length', completion: 3 });
  });
});

describe('startDemo', () => {
  let demo: Demo;
  let url = '';
  beforeAll(async () => {
    demo = await startDemo();
    url = `${/baseUrl: "([^"]+)"/.exec(demo.yaml)?.[1]}/chat/completions`;
  });
  afterAll(() => demo.close());
  const post = (body: unknown) =>
    fetch(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: { 'x-signalbox-decision': 'general' },
    });

  it('has a configuration without faults over exactly its models', () => {
    const config = parseConfig(demo.yaml, { file: demo.file, env: {} });
    expect(config.models.map(({ name }) => name)).toEqual(demoModels);
    expect(config.defaultDecision).toBe('general');
  });

  it('answers whole, the same each time but for the clock', async () => {
    const request = { model: 'demo-large', ...said('hi') };
    const answer = async () => (await (await post(request)).text()).replace(/"created":\d+/, '"created":0');
    const [one, other] = [await answer(), await answer()];
    expect(one).toEqual(other);
    expect(JSON.parse(one)).toMatchObject({
      object: 'chat.completion',
      model: 'demo-large',
      choices: [{ message: { role: 'assistant' }, finish_reason: 'stop' }],
    });
  });

  it('streams a word at a time, with token counts where asked', async () => {
    const response = await post({ model: 'demo-small', stream: true, stream_options: { include_usage: true }, ...said('hi') });
    const events = (await response.text()).split('\n\n').filter((event) => event !== '');
    expect(events.at(-1)).toBe('data: [DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event.slice('data: '.length)));
    const words = chunks.flatMap(({ choices }) => (choices[0]?.delta.content ? [choices[0].delta.content] : []));
    expect(words.length).toBeGreaterThan(20);
    expect(words.join('')).toMatch(/^\[demo-small\].*You said: hi$/s);
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: words.length } });
  });

  it.each([
    ['bad JSON', '{', 400],
    ['another model', { model: 'gpt-4o' }, 404],
  ])('refuses %s', async (_, body, status) => {
    const response = await post(body);
    expect([response.status, await response.json()]).toMatchObject([status, { error: { type: 'invalid_request_error' } }]);
  });
});
