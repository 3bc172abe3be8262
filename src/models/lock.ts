// The lock file of a model: where it came from, and the size and hash of each file as it lies here.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidModel } from './fault.js';
import { sha256 } from './hash.js';
import { readObject, writeObject } from './json-file.js';

const lockSchema = z.strictObject({
  version: z.literal(1),
  id: z.string(),
  repository: z.string(),
  /** The address or folder it came from, and the commit where the hub told it. */
  source: z.string(),
  revision: z.string().nullable(),
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string() })),
  /** Files that signalbox completed, with the hash they were published with; null where there was none. */
  completed: z.record(z.string(), z.string().nullable()),
});

export type ModelLock = z.infer<typeof lockSchema>;

/** Rejects with MODEL_INVALID where it is missing or unreadable. */
export async function readLock(path: string, name: string): Promise<ModelLock> {
  const parsed = lockSchema.safeParse(await readObject(path, name));
  if (!parsed.success) throw invalidModel(name, 'a lock file of version 1', 'another one');
  return parsed.data;
}

export async function writeLock(path: string, lock: ModelLock): Promise<void> {
  await writeObject(path, lock);
}

/** Size and hash of every file. */
export async function describeFiles(folder: string, files: readonly string[]): Promise<ModelLock['files']> {
  const described: ModelLock['files'] = {};
  for (const file of files) {
    const path = join(folder, file);
    described[file] = { bytes: (await stat(path)).size, sha256: await sha256(path) };
  }
  return described;
}
