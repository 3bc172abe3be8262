// Tools selection: the seed's formula, what is kept, what must never go.

import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../chat/json.js';
import { scanJson } from '../chat/json-scan.js';
import { openaiChat } from '../protocols/openai-chat.js';
import { parseToolDatabase } from './database.js';
import { type Embedder, rememberingEmbedder, trigramEmbedder } from './embedder.js';
import { relevanceOf } from './relevance.js';
import { type SelectionOptions, selectTools } from './selection.js';
import { topicWords } from './words.js';

const abort = new AbortController().signal;
const functionTool = (name: string, description: string): JsonObject => ({ type: 'function', function: { name, description } });
const all = [
  functionTool('send_email', 'Send an email to a person.'),
  functionTool('getWeather', 'Weather forecast of a city: temperature, rain, wind.'),
  functionTool('search_flights', 'Find flights between two airports on a date.'),
  functionTool('resize_image', 'Scale a picture to other dimensions.'),
];
const entry = (name: string, category: string, description: string) => ({ tool: functionTool(name, description), category, tags: ['x'] });
const database = parseToolDatabase(
  JSON.stringify([
    entry('getWeather', 'weather', 'Weather of a city.'),
    entry('convert_currency', 'finance', 'Convert money between currencies.'),
  ]),
  'tools.json',
);

function requestOf(body: JsonObject) {
  const value = { model: 'router', messages: [{ role: 'user', content: 'What is the weather forecast for Oslo?' }], ...body };
  const text = JSON.stringify(value);
  const scan = scanJson(text, { depth: 20, tokens: 10_000 });
  if ('limit' in scan) throw new Error('too big');
  return openaiChat.parse({ value, text, spans: scan.spans });
}

async function select(body: JsonObject, options: Partial<SelectionOptions> = {}, categories = new Map<string, number>()) {
  const request = requestOf(body);
  const query = request.messages.findLast(({ role }) => role === 'user')?.parts[0];
  const { request: selected, scores } = await selectTools(
    { request, query: query?.type === 'text' ? query.text : '', categories, signal: abort },
    { embedder: trigramEmbedder, database, options: { mode: 'filter', maxTools: 10, confidenceThreshold: 0.2, ...options } },
  );
  return { request, selected, scores, names: selected.tools.map(({ name }) => name) };
}

describe('the formula', () => {
  const unit = (x: number) => Float32Array.of(x, Math.sqrt(1 - x * x));
  const query = { words: topicWords('weather in Oslo'), vector: Float32Array.of(1, 0), categories: new Map([['travel', 0.5]]) };

  it.each<[string, { description: string; category?: string }, number, number]>([
    ['nothing in common', { description: 'zzz' }, 0, 0],
    ['semantic alone', { description: 'zzz' }, 1, 0.4],
    ['opposite meaning counts nothing', { description: 'zzz' }, -1, 0],
    ['category by what the signals found', { description: 'zzz', category: 'Travel' }, 0, 0.1],
    ['category by its name', { description: 'zzz', category: 'weather' }, 0, 0.2],
  ])('%s', (_, { description, category }, cosine, score) => {
    const tool = { name: 'qqq', description, tags: [], category };
    expect(relevanceOf(query, tool, unit(cosine)).score).toBeCloseTo(score, 5);
  });

  it('everything: 0.4 + 0.4 + 0.2', () => {
    const tool = { name: 'weather', description: '', tags: [], category: 'weather' };
    expect(relevanceOf(query, tool, unit(1)).score).toBeCloseTo(1, 5);
  });
});

describe('filter', () => {
  it('keeps what is asked for', async () => {
    expect((await select({ tools: all })).names).toEqual(['getWeather']);
  });

  it('best first', async () => {
    const { names, scores } = await select({ tools: all }, { confidenceThreshold: 0 });
    expect(names[0]).toBe('getWeather');
    expect(scores.map(({ score }) => score)).toEqual(scores.map(({ score }) => score).toSorted((one, other) => other - one));
  });

  it('at most maxTools', async () => {
    expect((await select({ tools: all }, { confidenceThreshold: 0, maxTools: 2 })).names).toHaveLength(2);
  });

  it('a score that equals the threshold is not above it', async () => {
    const { scores } = await select({ tools: all });
    const best = scores[0]?.score ?? 0;
    expect((await select({ tools: all }, { confidenceThreshold: best })).names).toEqual([]);
    expect((await select({ tools: all }, { confidenceThreshold: best - 1e-9 })).names).toEqual(['getWeather']);
  });

  it('without any tool left, choice and parallelism go too; the rest stays', async () => {
    const { selected } = await select({ tools: all, tool_choice: 'auto', parallel_tool_calls: true, seed: 4 }, { confidenceThreshold: 1 });
    expect(Object.keys(selected.fields).toSorted()).toEqual(['messages', 'model', 'seed']);
  });

  it.each<[string, JsonObject]>([
    ['no tools', {}],
    ['nothing asked', { tools: all, messages: [{ role: 'system', content: 'x' }] }],
    ['all are wanted, in this order', { tools: [all[1] ?? {}] }],
  ])('%s: the very same request, in its own bytes', async (_, body) => {
    const { request, selected } = await select(body);
    expect(selected).toBe(request);
    expect(selected.wire).toBeDefined();
  });

  const call = { id: 'c1', type: 'function', function: { name: 'resize_image', arguments: '{}' } };
  const asked = { role: 'user', content: 'What is the weather forecast for Oslo?' };
  const answer = { role: 'tool', tool_call_id: 'c1', content: 'done' };
  const allowed = { mode: 'auto', tools: [{ type: 'function', function: { name: 'send_email' } }] };

  it.each<[string, JsonObject, readonly string[]]>([
    ['tool_choice names a function', { tool_choice: { type: 'function', function: { name: 'send_email' } } }, ['send_email', 'getWeather']],
    ['tool_choice allows some', { tool_choice: { type: 'allowed_tools', allowed_tools: allowed } }, ['send_email', 'getWeather']],
    [
      'the loop is open',
      { messages: [asked, { role: 'assistant', content: null, tool_calls: [call] }, answer] },
      ['resize_image', 'getWeather'],
    ],
    [
      'the call is not answered',
      { messages: [asked, { role: 'assistant', content: null, tool_calls: [call] }] },
      ['resize_image', 'getWeather'],
    ],
    ['the loop is over', { messages: [asked, { role: 'assistant', content: null, tool_calls: [call] }, answer, asked] }, ['getWeather']],
  ])('%s', async (_, body, expected) => {
    expect((await select({ tools: all, ...body })).names).toEqual(expected);
    const needed = expected.length > 1 ? [expected[0]] : [];
    expect((await select({ tools: all, ...body }, { maxTools: 1, confidenceThreshold: 1 })).names).toEqual(needed);
  });

  it('hosted tools stay, whatever is asked', async () => {
    const hosted: JsonObject = { type: 'web_search' };
    expect((await select({ tools: [...all, hosted] })).names).toEqual(['web_search', 'getWeather']);
  });

  it('tool_choice: required leaves the best even below the threshold', async () => {
    expect((await select({ tools: all, tool_choice: 'required' }, { confidenceThreshold: 1 })).names).toEqual(['getWeather']);
  });

  it('the database says more about a tool of the same name: the category counts', async () => {
    const { scores } = await select({ tools: all });
    expect(scores.map(({ name, category }) => [name, category])).toContainEqual(['getWeather', 1]);
  });
});

