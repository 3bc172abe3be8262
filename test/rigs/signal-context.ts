// What a signal reads, made from chat messages as a client writes them.

import { promptText } from '../../src/chat/prompt.js';
import type { ChatRequest, JsonObject } from '../../src/chat/request.js';
import { openaiChat } from '../../src/protocols/openai-chat.js';
import type { AnySignal, SignalContext, SignalMatch } from '../../src/signals/signal.js';
import { prescanOf, tokens } from '../contract/sample-facts.js';

export function requestOf(messages: readonly JsonObject[], more: JsonObject = {}): ChatRequest {
  const value = { model: 'router', messages, ...more };
  return openaiChat.parse({ value, text: JSON.stringify(value), spans: new Map() });
}

export function contextOf(request: ChatRequest, changes: Partial<SignalContext> = {}): SignalContext {
  return { request, prompt: promptText(request), prescan: prescanOf(), tokens, abort: new AbortController().signal, ...changes };
}

/** What the signal finds in a prompt of one user message. */
export async function readPrompt(signal: AnySignal, text: string, entry: object): Promise<readonly SignalMatch[]> {
  return signal.open([entry], []).read(contextOf(requestOf([{ role: 'user', content: text }])));
}
