// Pulling from a hub on loopback: whole, continued, refused, deceived, and without any network.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Hub, startHub } from '../../test/rigs/hub.js';
import { embedderFolder, guardFolder, readJson } from '../../test/rigs/model-folders.js';
import { type PublishedModel, publishedModel } from './manifest.js';
import { type PullOptions, pullModel } from './pull.js';
import { presence, verifyModel } from './verify.js';

const scratch = mkdtempSync(join(tmpdir(), 'signalbox-pull-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function published(id: string): PublishedModel {
  const model = publishedModel(id);
  if (model === undefined) throw new Error(`no model ${id}`);
  return model;
}

const embedder = published('minilm-l6');
const guard = published('prompt-guard-86m');
const served = embedderFolder(join(scratch, 'served'));
const weightBytes = statSync(join(served, 'model.safetensors')).size;

let hub: Hub;
let models: string;
beforeEach(async () => {
  hub = await startHub(served);
  models = mkdtempSync(join(scratch, 'models-'));
});
afterEach(() => hub.close());

const pull = (model: PublishedModel, options: Partial<PullOptions> = {}) =>
  pullModel(model, { models, env: { HF_ENDPOINT: hub.url }, ...options });

/** The line breaks when the first bytes of the weights have come. */
const pullCutOff = () => pull(embedder, { onBytes: (file) => file === 'model.safetensors' && hub.cut() });

describe('pull', () => {
  it('brings every file at one commit, and locks what came', async () => {
    const files: string[] = [];
    const lock = await pull(embedder, { onFile: (file) => files.push(file) });
    expect(files).toEqual(embedder.files);
    expect(lock).toMatchObject({ repository: embedder.repository, revision: hub.commit, source: `${hub.url}/${embedder.repository}` });
    expect(lock.files['model.safetensors']?.bytes).toBe(weightBytes);
    expect(hub.seen[0]?.path).toContain('/resolve/main/');
    expect(hub.seen.slice(1).filter(({ origin, path }) => origin === 'hub' && !path.includes(`/resolve/${hub.commit}/`))).toEqual([]);
    await verifyModel(embedder, models);
    expect(presence(embedder, models)).toBe('present');
    expect(existsSync(join(models, '.partial', embedder.id))).toBe(false);
  });

  it('goes on where the line broke', async () => {
    hub.stopAfter = 1000;
    await expect(pullCutOff()).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringContaining('run the same command again'),
    });
    expect(presence(embedder, models)).toBe('partial');
    hub.stopAfter = undefined;
    const before = hub.seen.length;
    await pull(embedder);
    const again = hub.seen.slice(before);
    expect(again.filter(({ path }) => path.endsWith('/config.json') && !path.includes('Pooling'))).toEqual([]);
    const [, from] = /^bytes=(\d+)-$/.exec(again.find(({ origin }) => origin === 'store')?.range ?? '') ?? [];
    expect(Number(from)).toBeGreaterThan(0);
    await verifyModel(embedder, models);
  });

  it('starts over where the file has changed meanwhile', async () => {
    hub.stopAfter = 1000;
    await expect(pullCutOff()).rejects.toThrow();
    hub.stopAfter = undefined;
    const part = join(models, '.partial', embedder.id, 'model.safetensors.part');
    writeFileSync(`${part}.etag`, '"another"');
    await pull(embedder);
    await verifyModel(embedder, models);
  });

  it('keeps the token to the hub, and never gives it to a mirror', async () => {
    await pull(embedder, { env: { HF_ENDPOINT: hub.url, HF_TOKEN: 'hf_canary' } });
    const authorizations = (origin: string) => new Set(hub.seen.filter((one) => one.origin === origin).map((one) => one.authorization));
    expect(authorizations('hub')).toEqual(new Set(['Bearer hf_canary']));
    expect(authorizations('store')).toEqual(new Set([undefined]));
    const before = hub.seen.length;
    await pull(embedder, { env: { HF_TOKEN: 'hf_canary' }, from: `${hub.url}/plain` });
    expect(new Set(hub.seen.slice(before).map((one) => one.authorization))).toEqual(new Set([undefined]));
  });

  it('keeps the former model until the new one is whole', async () => {
    await pull(embedder);
    hub.stopAfter = 1000;
    await expect(pullCutOff()).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    await verifyModel(embedder, models);
  });
});

describe('what is refused', () => {
  it('a gated model without a token, saying what to do', async () => {
    hub.gate = 'hf_right';
    await expect(pull(guard)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      message: expect.stringMatching(/accept the terms.*HF_TOKEN/),
    });
  });

  it('weights with another hash than the hub promised', async () => {
    hub.promise = '0'.repeat(64);
    await expect(pull(embedder)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', expected: `SHA-256 ${hub.promise}` });
    expect(existsSync(join(models, '.partial', embedder.id, 'model.safetensors.part'))).toBe(false);
  });

  it('a file that the publisher lacks', async () => {
    const model = { ...embedder, files: [...embedder.files, 'missing.json'] };
    await expect(pull(model)).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', expected: 'missing.json', received: 'HTTP 404' });
  });

  it('another architecture than the manifest says', async () => {
    const model = { ...embedder, architecture: 'modernbert' };
    await expect(pull(model)).rejects.toMatchObject({ code: 'MODEL_INVALID', at: 'config.json:model_type', received: 'bert' });
  });

  it.each(['http://example.invalid', 'ftp://127.0.0.1', 'nonsense'])('the address %s', async (address) => {
    await expect(pull(embedder, { from: address })).rejects.toMatchObject({ code: 'INVALID_INPUT', at: '--from' });
    await expect(pull(embedder, { env: { HF_ENDPOINT: address } })).rejects.toMatchObject({ code: 'INVALID_INPUT', at: 'HF_ENDPOINT' });
  });

  it('nothing at all without a network, but with the way out', async () => {
    const { url } = hub;
    await hub.close();
    const pulled = pullModel(embedder, { models, env: { HF_ENDPOINT: url } });
    await expect(pulled).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      received: 'ECONNREFUSED',
      message: expect.stringContaining('signalbox models import ID FOLDER'),
    });
    hub = await startHub(served);
  });
});

it('names the labels that the publisher only counts', async () => {
  await hub.close();
  hub = await startHub(guardFolder(join(scratch, 'guard')));
  const lock = await pull(guard);
  const config = readJson(join(models, guard.id, 'config.json'));
  expect(config['id2label']).toEqual({ 0: 'benign', 1: 'injection', 2: 'jailbreak' });
  expect(Object.keys(lock.completed)).toEqual(['config.json']);
  expect(readFileSync(join(models, `${guard.id}.lock.json`), 'utf8')).toContain('"completed"');
  await verifyModel(guard, models);
});
