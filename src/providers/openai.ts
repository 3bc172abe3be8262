// OpenAI, and every server that speaks its chat completions: vLLM, Ollama, llama.cpp, and most vendors.

import { z } from 'zod';
import { replaceValues } from '../chat/json-scan.js';
import type { ChatRequest, JsonObject, Message } from '../chat/request.js';
import { decodeError, decodeEvent, decodeReply, openaiFamily } from './openai-wire.js';
import { defineProvider, type EncodeContext, type UpstreamCall } from './provider.js';

const shape = {
  name: z.string().min(1).describe('The name models refer to.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Further request headers.'),
  streamUsage: z.boolean().default(true).describe('Ask for token counts at the end of streams, so that their cost is known.'),
  forwardDecision: z.boolean().default(false).describe('Tell the upstream the decision in x-signalbox-* request headers.'),
};
const apiKey = z.string().min(1).describe('Sent as a bearer token; usually "${ENV}" or "${file:PATH}".');
const baseUrl = z.url({ protocol: /^https?$/ }).describe('Where the API begins, version included: https://host/v1.');

export const openaiOptions = z.strictObject({
  type: z.literal('openai').describe('The OpenAI API itself.'),
  ...shape,
  apiKey,
  baseUrl: baseUrl.default('https://api.openai.com/v1'),
});

export const openaiCompatibleOptions = z.strictObject({
  type: z.literal('openai-compatible').describe('Any server that speaks OpenAI chat completions.'),
  ...shape,
  apiKey: apiKey.optional(),
  baseUrl,
});

type Options = Omit<z.infer<typeof openaiCompatibleOptions>, 'type'>;

const wire = { family: openaiFamily, encode, decode: decodeReply, decodeEvent, decodeError };

export const openai = defineProvider({ name: 'openai', options: openaiOptions, ...wire });
export const openaiCompatible = defineProvider({ name: 'openai-compatible', options: openaiCompatibleOptions, ...wire });

function encode(request: ChatRequest, context: EncodeContext, options: Options): UpstreamCall {
  return {
    url: `${options.baseUrl.replace(/\/+$/, '')}/chat/completions`,
    headers: {
      'content-type': 'application/json',
      accept: request.stream ? 'text/event-stream' : 'application/json',
      ...(options.apiKey === undefined ? {} : { authorization: `Bearer ${options.apiKey}` }),
      ...(options.forwardDecision ? context.decisionHeaders() : {}),
      ...options.headers,
    },
    body: encodeBody(request, context.upstreamModel, request.stream && options.streamUsage && !request.streamUsage),
  };
}

function encodeBody(request: ChatRequest, model: string, addUsage: boolean): string {
  const { wire, fields } = request;
  const streamOptions = { ...(typeof fields.stream_options === 'object' ? fields.stream_options : {}), include_usage: true };
  if (wire?.family === openaiFamily) {
    const values: [string, string][] = [['model', JSON.stringify(model)]];
    if (addUsage) values.push(['stream_options', JSON.stringify(streamOptions)]);
    return replaceValues(wire.text, wire.spans, values);
  }
  return JSON.stringify({
    ...fields,
    model,
    messages: request.messages.map(encodeMessage),
    ...(request.tools.length > 0 ? { tools: request.tools.map((tool) => tool.source) } : {}),
    ...(addUsage ? { stream_options: streamOptions } : {}),
  });
}

function encodeMessage(message: Message): JsonObject {
  if (message.source !== undefined) return message.source;
  const content = message.parts.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : part.value));
  const [only] = message.parts;
  const calls = message.toolCalls.map((call) => ({
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return {
    role: message.role,
    content: content.length === 1 && only?.type === 'text' ? only.text : content,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(message.toolCallId === undefined ? {} : { tool_call_id: message.toolCallId }),
  };
}
