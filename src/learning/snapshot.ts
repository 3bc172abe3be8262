// What was learned, as a file: a line an entry, each with its own checksum, so that damage costs only the lines it hit.

import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as pause } from 'node:timers/promises';
import { RouterError } from '../errors.js';
import type { Table } from './lesson.js';

export const snapshotFormat = 'signalbox-learning';
/** Raised whenever an older reader would misread an entry; it is part of every line's checksum. */
export const snapshotVersion = 1;
const checksumLength = 16;
/** Lines between pauses, so that writing a large file never holds up requests. */
const stride = 100;

/** What reading a file came to. */
export interface Restored {
  /** `whole`: all of it; `damaged`: some lines were lost; `other-version`, `unreadable`: nothing could be used; `none`: there was no file. */
  readonly state: 'whole' | 'damaged' | 'other-version' | 'unreadable' | 'none';
  readonly entries: number;
  /** Lines that could not be used; those that a cut file lacks are not counted. */
  readonly lost: number;
  /** One sentence for people; undefined where all is well. */
  readonly message: string | undefined;
  /** Where the file was copied before the next save replaces it. */
  readonly keptAs: string | undefined;
}

/** Fills `tables` from a file. Never throws: whatever cannot be used is kept beside the file and told of. */
export function restoreSnapshot(file: string, tables: readonly Table[]): Restored {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const nothing = { entries: 0, lost: 0, keptAs: undefined };
    return missing
      ? { ...nothing, state: 'none', message: undefined }
      : { ...nothing, state: 'unreadable', message: `${file} cannot be read; learning starts afresh.` };
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const version = versionOf(lines[0]);
  if (version !== undefined && version !== snapshotVersion) {
    const message = `${file} is of version ${version} and this signalbox reads version ${snapshotVersion}; learning starts afresh.`;
    return keeping({ state: 'other-version', entries: 0, lost: lines.length - 1, message, keptAs: undefined }, file, `version-${version}`);
  }
  const { entries, lost, ended } = readLines(version === undefined ? lines : lines.slice(1), tables);
  if (lost === 0 && ended && version !== undefined) return { state: 'whole', entries, lost, message: undefined, keptAs: undefined };
  const what = ended ? 'is damaged' : 'ends too early';
  const message = `${file} ${what}: ${entries} entries were kept, ${lost === 0 ? 'what is missing' : `${lost} lines`} could not be used.`;
  return keeping({ state: entries === 0 ? 'unreadable' : 'damaged', entries, lost, message, keptAs: undefined }, file, 'damaged');
}

/** Writes beside the file, flushes, and replaces it; rejects with INTERNAL and the cause where that fails, leaving the old file whole. */
export async function saveSnapshot(file: string, tables: readonly Table[], now: () => number): Promise<void> {
  const beside = `${file}.${process.pid}.new`;
  try {
    const handle = await open(beside, 'w');
    try {
      for await (const chunk of chunks(tables, now)) await handle.appendFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncFolder(path.dirname(file));
  } catch (cause) {
    throw new RouterError('INTERNAL', { at: 'learning.file', expected: 'a file that can be written', received: file, cause });
  }
}

async function* chunks(tables: readonly Table[], now: () => number): AsyncGenerator<string> {
  yield `${JSON.stringify({ format: snapshotFormat, version: snapshotVersion, savedAt: new Date(now()).toISOString() })}\n`;
  let count = 0;
  let chunk = '';
  for (const table of tables) {
    for (const [key, value] of table.entries()) {
      chunk += lineOf([table.name, key, value]);
      count += 1;
      if (count % stride !== 0) continue;
      yield chunk;
      chunk = '';
      await pause();
    }
  }
  yield chunk + lineOf(['end', '', count]);
}

function lineOf(entry: readonly unknown[]): string {
  const json = JSON.stringify(entry);
  return `${checksumOf(json)} ${json}\n`;
}

function checksumOf(json: string): string {
  return createHash('sha256').update(`${snapshotFormat} ${snapshotVersion}\n${json}`).digest('hex').slice(0, checksumLength);
}

function readLines(lines: readonly string[], tables: readonly Table[]) {
  const byName = new Map(tables.map((table) => [table.name, table]));
  let entries = 0;
  let lost = 0;
  let ended = false;
  for (const line of lines) {
    const [name, key, value] = entryOf(line);
    if (name === 'end') ended = true;
    else if (typeof name === 'string' && typeof key === 'string' && byName.get(name)?.restore(key, value) === true) entries += 1;
    else lost += 1;
  }
  return { entries, lost, ended };
}

/** Nothing where the checksum does not fit. */
function entryOf(line: string): readonly unknown[] {
  const json = line.slice(checksumLength + 1);
  if (line.slice(0, checksumLength) !== checksumOf(json)) return [];
  const entry: unknown = JSON.parse(json); // the checksum fits: it is what was written
  return Array.isArray(entry) ? entry : [];
}

function versionOf(line: string | undefined): number | undefined {
  try {
    const header: unknown = JSON.parse(line ?? '');
    if (typeof header !== 'object' || header === null || !('format' in header) || header.format !== snapshotFormat) return undefined;
    return 'version' in header && typeof header.version === 'number' ? header.version : undefined;
  } catch {
    return undefined;
  }
}

function keeping(restored: Restored, file: string, suffix: string): Restored {
  const keptAs = `${file}.${suffix}`;
  try {
    copyFileSync(file, keptAs);
    return { ...restored, keptAs };
  } catch {
    return restored; // a folder that takes no copy takes no new snapshot either, so the file stays
  }
}

/** So that the rename itself survives a power cut; not every system can open a folder. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
