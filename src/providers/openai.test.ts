// The OpenAI provider as pure translation: requests by wire and by words say the same, recorded answers read as they should.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../chat/json-scan.js';
import { edited } from '../chat/request.js';
import { openaiChat } from '../protocols/openai-chat.js';
import { openai, openaiCompatible } from './openai.js';

const context = { upstreamModel: 'upstream-name', decisionHeaders: () => ({ 'x-signalbox-decision': 'general' }) };
const local = openaiCompatible.open({ type: 'openai-compatible', name: 'local', baseUrl: 'http://127.0.0.1:1/v1/' });

function parse(body: object) {
  const text = JSON.stringify(body, undefined, 1);
  const scan = scanJson(text, { depth: 64, tokens: 100_000 });
  if ('limit' in scan) throw new Error('too big');
  return openaiChat.parse({ value: JSON.parse(text), text, spans: scan.spans });
}

const message = fc.oneof(
  fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'developer'), content: fc.string(), name: fc.string() }),
  fc.record({ role: fc.constant('tool'), content: fc.string(), tool_call_id: fc.string() }),
  fc.record({ role: fc.constant('user'), content: fc.array(fc.record({ type: fc.constantFrom('text', 'image_url'), text: fc.string() })) }),
);
const body = fc.record(
  {
    model: fc.string(),
    messages: fc.array(message, { minLength: 1, maxLength: 4 }),
    stream: fc.boolean(),
    temperature: fc.double({ noNaN: true }),
    stream_options: fc.record({ include_usage: fc.boolean(), other: fc.jsonValue() }),
    vendor: fc.jsonValue(),
  },
  { requiredKeys: ['messages'] },
);

describe('encode', () => {
  it('says the same by wire and by words', () => {
    fc.assert(
      fc.property(body, (sent) => {
        const request = parse(sent);
        const byWire = JSON.parse(local.encode(request, context).body);
        expect(JSON.parse(local.encode(edited(request, {}), context).body)).toEqual(byWire);
        expect(byWire.model).toBe('upstream-name');
      }),
    );
  });

  it('forwards every byte but the model', () => {
    const text = '{ "seed":12345678901234567890,  "model" : "router", "messages":[{"role":"user","content":"h\\u00e9"}], "top_p":1.00 }';
    const scan = scanJson(text, { depth: 9, tokens: 99 });
    if ('limit' in scan) throw new Error('too big');
    const request = openaiChat.parse({ value: JSON.parse(text), text, spans: scan.spans });
    expect(local.encode(request, context).body).toBe(text.replace('"router"', '"upstream-name"'));
  });

  it.each([
    ['a stream asks for token counts', { stream: true }, { include_usage: true }],
    ['what the client set beside stays', { stream: true, stream_options: { other: 1 } }, { other: 1, include_usage: true }],
    ['a client that asked is not asked for twice', { stream: true, stream_options: { include_usage: true } }, { include_usage: true }],
    ['no stream, no options', {}, undefined],
  ])('%s', (_, extra, expected) => {
    const request = parse({ messages: [{ role: 'user', content: 'hi' }], ...extra });
    expect(JSON.parse(local.encode(request, context).body).stream_options).toEqual(expected);
  });

  it('keeps the tool call a tool message answers when the message is edited', () => {
    const request = parse({ messages: [{ role: 'tool', content: 'secret', tool_call_id: 'call_1' }] });
    const [first] = request.messages;
    if (first === undefined) throw new Error('no message');
    const { source: _, ...rest } = first;
    const redacted = edited(request, { messages: [{ ...rest, parts: [{ type: 'text', text: '[REDACTED]' }] }] });
    expect(JSON.parse(local.encode(redacted, context).body).messages).toEqual([
      { role: 'tool', content: '[REDACTED]', tool_call_id: 'call_1' },
    ]);
  });

  it('sends the key, and the decision only where asked', () => {
    const call = openai
      .open({ type: 'openai', name: 'openai', apiKey: 'sk-test' })
      .encode(parse({ messages: [{ role: 'user', content: 'x' }] }), context);
    expect(call.url).toBe('https://api.openai.com/v1/chat/completions');
    expect(call.headers).toMatchObject({ authorization: 'Bearer sk-test' });
    expect(call.headers).not.toHaveProperty('x-signalbox-decision');
    const told = openaiCompatible.open({ type: 'openai-compatible', name: 'l', baseUrl: 'http://h/v1', forwardDecision: true });
    expect(told.encode(parse({ messages: [{ role: 'user', content: 'x' }] }), context).headers).toMatchObject(context.decisionHeaders());
  });
});

describe('decodeEvent', () => {
  const choice = (delta: object, finish: string | null = null) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] });

  it.each([
    ['role', choice({ role: 'assistant', content: '' }), [{ type: 'role-start', choice: 0 }]],
    ['text', choice({ content: 'hi' }), [{ type: 'text-delta', choice: 0, text: 'hi' }]],
    ['reasoning', choice({ reasoning_content: 'hm' }), [{ type: 'reasoning-delta', choice: 0, text: 'hm' }]],
    ['finish', choice({}, 'tool_calls'), [{ type: 'choice-finish', choice: 0, reason: 'tool-calls' }]],
    ['an unknown finish', choice({}, 'eos'), [{ type: 'choice-finish', choice: 0, reason: 'other' }]],
    [
      'a tool call',
      choice({ tool_calls: [{ index: 1, id: 'c', function: { name: 'f', arguments: '{"a' } }] }),
      [{ type: 'tool-call-delta', choice: 0, call: 1, id: 'c', name: 'f', arguments: '{"a' }],
    ],
    [
      'usage',
      '{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}',
      [{ type: 'usage-report', usage: { inputTokens: 3, outputTokens: 4 } }],
    ],
  ])('reads %s', (_, data, deltas) => {
    expect(local.decodeEvent(data)).toMatchObject({ deltas });
  });

  it('knows the end', () => {
    expect(local.decodeEvent('[DONE]')).toBe('end');
  });

  it.each([
    ['an error', '{"error":{"message":"boom"}}', 'STREAM_CUT'],
    ['no JSON', '<html>', 'UPSTREAM_INVALID'],
    ['no object', '7', 'UPSTREAM_INVALID'],
  ])('refuses %s', (_, data, code) => {
    expect(() => local.decodeEvent(data)).toThrow(expect.objectContaining({ code }));
  });

  it('never fails otherwise, whatever JSON object comes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('choices', 'usage', 'id'), fc.jsonValue()), (event) => {
        expect(local.decodeEvent(JSON.stringify(event))).toHaveProperty('deltas');
      }),
    );
  });
});

describe('decodeError', () => {
  it.each([
    ['OpenAI', '{"error":{"message":"m","type":"t","code":"c","param":"p"}}', { message: 'm', type: 't', code: 'c', param: 'p' }],
    ['a plain string', '{"error":"m"}', { message: 'm' }],
    ['FastAPI', '{"detail":"m"}', { message: 'm' }],
    ['HTML', '<html><body>Bad gateway</body></html>', { message: undefined }],
    ['nothing', '', { message: undefined }],
  ])('reads %s', (_, text, fault) => {
    expect(local.decodeError(text)).toMatchObject(fault);
  });
});
