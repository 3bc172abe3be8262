// The ordinary conversation by the real `openai` client, whole and streamed: same words, same headers, our model name everywhere.

import type OpenAI from 'openai';
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { byKind, reply, stream } from '../rigs/behaviours.js';
import {
  answerPieces,
  answerText,
  chunk,
  completion,
  events,
  finishChunk,
  type JsonObject,
  reasoningChunks,
  roleChunk,
  toolCallChunks,
  toolCalls,
  usage,
  usageChunk,
} from '../rigs/chat-frames.js';
import { ask, readChat, textOf } from '../rigs/event-reader.js';
import { type Pair, startPair } from '../rigs/pair.js';
import { total } from '../rigs/proxy.js';

let pair: Pair;
beforeAll(async () => {
  pair = await startPair([], (baseUrl) => ({
    providers: [{ name: 'rig', type: 'openai-compatible', baseUrl }],
    models: [{ name: 'front', provider: 'rig', upstreamModel: 'vendor/back-7b', contextTokens: 128_000 }],
    decisions: [{ name: 'all', models: ['front'] }],
    defaultDecision: 'all',
  }));
});
afterAll(() => pair.stop());
afterEach(() => pair.upstream.reset());

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'stream' | 'messages'> & {
  messages?: OpenAI.ChatCompletionMessageParam[];
};
interface Heard {
  readonly headers: Headers;
  readonly models: readonly string[];
  readonly completion: OpenAI.ChatCompletion;
}

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'Say something.' }];
const kinds = { whole, streamed } as const;

async function whole(params: Params = {}): Promise<Heard> {
  const { data, response } = await pair.client.chat.completions.create({ model: 'router', messages, ...params }).withResponse();
  return { headers: response.headers, models: [data.model], completion: data };
}

async function streamed(params: Params = {}): Promise<Heard> {
  const models: string[] = [];
  const { data, response } = await pair.client.chat.completions
    .create({ model: 'router', messages, ...params, stream: true })
    .withResponse();
  const runner = ChatCompletionStream.fromReadableStream(data.toReadableStream());
  runner.on('chunk', (part) => models.push(part.model));
  return { headers: response.headers, models, completion: await runner.finalChatCompletion() };
}

describe.each(Object.entries(kinds))('%s', (kind, hear) => {
  test('the words arrive as the upstream said them', async () => {
    const { completion: heard } = await hear();
    expect(heard.choices.map(({ message, finish_reason }) => [message.role, message.content, finish_reason])).toEqual([
      ['assistant', answerText, 'stop'],
    ]);
  });

  test.each<[string, RegExp]>([
    ['x-request-id', /^\S{8,}$/],
    ['x-signalbox-model', /^front$/],
    ['x-signalbox-decision', /^all$/],
    ['x-signalbox-confidence', /^(0\.\d\d|1\.00)$/],
    ['x-signalbox-tier', /^(SIMPLE|MEDIUM|COMPLEX|REASONING|AGENTIC)$/],
    ['x-signalbox-cache', /^(hit|similar|miss|off)$/],
    ['x-signalbox-session', /^(new|pinned)$/],
    ['x-signalbox-guard', /^(pass|flag|redact|block|skipped|error)$/],
    ['server-timing', /;dur=\d/],
    ['content-type', kind === 'whole' ? /^application\/json/ : /^text\/event-stream/],
  ])('header %s', async (name, pattern) => {
    expect((await hear()).headers.get(name) ?? 'absent').toMatch(pattern);
  });

  test('every request has an id of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await hear()).headers.get('x-request-id')));
    expect(new Set(ids).size).toBe(20);
  });

  test('body model is the configured name, everywhere; the upstream hears its own', async () => {
    const { models } = await hear();
    expect(new Set(models)).toEqual(new Set(['front']));
    expect(models.length).toBe(kind === 'whole' ? 1 : answerPieces.length + 2);
    expect(pair.upstream.journal.map(({ model, path, method }) => [model, path, method])).toEqual([
      ['vendor/back-7b', '/v1/chat/completions', 'POST'],
    ]);
  });

  test('tool calls, arguments in fragments included', async () => {
    const tools: OpenAI.ChatCompletionTool[] = [
      { type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } } },
    ];
    pair.upstream.script(
      'vendor/back-7b',
      byKind({
        stream: stream(events(toolCallChunks())),
        json: reply(200, completion([{ content: null, tool_calls: toolCalls }], 'tool_calls')),
      }),
    );
    const { completion: heard } = await hear({ tools, tool_choice: 'auto', parallel_tool_calls: true });
    expect(heard.choices[0]?.message.tool_calls).toMatchObject(toolCalls);
    expect(heard.choices[0]?.finish_reason).toBe('tool_calls');
    expect(pair.upstream.journal[0]?.body).toMatchObject({ tools, tool_choice: 'auto', parallel_tool_calls: true });
  });

  test('tool results and assistant tool calls go up as they came', async () => {
    const history = [
      { role: 'user', content: 'weather?' },
      { role: 'assistant', content: null, tool_calls: toolCalls },
      { role: 'tool', tool_call_id: 'call_a', content: 'sunny' },
      { role: 'tool', tool_call_id: 'call_b', content: [{ type: 'text', text: '12:00' }] },
    ];
    await hear({ messages: history as unknown as OpenAI.ChatCompletionMessageParam[] });
    expect(pair.upstream.journal[0]?.body.messages).toEqual(history);
  });

  test('vision parts go up as they came', async () => {
    const seen: OpenAI.ChatCompletionMessageParam[] = [
      { role: 'system', content: 'Look.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=', detail: 'low' } },
        ],
      },
    ];
    await hear({ messages: seen });
    expect(pair.upstream.journal[0]?.body.messages).toEqual(seen);
  });

  test('two choices stay apart', async () => {
    const { completion: heard } = await hear({ n: 2 });
    expect(heard.choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1].map((index) => [index, `${index}:${answerText}`]),
    );
  });
});

