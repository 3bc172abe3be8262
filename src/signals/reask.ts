// The reask signal: the user asks the same again, turn after turn, judged by the letters of the turns.

import { z } from 'zod';
import { messageText } from '../chat/prompt.js';
import type { ChatRequest } from '../chat/request.js';
import { defineSignal, type SignalMatch } from './signal.js';
import { similarity, trigramsOf } from './similarity.js';

const options = z.strictObject({
  name: z.string().min(1).describe('The name rules use: { signal: reask, name: … }.'),
  threshold: z.number().min(0).max(1).default(0.8).describe('The least similarity of two turns that are the same question, 0 to 1.'),
  lookbackTurns: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('How many earlier user turns in a row, the newest first, must be like the last one.'),
});

type Entry = z.infer<typeof options>;

export const reask = defineSignal({
  name: 'reask',
  configKey: 'reasks',
  options,
  leafKeys: ['name'],
  values: (entries) => entries.map(({ name }) => name),
  read: ({ request }, entries) => {
    const farthest = Math.max(0, ...entries.map(({ lookbackTurns }) => lookbackTurns));
    const similarities = similaritiesOf(request, farthest);
    return entries.flatMap((entry) => matchOf(entry, similarities));
  },
});

function matchOf({ name, threshold, lookbackTurns }: Entry, similarities: readonly number[]): readonly SignalMatch[] {
  const different = similarities.findIndex((one) => one < threshold);
  const streak = different === -1 ? similarities.length : different;
  if (streak < lookbackTurns) return [];
  const confidence = Math.min(...similarities.slice(0, lookbackTurns));
  const evidence = `streak ${streak}, similarity ${confidence.toFixed(2)}`;
  return [{ signal: 'reask', key: 'name', value: name, confidence, evidence }];
}

/** How like the last user turn each of the `most` turns before it is, the newest first. */
function similaritiesOf({ messages }: ChatRequest, most: number): readonly number[] {
  const turns = messages.filter(({ role }) => role === 'user').slice(-most - 1);
  const last = turns.pop();
  if (last === undefined || turns.length === 0) return [];
  const trigrams = trigramsOf(messageText(last));
  return turns.toReversed().map((turn) => similarity(trigrams, trigramsOf(messageText(turn))));
}
