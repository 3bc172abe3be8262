// Replies and stream frames in OpenAI's words: the upstream's own JSON where it speaks them too, ours otherwise.

import type { Delta, FinishReason, Frame, Reply, Usage } from '../chat/reply.js';
import type { JsonObject, ToolCall } from '../chat/request.js';

const family = 'openai';

/** The body of a whole answer. */
export function replyOf(reply: Reply, model: string): JsonObject {
  if (reply.source?.family === family) return { ...reply.source.value, model };
  return {
    id: `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: reply.choices.map(({ index, text, reasoning, toolCalls, finish }) => ({
      index,
      message: {
        role: 'assistant',
        content: text === '' && toolCalls.length > 0 ? null : text,
        ...(reasoning === '' ? {} : { reasoning_content: reasoning }),
        ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls.map(toolCallOf) }),
      },
      finish_reason: finishOf(finish ?? 'stop'),
    })),
    ...(reply.usage === undefined ? {} : { usage: usageOf(reply.usage) }),
  };
}

/** One chunk of a stream; undefined for a frame the client did not ask for (token counts). */
export function chunkOf(frame: Frame, model: string, wantsUsage: boolean): JsonObject | undefined {
  const onlyUsage = frame.deltas.length > 0 && frame.deltas.every((delta) => delta.type === 'usage-report');
  if (onlyUsage && !wantsUsage) return undefined;
  if (frame.source?.family === family) return { ...frame.source.value, model };
  const usage = frame.deltas.find((delta) => delta.type === 'usage-report')?.usage;
  return {
    id: 'chatcmpl-signalbox',
    object: 'chat.completion.chunk',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: frame.deltas.flatMap(choiceOf),
    ...(usage === undefined ? {} : { usage: usageOf(usage) }),
  };
}

function choiceOf(delta: Delta): readonly JsonObject[] {
  switch (delta.type) {
    case 'role-start':
      return [{ index: delta.choice, delta: { role: 'assistant', content: '' }, finish_reason: null }];
    case 'text-delta':
      return [{ index: delta.choice, delta: { content: delta.text }, finish_reason: null }];
    case 'reasoning-delta':
      return [{ index: delta.choice, delta: { reasoning_content: delta.text }, finish_reason: null }];
    case 'tool-call-delta':
      return [{ index: delta.choice, delta: { tool_calls: [toolDeltaOf(delta)] }, finish_reason: null }];
    case 'choice-finish':
      return [{ index: delta.choice, delta: {}, finish_reason: finishOf(delta.reason) }];
    case 'usage-report':
      return [];
  }
}

function toolDeltaOf(delta: Extract<Delta, { type: 'tool-call-delta' }>): JsonObject {
  const start = delta.id === undefined ? {} : { id: delta.id, type: 'function' };
  const name = delta.name === undefined ? {} : { name: delta.name };
  return { index: delta.call, ...start, function: { ...name, arguments: delta.arguments } };
}

function toolCallOf(call: ToolCall): JsonObject {
  return { id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function finishOf(reason: FinishReason): string {
  return reason === 'tool-calls' ? 'tool_calls' : reason === 'content-filter' ? 'content_filter' : reason === 'length' ? 'length' : 'stop';
}

function usageOf(usage: Usage): JsonObject {
  return { prompt_tokens: usage.inputTokens, completion_tokens: usage.outputTokens, total_tokens: usage.inputTokens + usage.outputTokens };
}
