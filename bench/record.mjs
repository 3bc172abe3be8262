// Writes results under record/<cpu>/<date>.json; a second bench on the same day joins the same file.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cpuSlug } from './machine.mjs';

const folder = path.join(import.meta.dirname, 'record');

/** Returns the file that was written, relative to the repository. */
export function writeRecord(machine, results) {
  const file = path.join(folder, cpuSlug(machine.cpu), `${new Date().toISOString().slice(0, 10)}.json`);
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...before, machine, results: { ...before.results, ...results } }, null, 2)}\n`);
  return path.relative(path.dirname(import.meta.dirname), file);
}
