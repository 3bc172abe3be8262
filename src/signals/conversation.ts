// The conversation signal: how many messages, turns, tools and calls a request holds, and whether a tool loop is open.

import { z } from 'zod';
import type { ChatRequest, Message, Role } from '../chat/request.js';
import { isLoopOpen, unanswered } from '../chat/tool-loop.js';
import { checkPredicate, holds, predicateShape } from './predicate.js';
import { defineSignal, type SignalMatch } from './signal.js';

/** What can be counted, each with how. */
const counts = {
  messages: ({ messages }: ChatRequest) => messages.length,
  'system-messages': (request: ChatRequest) => ofRole(request, 'system'),
  'user-messages': (request: ChatRequest) => ofRole(request, 'user'),
  'assistant-messages': (request: ChatRequest) => ofRole(request, 'assistant'),
  'tool-messages': (request: ChatRequest) => ofRole(request, 'tool'),
  turns: countTurns,
  tools: ({ tools }: ChatRequest) => tools.length,
  'tool-calls': ({ messages }: ChatRequest) => messages.reduce((sum, { toolCalls }) => sum + toolCalls.length, 0),
  'tool-rounds': ({ messages }: ChatRequest) => countRounds(messages),
  'open-tool-loop': ({ messages }: ChatRequest) => (isLoopOpen(messages) ? 1 : 0),
  images: ({ messages }: ChatRequest) => messages.reduce((sum, { parts }) => sum + parts.filter(({ type }) => type === 'image').length, 0),
} as const satisfies Readonly<Record<string, (request: ChatRequest) => number>>;

const countNames = [
  'messages',
  'system-messages',
  'user-messages',
  'assistant-messages',
  'tool-messages',
  'turns',
  'tools',
  'tool-calls',
  'tool-rounds',
  'open-tool-loop',
  'images',
] as const satisfies readonly (keyof typeof counts)[];

const options = z
  .strictObject({
    name: z.string().min(1).describe('The name rules use: { signal: conversation, name: … }.'),
    of: z
      .enum(countNames)
      .describe(
        'What is counted. turns: runs of user messages. tools: definitions. tool-rounds: assistant messages all of whose calls were answered. open-tool-loop: 1 while the model has to go on after a tool, else 0.',
      ),
    ...predicateShape,
  })
  .superRefine(checkPredicate);

export const conversation = defineSignal({
  name: 'conversation',
  configKey: 'conversation',
  options,
  leafKeys: ['name'],
  values: (entries) => entries.map(({ name }) => name),
  read: ({ request }, entries) => {
    const matches: SignalMatch[] = [];
    for (const entry of entries) {
      const value = counts[entry.of](request);
      if (!holds(value, entry)) continue;
      matches.push({ signal: 'conversation', key: 'name', value: entry.name, confidence: 1, evidence: `${entry.of} ${value}` });
    }
    return matches;
  },
});

function ofRole({ messages }: ChatRequest, role: Role): number {
  return messages.filter((message) => message.role === role).length;
}

function countTurns({ messages }: ChatRequest): number {
  const talk = messages.filter(({ role }) => role !== 'system');
  return talk.filter(({ role }, index) => role === 'user' && talk[index - 1]?.role !== 'user').length;
}

/** Calls of an assistant message are answered by the tool messages between it and the next assistant message. */
function countRounds(messages: readonly Message[]): number {
  return messages.filter(({ toolCalls }, index) => toolCalls.length > 0 && unanswered(messages, index).length === 0).length;
}
