// Takes a model from a folder on this machine: copied or linked, looked at, locked; nothing of the network.

import { constants, copyFile, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { RouterError } from '../errors.js';
import { filesIn } from './inspect.js';
import { install } from './install.js';
import type { ModelLock } from './lock.js';
import type { PublishedModel } from './manifest.js';
import { modelPlaces } from './places.js';

export interface ImportOptions {
  /** The models folder. */
  readonly models: string;
  /** Links to the weights where they are instead of copying them. */
  readonly link?: boolean | undefined;
  readonly onFile?: ((file: string) => void) | undefined;
}

/** Rejects with MODEL_INVALID naming what `folder` lacks, or INVALID_INPUT for a link to itself. */
export async function importModel(
  model: PublishedModel,
  folder: string,
  { models, link = false, onFile }: ImportOptions,
): Promise<ModelLock> {
  const source = resolve(folder);
  const files = await filesIn(source, model);
  const places = modelPlaces(models, model.id);
  if (link) await refuseLinkToItself(source, places.folder);
  await rm(places.partial, { recursive: true, force: true });
  for (const file of files) {
    onFile?.(file);
    const [from, to] = [join(source, file), join(places.partial, file)];
    await mkdir(dirname(to), { recursive: true });
    if (link && !file.endsWith('.json')) await symlink(await realpath(from), to);
    else await copyFile(from, to, constants.COPYFILE_FICLONE);
  }
  return install(model, places, { source, revision: null });
}

async function refuseLinkToItself(source: string, target: string): Promise<void> {
  const home = await realpath(target).catch(() => target);
  const inside = !relative(home, await realpath(source)).startsWith('..');
  if (inside) throw new RouterError('INVALID_INPUT', { at: 'FOLDER', expected: 'a folder elsewhere to link to', received: source });
}
