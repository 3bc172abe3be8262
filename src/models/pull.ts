// Brings a model from a hub or a mirror: file by file beside the others, at one commit, continued where it stopped.

import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RouterError } from '../errors.js';
import { download } from './download.js';
import { hubAgent, secureUrl } from './hub-request.js';
import { install } from './install.js';
import { readObject, writeObject } from './json-file.js';
import type { ModelLock } from './lock.js';
import type { PublishedModel } from './manifest.js';
import { type Environment, type ModelPlaces, modelPlaces } from './places.js';

/** The hub where HF_ENDPOINT names no other. */
const usualHub = 'https://huggingface.co';

export interface PullOptions {
  /** The models folder. */
  readonly models: string;
  /** HF_ENDPOINT, HF_TOKEN and proxies. */
  readonly env: Environment;
  /** An address under which the files lie, instead of the hub; gets no token. */
  readonly from?: string | undefined;
  readonly onBytes?: ((file: string, done: number, total: number | undefined) => void) | undefined;
  readonly onFile?: ((file: string) => void) | undefined;
}

/** Rejects with DOWNLOAD_FAILED, INVALID_INPUT for an address that is not https, MODEL_INVALID where what came is faulty. */
export async function pullModel(model: PublishedModel, options: PullOptions): Promise<ModelLock> {
  const places = modelPlaces(options.models, model.id);
  const source =
    options.from === undefined ? hub(options.env, model) : { address: secureUrl(options.from, '--from').href, token: undefined };
  const agent = hubAgent(options.env);
  try {
    const origin = await startOrContinue(model, places, source.address);
    let { revision } = origin;
    for (const file of [...model.files, ...model.optionalFiles]) {
      const target = join(places.partial, file);
      if (existsSync(target)) continue;
      const under = options.from === undefined ? `resolve/${encodeURIComponent(revision)}/` : '';
      const url = new URL(`${source.address.replace(/\/+$/, '')}/${under}${file}`);
      const onBytes = (done: number, total: number | undefined) => options.onBytes?.(file, done, total);
      const facts = await download({ url, agent, token: source.token, file: target, hash: model.hashes?.[file], onBytes });
      if (facts === undefined) refuseMissing(model, file, url);
      else options.onFile?.(file);
      if (facts?.revision !== undefined && facts.revision !== revision) {
        revision = facts.revision;
        await writeObject(places.partialOrigin, { source: source.address, revision });
      }
    }
    return await install(model, places, { source: source.address, revision: /^[0-9a-f]{40}$/.test(revision) ? revision : null });
  } finally {
    await agent.close();
  }
}

function hub(env: Environment, { repository }: PublishedModel) {
  const named = env['HF_ENDPOINT'] ?? '';
  const endpoint = secureUrl(named === '' ? usualHub : named, 'HF_ENDPOINT').href.replace(/\/+$/, '');
  const token = env['HF_TOKEN'] ?? '';
  return { address: `${endpoint}/${repository}`, token: token === '' ? undefined : token };
}

const originSchema = z.object({ source: z.string(), revision: z.string() });

/** Goes on with what lies there when it is of the same source; at the commit that the first file was of. */
async function startOrContinue(model: PublishedModel, { partial, partialOrigin }: ModelPlaces, source: string) {
  const begun = await readObject(partialOrigin, 'origin').then(
    (found) => originSchema.safeParse(found).data,
    () => undefined,
  );
  if (begun?.source === source) return begun;
  const origin = { source, revision: model.revision ?? 'main' };
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeObject(partialOrigin, origin);
  return origin;
}

function refuseMissing({ files, id }: PublishedModel, file: string, { href, host }: URL): void {
  if (!files.includes(file)) return;
  const message = `${host} has no file ${file} of ${id}.`;
  throw new RouterError('DOWNLOAD_FAILED', { message, at: href, expected: file, received: 'HTTP 404' });
}
