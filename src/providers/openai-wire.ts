// How OpenAI's chat completions answer, read into our words: replies, stream events, errors.

import { isObject, type JsonObject, type JsonValue, typeName } from '../chat/json.js';
import type { Choice, Delta, FinishReason, Frame, Reply, Usage } from '../chat/reply.js';
import type { ToolCall } from '../chat/request.js';
import { RouterError } from '../errors.js';
import type { UpstreamFault } from './provider.js';

/** The wire family these functions read. */
export const openaiFamily = 'openai';

/** A whole reply. */
export function decodeReply(value: JsonValue): Reply {
  if (!isObject(value) || !Array.isArray(value.choices)) {
    throw new RouterError('UPSTREAM_INVALID', { at: 'reply', expected: 'an object with choices', received: typeName(value) });
  }
  const choices = value.choices.filter(isObject).map(decodeChoice);
  return { choices, usage: decodeUsage(value.usage), source: { family: openaiFamily, value } };
}

/** One server-sent event's data. */
export function decodeEvent(data: string): Frame | 'end' {
  if (data === '[DONE]') return 'end';
  const value = parseEvent(data);
  if (value.error !== undefined && value.error !== null) {
    throw new RouterError('STREAM_CUT', { message: 'The model reported an error in the middle of its answer.', cause: value.error });
  }
  const deltas: Delta[] = [];
  if (Array.isArray(value.choices)) {
    for (const choice of value.choices) if (isObject(choice)) readChoiceDelta(choice, deltas);
  }
  const usage = decodeUsage(value.usage);
  if (usage !== undefined) deltas.push({ type: 'usage-report', usage });
  return { deltas, source: { family: openaiFamily, value } };
}

/** What the body of a refusal says, as far as it says anything in JSON. */
export function decodeError(body: string): UpstreamFault {
  const value = tryParse(body);
  const error = isObject(value) ? (value.error ?? value) : undefined;
  if (typeof error === 'string') return { message: error, type: undefined, code: undefined, param: undefined };
  if (!isObject(error)) return { message: undefined, type: undefined, code: undefined, param: undefined };
  return {
    message: text(error.message) ?? text(error.detail),
    type: text(error.type),
    code: text(error.code),
    param: text(error.param),
  };
}

function parseEvent(data: string): JsonObject {
  const value = tryParse(data);
  if (isObject(value)) return value;
  throw new RouterError('UPSTREAM_INVALID', { at: 'stream', expected: 'events that hold JSON objects', received: typeName(value) });
}

function tryParse(body: string): JsonValue | undefined {
  try {
    const value: JsonValue = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}

function decodeChoice(choice: JsonObject, position: number): Choice {
  const message = isObject(choice.message) ? choice.message : {};
  return {
    index: typeof choice.index === 'number' ? choice.index : position,
    text: text(message.content) ?? text(choice.text) ?? '',
    reasoning: text(message.reasoning_content) ?? text(message.reasoning) ?? '',
    toolCalls: Array.isArray(message.tool_calls) ? message.tool_calls.filter(isObject).map(decodeToolCall) : [],
    finish: decodeFinish(choice.finish_reason),
  };
}

function decodeToolCall(call: JsonObject): ToolCall {
  const named = isObject(call.function) ? call.function : {};
  return { id: text(call.id) ?? '', name: text(named.name) ?? '', arguments: text(named.arguments) ?? '' };
}

function readChoiceDelta(entry: JsonObject, deltas: Delta[]): void {
  const choice = typeof entry.index === 'number' ? entry.index : 0;
  const delta = isObject(entry.delta) ? entry.delta : {};
  if (typeof delta.role === 'string') deltas.push({ type: 'role-start', choice });
  const reasoning = text(delta.reasoning_content) ?? text(delta.reasoning);
  if (reasoning) deltas.push({ type: 'reasoning-delta', choice, text: reasoning });
  const content = text(delta.content) ?? text(delta.refusal);
  if (content) deltas.push({ type: 'text-delta', choice, text: content });
  if (Array.isArray(delta.tool_calls)) {
    for (const [position, call] of delta.tool_calls.entries()) if (isObject(call)) deltas.push(readToolDelta(call, choice, position));
  }
  const reason = decodeFinish(entry.finish_reason);
  if (reason !== undefined) deltas.push({ type: 'choice-finish', choice, reason });
}

function readToolDelta(call: JsonObject, choice: number, position: number): Delta {
  const named = isObject(call.function) ? call.function : {};
  const id = text(call.id);
  const name = text(named.name);
  return {
    type: 'tool-call-delta',
    choice,
    call: typeof call.index === 'number' ? call.index : position,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    arguments: text(named.arguments) ?? '',
  };
}

function decodeUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = value;
  return typeof inputTokens === 'number' && typeof outputTokens === 'number' ? { inputTokens, outputTokens } : undefined;
}

const finishReasons: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

function decodeFinish(value: JsonValue | undefined): FinishReason | undefined {
  return typeof value === 'string' ? (finishReasons[value] ?? 'other') : undefined;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
