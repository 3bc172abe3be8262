// Every signal that needs no model, in rules of a whole router: from the configuration file to the decision.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRouter, parseConfig, type Router } from '../../src/index.js';
import type { JsonObject } from '../rigs/chat-frames.js';

const config = `
providers: [{ name: up, type: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" }]
models: [{ name: small, provider: up }]
fastPath: { enabled: false }
signals:
  keywords:
    - { name: typo, method: fuzzy, keywords: [refund] }
    - { name: about, method: bm25, keywords: ["cancel my subscription", "charged twice"] }
    - { name: alike, method: ngram, ngramThreshold: 0.6, keywords: [good morning] }
  structure: [{ name: many, of: [question], gte: 3 }]
  conversation: [{ name: looping, of: open-tool-loop }]
  reasks: [{ name: again, lookbackTurns: 2 }]
decisions:
  - { name: looping, priority: 9, models: [small], rules: { signal: conversation, name: looping } }
  - { name: stuck, priority: 8, models: [small], rules: { signal: reask, name: again } }
  - { name: research, priority: 7, models: [small], rules: { signal: agentic, category: research } }
  - { name: agents, priority: 6, models: [small], rules: { type: AND, conditions: [{ signal: agentic, detected: true }, { signal: agentic, level: multi-step }] } }
  - { name: questions, priority: 5, models: [small], rules: { signal: structure, name: many } }
  - { name: typo, priority: 4, models: [small], rules: { signal: keyword, name: typo } }
  - { name: about, priority: 3, models: [small], rules: { signal: keyword, name: about, minConfidence: 0.6 } }
  - { name: alike, priority: 2, models: [small], rules: { signal: keyword, name: alike } }
  - { name: other, models: [small] }
strategy: priority
`;

const user = (content: string): JsonObject => ({ role: 'user', content });
const call: JsonObject = {
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
};
const tool = (name: string): JsonObject => ({ type: 'function', function: { name, description: '', parameters: {} } });

describe('rules over signals', () => {
  let router: Router;
  beforeAll(async () => {
    router = await createRouter(parseConfig(config, { file: 'signals.yaml', env: {} }));
  });
  afterAll(() => router.close());

  it.each<[string, readonly JsonObject[], readonly JsonObject[]]>([
    ['looping', [user('x'), call, { role: 'tool', tool_call_id: 'a', content: 'y' }], [tool('f')]],
    ['stuck', [user('where is my hat?'), user('Where is my hat?'), user('where is my hat')], []],
    ['research', [user('Who leads the committee?')], [tool('web_search')]],
    ['agents', [user('Read the file src/a.ts, fix the bug and run the tests.')], []],
    ['questions', [user('Why? How? When?')], []],
    ['typo', [user('I want a refnud')], []],
    ['about', [user('please cancel the subscription')], []],
    ['other', [user('a subscription')], []],
    ['alike', [user('Good mornings')], []],
    ['other', [user('What is the capital of France?')], []],
  ])('decides %s', async (decision, messages, tools) => {
    const result = await router.route({ body: { model: 'router', messages, ...(tools.length === 0 ? {} : { tools }) } });
    expect(result.decision).toBe(decision);
  });

  it.each([
    ['category: research', 'category: cooking', /cooking/],
    ['{ signal: agentic, level: multi-step }', '{ signal: agentic, level: high }', /high/],
    ['name: many }', 'name: meny }', /meny/],
    ['method: fuzzy, keywords', 'method: fuzzy, ngramArity: 2, keywords', /ngramArity/],
    ['gte: 3', 'gte: 3, gt: 2', /gt or gte/],
  ])('refuses %s written as %s', (right, wrong, message) => {
    const at = config.replace(right, wrong);
    expect(at).not.toBe(config);
    expect(() => parseConfig(at, { file: 'signals.yaml', env: {} })).toThrow(message);
  });

  it('refuses words that no text can bring to the threshold', async () => {
    const unreachable = config.replace('["cancel my subscription", "charged twice"]', '[cancel], bm25Threshold: 8');
    const parsed = parseConfig(unreachable, { file: 'signals.yaml', env: {} });
    await expect(createRouter(parsed)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      expected: expect.stringContaining('bm25Threshold 8'),
    });
  });
});
