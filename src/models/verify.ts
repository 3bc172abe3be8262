// Whether a model here is what came: sizes, then what its files say, then every hash of its lock file.

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytes, invalidModel } from './fault.js';
import { sha256 } from './hash.js';
import { inspectFolder } from './inspect.js';
import { type ModelLock, readLock } from './lock.js';
import type { PublishedModel } from './manifest.js';
import { modelPlaces, notFound } from './places.js';

/** Rejects with MODEL_NOT_FOUND, or with MODEL_INVALID naming the first fault. */
export async function verifyModel(model: PublishedModel, models: string): Promise<ModelLock> {
  const { folder, lock: lockPath } = modelPlaces(models, model.id);
  if (!existsSync(folder)) throw notFound(model.id, folder);
  const lockName = `${model.id}.lock.json`;
  if (!existsSync(lockPath)) {
    throw invalidModel(lockName, `a lock file, as \`signalbox models import ${model.id} ${folder}\` writes it`, 'nothing');
  }
  const lock = await readLock(lockPath, lockName);
  const files = Object.entries(lock.files);
  for (const [file, expected] of files) {
    const size = await stat(join(folder, file)).then(
      (found) => found.size,
      () => undefined,
    );
    if (size === undefined) throw invalidModel(file, 'a file', 'nothing');
    if (size !== expected.bytes) throw invalidModel(file, bytes(expected.bytes), bytes(size));
  }
  await inspectFolder(folder, model, Object.keys(lock.files));
  for (const [file, expected] of files) {
    const found = await sha256(join(folder, file));
    if (found !== expected.sha256) throw invalidModel(file, `SHA-256 ${expected.sha256}`, found);
  }
  return lock;
}

/** What `list` says of a model: here with its lock, begun, or neither. */
export type Presence = 'present' | 'unlocked' | 'partial' | 'absent';

export function presence({ id }: PublishedModel, models: string): Presence {
  const { folder, lock, partial } = modelPlaces(models, id);
  if (existsSync(join(folder, 'config.json'))) return existsSync(lock) ? 'present' : 'unlocked';
  return existsSync(partial) ? 'partial' : 'absent';
}
