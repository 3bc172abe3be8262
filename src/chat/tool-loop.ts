// Tool loops of a conversation: whether the model has to go on after a tool, and with which tools.

import type { Message } from './request.js';

/** The last message is a tool's, or the last calls have not all been answered: the model goes on, not the user. */
export function isLoopOpen(messages: readonly Message[]): boolean {
  if (messages.at(-1)?.role === 'tool') return true;
  const last = messages.findLastIndex(({ toolCalls }) => toolCalls.length > 0);
  return last !== -1 && unanswered(messages, last).length > 0;
}

/** The names of the tools that were called since the user last spoke, where the loop is open; otherwise none. */
export function openLoopTools(messages: readonly Message[]): ReadonlySet<string> {
  if (!isLoopOpen(messages)) return new Set();
  const spoke = messages.findLastIndex(({ role }) => role === 'user');
  return new Set(messages.slice(spoke + 1).flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)));
}

/** Ids of the calls of one message that no tool has answered before the model spoke again. */
export function unanswered(messages: readonly Message[], index: number): readonly string[] {
  const answers = new Set<string>();
  for (const message of messages.slice(index + 1)) {
    if (message.role === 'assistant') break;
    if (message.toolCallId !== undefined) answers.add(message.toolCallId);
  }
  return (messages[index]?.toolCalls ?? []).map(({ id }) => id).filter((id) => !answers.has(id));
}
