// OpenAI chat completions, as clients speak them to us: requests in, replies, streams and errors out.

import { z } from 'zod';
import { isObject, type JsonObject, type JsonValue, typeName } from '../chat/json.js';
import type { Frame, Reply } from '../chat/reply.js';
import type { ChatRequest, Message, Part, Role, Tool, ToolCall } from '../chat/request.js';
import { RouterError } from '../errors.js';
import { chunkOf, replyOf } from './openai-answer.js';
import type { DecodedBody, Protocol } from './protocol.js';

const family = 'openai';

const callSchema = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }).optional(),
});
const partSchema = z.looseObject({ type: z.string() });
const messageSchema = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  tool_calls: z.array(callSchema).nullish(),
  tool_call_id: z.string().nullish(),
});
const toolSchema = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string(), description: z.string().nullish() }).optional(),
});

/** The fields we read; all others pass untouched. */
const requestSchema = z.looseObject({
  model: z.string().nullish(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolSchema).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.int().positive().nullish(),
  max_completion_tokens: z.int().positive().nullish(),
  response_format: z.looseObject({ type: z.string() }).nullish(),
});

type Body = z.infer<typeof requestSchema>;

export const openaiChat: Protocol = {
  name: 'openai',
  parse,
  encodeReply: (reply: Reply, model: string) => replyOf(reply, model),
  encodeFrames,
  endOfStream: 'data: [DONE]\n\n',
  encodeError,
  encodeStreamError: (error, requestId) => `data: ${JSON.stringify(encodeError(error, requestId))}\n\n`,
};

function parse({ value, text, spans }: DecodedBody): ChatRequest {
  const parsed = requestSchema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error, value);
  const body = parsed.data;
  return Object.freeze({
    model: body.model ?? '',
    messages: body.messages.map((message, index) => readMessage(message, sourceAt(value.messages, index))),
    tools: (body.tools ?? []).map((tool, index) => readTool(tool, sourceAt(value.tools, index))),
    stream: body.stream ?? false,
    streamUsage: body.stream_options?.include_usage ?? false,
    maxOutputTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
    structuredOutput: body.response_format != null && body.response_format.type !== 'text',
    fields: value,
    wire: { family, text, spans },
  });
}

const roles: Readonly<Record<Body['messages'][number]['role'], Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

function readMessage(message: Body['messages'][number], source: JsonObject): Message {
  const { content, tool_call_id: toolCallId } = message;
  return {
    role: roles[message.role],
    parts: typeof content === 'string' ? [{ type: 'text', text: content }] : readParts(source.content),
    toolCalls: (message.tool_calls ?? []).map(readCall),
    ...(toolCallId == null ? {} : { toolCallId }),
    source,
  };
}

function readParts(content: JsonValue | undefined): readonly Part[] {
  if (!Array.isArray(content)) return [];
  return content.filter(isObject).map((part) => {
    const words = part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : undefined;
    if (typeof words === 'string') return { type: 'text', text: words };
    return { type: part.type === 'image_url' ? 'image' : 'other', value: part };
  });
}

function readCall(call: z.infer<typeof callSchema>): ToolCall {
  return { id: call.id, name: call.function?.name ?? '', arguments: call.function?.arguments ?? '' };
}

function readTool(tool: z.infer<typeof toolSchema>, source: JsonObject): Tool {
  return { name: tool.function?.name ?? tool.type, description: tool.function?.description ?? '', source };
}

function sourceAt(list: JsonValue | undefined, index: number): JsonObject {
  const source = Array.isArray(list) ? list[index] : undefined;
  return isObject(source) ? source : {};
}

function invalid(error: z.ZodError, value: JsonObject): RouterError {
  const [issue] = error.issues;
  const at = (issue?.path ?? []).reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path ? '.' : ''}${String(key)}`),
    '',
  );
  const received = (issue?.path ?? []).reduce<unknown>(
    (inner, key) => (isObject(inner) || Array.isArray(inner) ? Reflect.get(inner, key) : undefined),
    value,
  );
  const expected = issue?.message
    .replace(/^Invalid (?:input|option): /, '')
    .replace(/^expected /, '')
    .replace(/, received .*$/, '');
  return new RouterError('REQUEST_INVALID', { at, expected, received: typeName(received), cause: error });
}

function encodeFrames(frames: readonly Frame[], model: string, request: ChatRequest | undefined): string {
  let events = '';
  for (const frame of frames) {
    const chunk = chunkOf(frame, model, request?.streamUsage ?? true);
    if (chunk !== undefined) events += `data: ${JSON.stringify(chunk)}\n\n`;
  }
  return events;
}

function encodeError(error: RouterError, requestId: string | undefined): JsonObject {
  return {
    error: {
      message: error.message,
      type: error.type,
      param: error.at ?? null,
      code: error.upstreamCode ?? error.code,
      ...(requestId === undefined ? {} : { request_id: requestId }),
    },
  };
}
