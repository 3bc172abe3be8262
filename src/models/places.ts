// Where models lie on this machine: the models folder, one folder a model in it, and what an id given to `loadModel` means.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { RouterError } from '../errors.js';
import { type PublishedModel, packageRoot, publishedModel } from './manifest.js';

/** The environment as far as models read it: SIGNALBOX_MODELS, HF_ENDPOINT, HF_TOKEN and proxies. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The id of the model inside the package. */
export const bundledId = 'bundled';

/** `SIGNALBOX_MODELS`, else `~/.cache/signalbox/models`. */
export function modelsFolder(env: Environment): string {
  const named = env['SIGNALBOX_MODELS'] ?? '';
  return named === '' ? join(homedir(), '.cache', 'signalbox', 'models') : named;
}

/** Where one model lies in a models folder. */
export interface ModelPlaces {
  readonly folder: string;
  /** Sizes and hashes, learned when it came. */
  readonly lock: string;
  /** What is not whole yet. */
  readonly partial: string;
  /** Where the files of `partial` come from. */
  readonly partialOrigin: string;
}

export function modelPlaces(models: string, id: string): ModelPlaces {
  return {
    folder: join(models, id),
    lock: join(models, `${id}.lock.json`),
    partial: join(models, '.partial', id),
    partialOrigin: join(models, '.partial', `${id}.origin.json`),
  };
}

/** A folder to load, and what the manifest knows of it. */
export interface ResolvedModel {
  readonly folder: string;
  readonly model?: PublishedModel;
}

/**
 * What `loadModel` is to load: `bundled`, an id of the manifest, or else a path as it stands. `./name` is always a path.
 * Throws MODEL_NOT_FOUND for an id whose model is not here.
 */
export function resolveModel(pathOrId: string, env: Environment, root: string = packageRoot): ResolvedModel {
  if (pathOrId === bundledId) return { folder: bundledFolder(root) };
  const model = publishedModel(pathOrId);
  if (model === undefined) return { folder: pathOrId };
  const { folder } = modelPlaces(modelsFolder(env), model.id);
  if (!existsSync(join(folder, 'config.json'))) throw notFound(model.id, folder);
  return { folder, model };
}

/** MODEL_NOT_FOUND for a model of the manifest, with the command that brings it. */
export function notFound(id: string, folder: string): RouterError {
  return new RouterError('MODEL_NOT_FOUND', {
    message: `The model ${id} is not here: run \`signalbox models pull ${id}\`, or \`signalbox models import ${id} FOLDER\` where there is no network.`,
    at: id,
    expected: folder,
    received: 'nothing',
  });
}

function bundledFolder(root: string): string {
  const folder = join(root, 'models', bundledId);
  if (existsSync(folder)) return folder;
  throw new RouterError('MODEL_NOT_FOUND', {
    message: 'This package has no bundled model: name a folder, or a model of `signalbox models list`.',
    at: bundledId,
    expected: folder,
    received: 'nothing',
  });
}
