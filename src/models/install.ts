// The last step of `pull` and `import`: a folder beside the others is looked at, completed, locked, and put in its place at once.

import { mkdir, rename, rm } from 'node:fs/promises';
import { completeFolder } from './complete.js';
import { filesIn, inspectFolder } from './inspect.js';
import { describeFiles, type ModelLock, writeLock } from './lock.js';
import type { PublishedModel } from './manifest.js';
import type { ModelPlaces } from './places.js';

export interface Origin {
  readonly source: string;
  readonly revision: string | null;
}

/** Moves `places.partial` to `places.folder`; what was there before is gone after. Rejects with MODEL_INVALID. */
export async function install(model: PublishedModel, places: ModelPlaces, { source, revision }: Origin): Promise<ModelLock> {
  await inspectFolder(places.partial, model, await filesIn(places.partial, model));
  const completed = await completeFolder(places.partial, model);
  const files = await describeFiles(places.partial, [...new Set([...(await filesIn(places.partial, model)), ...Object.keys(completed)])]);
  const lock: ModelLock = { version: 1, id: model.id, repository: model.repository, source, revision, files, completed };
  const former = `${places.partial}.former`;
  await rm(former, { recursive: true, force: true });
  await mkdir(places.folder, { recursive: true });
  await rename(places.folder, former);
  await rename(places.partial, places.folder);
  await writeLock(places.lock, lock);
  await Promise.all([former, places.partialOrigin].map((path) => rm(path, { recursive: true, force: true })));
  return lock;
}
