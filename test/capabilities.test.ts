// docs/capabilities.md is true: every row of the plan is there once, and whatever proves a row exists.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');
const text = readFileSync(path.join(root, 'docs/capabilities.md'), 'utf8');

/** How many rows each letter of the plan has. */
const plan: Readonly<Record<string, number>> = {
  N: 17,
  F: 10,
  S: 21,
  D: 8,
  L: 14,
  P: 8,
  C: 4,
  G: 5,
  X: 5,
  A: 7,
  T: 4,
  K: 8,
  O: 4,
  U: 3,
  E: 3,
  Q: 13,
};

const rows = [...text.matchAll(/^\| ([A-Z]\d+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|/gm)].map(([, id = '', , state = '', proof = '']) => ({
  id,
  state: state.trim(),
  proofs: [...proof.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}));

describe('docs/capabilities.md', () => {
  it('has every row of the plan, each once', () => {
    const wanted = Object.entries(plan).flatMap(([letter, count]) => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
    expect(rows.map(({ id }) => id).toSorted()).toEqual(wanted.toSorted());
  });

  it.each(rows)('$id: says how far it is, and cites what exists', ({ state, proofs }) => {
    expect(['done', 'partly', 'no']).toContain(state);
    expect(proofs.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
    expect(proofs.length > 0).toBe(state !== 'no');
  });

  it('has no figure left open', () => {
    expect(text).not.toMatch(/FASTPATH|PROXYQ/);
  });
});
