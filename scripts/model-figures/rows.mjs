// Rows of the frozen evaluation sets and of a folder of corpora.

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isKeptAside, normal } from './kept-aside.mjs';

const evaluation = path.join(import.meta.dirname, '../../models/evaluation');

/** The rows of one frozen set: `frozenRows('domain')`. */
export const frozenRows = (name) => readRows(path.join(evaluation, `${name}.jsonl`));

/**
 * Readers of the corpora in `folder`, each giving at most `limit` rows and none where there is no such file: `rows(name)` for all,
 * `aside(name)` for those that training never sees, each text once.
 */
export function corpora(folder, limit = Number.POSITIVE_INFINITY) {
  const rows = (name, wanted = () => true) =>
    folder === undefined ? [] : spread(readRows(path.join(folder, `${name}.jsonl`)).filter(wanted), limit);
  return {
    rows,
    aside: (name, wanted = () => true) => {
      const seen = new Set();
      const isNew = ({ text }) => !seen.has(normal(text)) && seen.add(normal(text));
      return rows(name, (row) => wanted(row) && isKeptAside(row.text) && isNew(row));
    },
  };
}

/** At most `limit` rows, evenly from all places. */
function spread(rows, limit) {
  return rows.length <= limit ? rows : Array.from({ length: limit }, (_, at) => rows[Math.floor((at * rows.length) / limit)]);
}

export function readRows(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Groups in the order of their first row: [[key, rows], …]. */
export function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups];
}
