// One file from a hub: into a part that the next attempt continues, its size and hash checked, then renamed.

import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RouterError } from '../errors.js';
import { bytes } from './fault.js';
import { sha256 } from './hash.js';
import { getFromHub, type HubAnswer, type HubFacts, type HubRequest, text, unreachable } from './hub-request.js';

export interface Download extends HubRequest {
  /** Where it goes. */
  readonly file: string;
  /** Where the manifest knows it. */
  readonly hash?: string | undefined;
  readonly onBytes?: ((done: number, total: number | undefined) => void) | undefined;
}

/** What the hub said; undefined where it has no such file. Rejects with DOWNLOAD_FAILED; what has come by then stays for the next time. */
export async function download(wanted: Download): Promise<HubFacts | undefined> {
  const part = `${wanted.file}.part`;
  const tagFile = `${part}.etag`;
  await mkdir(dirname(wanted.file), { recursive: true });
  const tag = await readFile(tagFile, 'utf8').catch(() => undefined);
  const have = tag === undefined ? 0 : await sizeOf(part);
  const range = tag !== undefined && have > 0 ? { range: `bytes=${have}-`, 'if-range': tag } : {};
  const answer = await getFromHub({ ...wanted, headers: range });
  if (answer.status === 416) {
    await answer.body.dump();
    await Promise.all([part, tagFile].map((path) => rm(path, { force: true })));
    return download(wanted);
  }
  if (answer.status === 404) {
    await answer.body.dump();
    return undefined;
  }
  const start = answer.status === 206 ? rangeStart(answer, have, wanted.url) : 0;
  if (answer.status !== 200 && answer.status !== 206) throw await refused(answer, wanted);
  if (start === 0) await keepTag(tagFile, text(answer.headers['etag']));
  const total = totalBytes(answer, start);
  await write(answer, { ...wanted, part, start, total });
  await checkWhole(part, { ...wanted, total, facts: answer.facts });
  await rename(part, wanted.file);
  await rm(tagFile, { force: true });
  return answer.facts;
}

/** Only a strong tag promises the same bytes. */
async function keepTag(path: string, tag: string | undefined): Promise<void> {
  if (tag?.startsWith('"') === true) await writeFile(path, tag);
  else await rm(path, { force: true });
}

function rangeStart({ headers }: HubAnswer, have: number, url: URL): number {
  const start = Number(/^bytes (\d+)-/.exec(text(headers['content-range']) ?? '')?.[1]);
  if (start === have) return start;
  throw new RouterError('DOWNLOAD_FAILED', { at: url.href, expected: `bytes from ${have}`, received: 'another range' });
}

function totalBytes({ headers, facts }: HubAnswer, start: number): number | undefined {
  const length = text(headers['content-length']);
  const encoded = text(headers['content-encoding']) !== undefined;
  return length === undefined || encoded ? facts.bytes : start + Number(length);
}

interface Writing extends Download {
  readonly part: string;
  readonly start: number;
  readonly total: number | undefined;
}

/** Each piece is on the disk before it counts, so that a line that breaks loses nothing. */
async function write({ body }: HubAnswer, { part, start, total, onBytes, url }: Writing): Promise<void> {
  let done = start;
  const file = await open(part, start === 0 ? 'w' : 'a');
  try {
    for await (const chunk of arriving(body, url, () => ({ done, total, start }))) {
      await file.writeFile(chunk);
      done += chunk.length;
      onBytes?.(done, total);
    }
  } finally {
    await file.close();
  }
}

interface Arrived {
  readonly done: number;
  readonly total: number | undefined;
  readonly start: number;
}

async function* arriving(body: HubAnswer['body'], url: URL, arrived: () => Arrived): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield Buffer.from(chunk);
  } catch (cause) {
    const { done, total, start } = arrived();
    throw done === start ? unreachable(url, cause) : cutOff(url, { done, total, cause });
  }
}

interface Whole extends Download {
  readonly total: number | undefined;
  readonly facts: HubFacts;
}

async function checkWhole(part: string, { url, hash, total, facts }: Whole): Promise<void> {
  const size = await sizeOf(part);
  if (total !== undefined && size < total) throw cutOff(url, { done: size, total });
  if ((total ?? size) !== size || (facts.bytes ?? size) !== size) {
    await rm(part);
    throw new RouterError('DOWNLOAD_FAILED', { at: url.href, expected: bytes(facts.bytes ?? total ?? size), received: bytes(size) });
  }
  for (const expected of [facts.sha256, hash]) {
    if (expected === undefined) continue;
    const found = await sha256(part);
    if (found === expected) continue;
    await rm(part);
    throw new RouterError('DOWNLOAD_FAILED', { at: url.href, expected: `SHA-256 ${expected}`, received: found });
  }
}

function cutOff(url: URL, { done, total, cause }: Pick<Arrived, 'done' | 'total'> & { readonly cause?: unknown }): RouterError {
  const of = total === undefined ? '' : ` of ${total}`;
  const message = `${url.host} stopped after ${done}${of} bytes. What came is kept: run the same command again to go on.`;
  return new RouterError('DOWNLOAD_FAILED', { message, at: url.href, expected: 'the whole file', received: bytes(done), cause });
}

async function refused({ status, body }: HubAnswer, { url, token }: Download): Promise<RouterError> {
  await body.dump();
  const received = `HTTP ${status}`;
  if (status !== 401 && status !== 403) return new RouterError('DOWNLOAD_FAILED', { at: url.href, expected: 'the file', received });
  const how = token === undefined ? 'and set HF_TOKEN to a token of that account' : 'with the account of HF_TOKEN';
  const message = `${url.host} wants to know who asks (${received}): accept the terms of the model on its page ${how}.`;
  return new RouterError('DOWNLOAD_FAILED', { message, at: url.href, expected: 'the file', received });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
