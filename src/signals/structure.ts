// The structure signal: how much code, how many questions, lists or numbers a prompt has, and in which order they come.

import { z } from 'zod';
import { type MarkedText, markedText, markerNames, type Place } from './markers.js';
import { checkPredicate, holds, predicateShape } from './predicate.js';
import { defineSignal, type SignalMatch } from './signal.js';

const marker = z.union(
  [z.enum(markerNames), z.strictObject({ words: z.array(z.string().trim().min(1)).min(1).describe('Any of these words, in any case.') })],
  {
    error: `expected a marker (${markerNames.join(', ')}) or { words: [...] }`,
  },
);

const options = z
  .strictObject({
    name: z.string().min(1).describe('The name rules use: { signal: structure, name: … }.'),
    measure: z
      .enum(['count', 'density', 'share', 'sequence'])
      .default('count')
      .describe(
        'count: how many. density: how many a word. share: the part of the characters they cover, 0 to 1. sequence: how often they come one after the other in the given order.',
      ),
    of: z.array(marker).min(1).describe('What is measured; several are added, or for a sequence follow each other.'),
    ...predicateShape,
  })
  .superRefine((entry, context) => {
    checkPredicate(entry, context);
    if (entry.measure === 'sequence' && entry.of.length < 2)
      context.addIssue({
        code: 'custom',
        path: ['of'],
        message: 'expected at least two markers for a sequence, received one',
        continue: true,
      });
  });

type Entry = z.infer<typeof options>;
type Marker = Entry['of'][number];

export const structure = defineSignal({
  name: 'structure',
  configKey: 'structure',
  options,
  leafKeys: ['name'],
  values: (entries) => entries.map(({ name }) => name),
  read: ({ prompt }, entries) => {
    const text = markedText(prompt.user);
    const matches: SignalMatch[] = [];
    for (const entry of entries) {
      const value = measure(text, entry);
      if (!holds(value, entry)) continue;
      const evidence = `${entry.measure} ${Number(value.toFixed(4))}`;
      matches.push({ signal: 'structure', key: 'name', value: entry.name, confidence: 1, evidence });
    }
    return matches;
  },
});

function measure(text: MarkedText, { measure: by, of }: Entry): number {
  const places = of.map((one) => placesOf(text, one));
  if (by === 'sequence') return sequences(places);
  const all = places.flat();
  if (by === 'share') return text.text.length === 0 ? 0 : covered(all) / text.text.length;
  if (by === 'count') return all.length;
  const words = text.places('word').length;
  return words === 0 ? 0 : all.length / words;
}

function placesOf(text: MarkedText, marker: Marker): readonly Place[] {
  return typeof marker === 'string' ? text.places(marker) : text.placesOf(marker.words);
}

/** Characters under at least one place. */
function covered(places: readonly Place[]): number {
  let sum = 0;
  let reached = 0;
  for (const { start, end } of places.toSorted((one, other) => one.start - other.start)) {
    sum += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return sum;
}

/** How often a place of each list follows one of the list before it, none used twice; the earliest possible are taken. */
function sequences(lists: readonly (readonly Place[])[]): number {
  const next = lists.map(() => 0);
  let reached = 0;
  for (let count = 0; ; count += 1) {
    for (const [index, list] of lists.entries()) {
      let at = next[index] ?? 0;
      while ((list[at]?.start ?? Number.POSITIVE_INFINITY) < reached) at += 1;
      const place = list[at];
      if (place === undefined) return count;
      next[index] = at + 1;
      reached = place.end;
    }
  }
}