describe('streams', () => {
  const model = 'vendor/back-7b';
  const ownWords = (chunks: readonly JsonObject[]) => chunks.map((value) => ({ ...value, model: 'front' }));

  test('chunks keep their order and every field; only `model` is ours', async () => {
    const special = [
      roleChunk,
      chunk({ content: 'a', x_vendor: { deep: [1, null] } }),
      { ...chunk({ content: 'b' }), x_top: 'kept' },
      finishChunk,
    ];
    pair.upstream.script(model, stream(events(special)));
    const { chunks, doneCount } = await readChat(pair.url, ask({ stream: true }));
    expect([chunks, doneCount]).toEqual([ownWords(special), 1]);
  });

  test('stream_options.include_usage: the usage chunk arrives with its empty choices', async () => {
    const answer = await readChat(pair.url, ask({ stream: true, stream_options: { include_usage: true } }));
    expect(answer.chunks.at(-1)).toEqual({ ...usageChunk, model: 'front' });
    expect(pair.upstream.journal[0]?.body.stream_options).toEqual({ include_usage: true });
    expect(answer.text).toBe(answerText);
  });

  test('without include_usage no usage chunk is made up', async () => {
    const { chunks } = await readChat(pair.url, ask({ stream: true }));
    expect(chunks.filter((value) => value.usage !== undefined && value.usage !== null)).toEqual([]);
  });

  test('reasoning_content arrives before the answer', async () => {
    pair.upstream.script(model, stream(events(reasoningChunks(['let me ', 'see']))));
    const { chunks, text } = await readChat(pair.url, ask({ stream: true }));
    expect(chunks).toEqual(ownWords(reasoningChunks(['let me ', 'see'])));
    expect(text).toBe(answerText);
  });

  test('two interleaved choices, by chunk', async () => {
    const { chunks } = await readChat(pair.url, ask({ stream: true, n: 2 }));
    expect([textOf(chunks, 0), textOf(chunks, 1)]).toEqual([`0:${answerText}`, `1:${answerText}`]);
  });

  test('whole answers keep usage and every unknown field', async () => {
    pair.upstream.script(model, reply(200, { ...completion([{ content: 'x', refusal: null, annotations: [] }]), x_vendor: { a: [true] } }));
    const data = (await (
      await fetch(`${pair.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(ask()),
      })
    ).json()) as JsonObject;
    expect(data).toEqual({ ...completion([{ content: 'x', refusal: null, annotations: [] }]), x_vendor: { a: [true] }, model: 'front' });
    expect(data.usage).toEqual(usage);
  });
});

test('metrics add up: one sr_request_total for every request, whole or streamed', async () => {
  const count = async () => total(await pair.metrics(), 'sr_request_total', { decision: 'all', model: 'front', status: '200' });
  const before = await count();
  for (let index = 0; index < 3; index++) await Promise.all([whole(), streamed()]);
  expect((await count()) - before).toBe(6);
});
