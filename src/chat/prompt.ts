// The text that routing reads: the last user turn, the system prompt, and how much there is of everything.

import type { ChatRequest, Message } from './request.js';

/** UTF-8 bytes a token, roughly: four Latin letters, one and a third CJK characters. Exact counts come with the tokenizers. */
const bytesPerToken = 4;

export interface PromptText {
  /** The text of the last user message; '' when there is none. */
  readonly user: string;
  /** The text of every system message, joined by newlines. */
  readonly system: string;
  /** Estimated tokens of all model-visible text, tool definitions included. */
  readonly estimatedTokens: number;
}

/** The text of one message, its text parts joined by newlines. */
export function messageText(message: Message): string {
  const [first] = message.parts;
  if (message.parts.length === 1 && first?.type === 'text') return first.text;
  return message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** All model-visible text of a request, a line a piece: messages, arguments of tool calls, tool definitions. */
export function requestText(request: ChatRequest): string {
  const messages = request.messages.flatMap((message) => [messageText(message), ...message.toolCalls.map((call) => call.arguments)]);
  return [...messages, ...request.tools.map((tool) => JSON.stringify(tool.source))].join('\n');
}

/** What routing reads of a request. */
export function promptText(request: ChatRequest): PromptText {
  let user: string | undefined;
  const system: string[] = [];
  let bytes = 0;
  for (let index = request.messages.length - 1; index >= 0; index--) {
    const message = request.messages[index];
    if (message === undefined) continue;
    const text = messageText(message);
    bytes += Buffer.byteLength(text);
    for (const call of message.toolCalls) bytes += Buffer.byteLength(call.arguments);
    if (message.role === 'user') user ??= text;
    if (message.role === 'system') system.unshift(text);
  }
  for (const tool of request.tools) bytes += Buffer.byteLength(JSON.stringify(tool.source));
  return { user: user ?? '', system: system.join('\n'), estimatedTokens: Math.ceil(bytes / bytesPerToken) };
}
