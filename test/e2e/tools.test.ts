// Tools selection in front of a real server: what reaches the upstream.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, readChat } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import type { Config } from '../rigs/proxy.js';

const functionTool = (name: string, description: string) => ({ type: 'function', function: { name, description, strict: true } });
const weather = functionTool('get_weather', 'Weather forecast of a city.');
const mail = functionTool('send_email', 'Send an email to a person.');
const messages = [{ role: 'user', content: 'What will the weather be in Oslo?' }];

let folder: string;
let pair: Pair | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-tools-'));
  await writeFile(
    join(folder, 'tools.json'),
    JSON.stringify([
      { tool: weather, category: 'weather' },
      { tool: mail, tags: ['post'] },
    ]),
  );
});
afterEach(async () => {
  await pair?.stop();
  pair = undefined;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function sent(toolSelection: Config | undefined, body: Config, rest: Config = {}) {
  pair = await startPair(['m1'], { ...(toolSelection && { plugins: { toolSelection } }), ...rest });
  const answer = await readChat(pair.url, ask({ messages, ...body } as Parameters<typeof ask>[0]));
  expect(answer.status).toBe(200);
  return pair.upstream.journal[0]?.body ?? {};
}

test('off: the request as it came', async () => {
  expect((await sent(undefined, { tools: [mail, weather], seed: 7 })).tools).toEqual([mail, weather]);
});

test('filter: only what is asked for goes on, as the client wrote it, beside all other fields', async () => {
  expect(await sent({}, { tools: [mail, weather], tool_choice: 'auto', seed: 7 })).toEqual({
    model: 'm1',
    messages,
    tools: [weather],
    tool_choice: 'auto',
    seed: 7,
  });
});

test('filter: nothing is asked for', async () => {
  const body = await sent({ confidenceThreshold: 1 }, { tools: [mail], tool_choice: 'auto', parallel_tool_calls: false });
  expect(Object.keys(body).toSorted()).toEqual(['messages', 'model']);
});

test('filter: what tool_choice names stays', async () => {
  const choice = { type: 'function', function: { name: 'send_email' } };
  expect((await sent({}, { tools: [mail, weather], tool_choice: choice })).tools).toEqual([mail, weather]);
});

test('add: from the database', async () => {
  const body = await sent({ mode: 'add' }, {}, { toolDatabase: join(folder, 'tools.json') });
  expect(body.tools).toEqual([weather]);
});

test('added tools need a model that can use them', async () => {
  const models = [
    { name: 'm1', provider: 'rig', capabilities: ['json'] },
    { name: 'm2', provider: 'rig', capabilities: ['tools'] },
  ];
  const decisions = [{ name: 'all', models: ['m1', 'm2'] }];
  const rest = { toolDatabase: join(folder, 'tools.json'), models, decisions };
  expect((await sent({ mode: 'add' }, {}, rest)).model).toBe('m2');
});

test.each<[string, Config, RegExp]>([
  ['nothing to add from', { plugins: { toolSelection: { mode: 'add' } } }, /toolDatabase/],
  ['no such file', { toolDatabase: 'nowhere.json' }, /nowhere\.json/],
])('%s: an error at the start', async (_, rest, message) => {
  await expect(startPair(['m1'], rest)).rejects.toThrow(message);
});
