// The contract of every signal: matches are its own, nameable by a rule's leaf, sure within 0..1; nothing that came is changed.

import { describe, expect, it } from 'vitest';
import { signals } from '../../src/signals/index.js';
import type { AnySignal } from '../../src/signals/signal.js';
import { deepFreeze, prescanOf, sampleFacts, tokens } from './sample-facts.js';

/** An entry for each signal, by which it matches the sample request. */
const entries: Readonly<Record<string, readonly object[]>> = {
  keyword: [{ name: 'urgent', keywords: ['urgent'] }],
  agentic: [{ name: 'hard', minScore: 0.6 }],
  structure: [{ name: 'one-line', of: ['line'], lte: 1 }],
  conversation: [{ name: 'new', of: 'turns', lte: 1 }],
  reask: [{ name: 'again' }],
  language: [{ name: 'english', languages: ['en'] }],
  context: [{ name: 'short', maxTokens: 100 }],
};

async function matchesOf(signal: AnySignal) {
  const open = signal.open(entries[signal.name] ?? [], []);
  const { request, prompt } = sampleFacts();
  const context = deepFreeze({ request, prompt, prescan: prescanOf(), tokens, abort: new AbortController().signal });
  return { open, matches: await open.read(context) };
}

describe.each(signals.map((signal) => ({ name: signal.name, signal })))('signal $name', ({ name, signal }) => {
  it('has a sample here', () => {
    expect(entries[name]?.length).toBeGreaterThan(0);
  });

  it('reports matches that a rule can name', async () => {
    const { open, matches } = await matchesOf(signal);
    expect(matches.length).toBeGreaterThan(0);
    for (const match of matches) {
      expect(match.signal).toBe(name);
      expect(signal.leafKeys).toContain(match.key);
      expect(match.confidence).toBeGreaterThanOrEqual(0);
      expect(match.confidence).toBeLessThanOrEqual(1);
      const known = open.values(match.key);
      if (known !== undefined) expect(known).toContain(match.value);
    }
  });

  it('says the same twice', async () => {
    expect((await matchesOf(signal)).matches).toEqual((await matchesOf(signal)).matches);
  });

  it('refuses an entry it does not understand', () => {
    expect(signal.options.safeParse({ surprise: 1 }).success).toBe(false);
  });
});