describe('add', () => {
  const money = { messages: [{ role: 'user', content: 'Convert 20 dollars to euros, which currency is stronger?' }] };

  it('adds from the database what is asked for, after the own tools, which all stay', async () => {
    const { names, selected } = await select({ ...money, tools: [all[3] ?? {}] }, { mode: 'add' });
    expect(names).toEqual(['resize_image', 'convert_currency']);
    expect(selected.tools[1]?.source).toEqual(functionTool('convert_currency', 'Convert money between currencies.'));
  });

  it('never twice, never more than maxTools in all', async () => {
    expect((await select({ tools: [all[1] ?? {}] }, { mode: 'add', confidenceThreshold: 0 })).names).toEqual([
      'getWeather',
      'convert_currency',
    ]);
    expect((await select({ tools: [all[1] ?? {}] }, { mode: 'add', confidenceThreshold: 0, maxTools: 1 })).names).toEqual(['getWeather']);
  });

  it('by category, as the signals found it', async () => {
    const plain = { messages: [{ role: 'user', content: 'How much is that over there?' }] };
    const found = await select(plain, { mode: 'add', confidenceThreshold: 0.15 }, new Map([['finance', 0.9]]));
    expect(found.names).toEqual(['convert_currency']);
  });
});

describe('words', () => {
  it.each<[string, string, readonly string[]]>([
    ['getWeatherForecast', 'names in humps', ['weather', 'forecast']],
    ['search_flights', 'names with underscores', ['search', 'flight']],
    ['Scheduling schedules scheduled', 'endings', ['schedul']],
    ['東京の天気', 'scripts without spaces, in pairs', ['東京', '京の', 'の天', '天気']],
    ['the of a', 'nothing', []],
  ])('%s: %s', (text, _, expected) => {
    expect([...topicWords(text)]).toEqual(expected);
  });
});

describe('the embedder', () => {
  it('gives unit vectors, alike for alike texts', async () => {
    const [one, two, other] = await trigramEmbedder.embed(['weather in Oslo', 'weather at Oslo', '42 + 17'], abort);
    const dot = (x: Float32Array = new Float32Array(), y: Float32Array = new Float32Array()) =>
      x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
    expect(dot(one, one)).toBeCloseTo(1, 5);
    expect(dot(one, two)).toBeGreaterThan(dot(one, other) + 0.4);
  });

  it('is asked once for a text that comes again, and forgets the one that rests longest', async () => {
    const asked: string[] = [];
    const inner: Embedder = {
      embed: async (texts) => {
        asked.push(...texts);
        return texts.map((text) => Float32Array.of(text.length));
      },
    };
    const remembering = rememberingEmbedder(inner, 2);
    await remembering.embed(['a', 'bb', 'a'], abort);
    await remembering.embed(['a'], abort);
    expect(await remembering.embed(['ccc', 'a'], abort)).toEqual([Float32Array.of(3), Float32Array.of(1)]);
    await remembering.embed(['bb'], abort);
    expect(asked).toEqual(['a', 'bb', 'ccc', 'bb']);
  });
});

describe('the database', () => {
  it.each<[string, string, RegExp]>([
    ['no JSON', '[', /JSON list/],
    ['no list', '{}', /array/],
    ['a tool without a name', '[{"tool":{"type":"function","function":{}}}]', /0\.tool\.function\.name/],
    ['a key nobody knows', '[{"tool":{"type":"function","function":{"name":"a"}},"tag":[]}]', /tag/],
    ['a name twice', JSON.stringify([entry('a', 'c', 'd'), entry('a', 'c', 'd')]), /name of its own/],
  ])('%s', (_, text, message) => {
    expect(() => parseToolDatabase(text, 'tools.json')).toThrow(message);
  });
});
