// Importing and verifying: what is copied, linked, completed and locked, and the first fault of what was tampered with.

import { appendFileSync, cpSync, existsSync, lstatSync, mkdtempSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { embedderFolder, guardFolder, readJson } from '../../test/rigs/model-folders.js';
import { importModel } from './import.js';
import { type PublishedModel, publishedModel } from './manifest.js';
import { resolveModel } from './places.js';
import { presence, verifyModel } from './verify.js';

const scratch = mkdtempSync(join(tmpdir(), 'signalbox-import-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function published(id: string): PublishedModel {
  const model = publishedModel(id);
  if (model === undefined) throw new Error(`no model ${id}`);
  return model;
}

const embedder = published('e5-small');
const guard = published('prompt-guard-86m');

let models: string;
let source: string;
beforeEach(() => {
  models = mkdtempSync(join(scratch, 'models-'));
  source = mkdtempSync(join(scratch, 'source-'));
});

describe('import', () => {
  it('copies what belongs to the model, and nothing else', async () => {
    embedderFolder(source);
    writeFileSync(join(source, 'pytorch_model.bin'), 'never');
    const lock = await importModel(embedder, source, { models });
    expect(Object.keys(lock.files)).toEqual(expect.arrayContaining(['config.json', 'model.safetensors', 'onnx/model.onnx']));
    expect(existsSync(join(models, embedder.id, 'pytorch_model.bin'))).toBe(false);
    expect(await verifyModel(embedder, models)).toEqual(lock);
    expect(resolveModel(embedder.id, { SIGNALBOX_MODELS: models })).toEqual({ folder: join(models, embedder.id), model: embedder });
  });

  it('links weights, and writes labels into a copy', async () => {
    guardFolder(source);
    await importModel(guard, source, { models, link: true });
    const at = (file: string) => join(models, guard.id, file);
    expect(lstatSync(at('model.safetensors')).isSymbolicLink()).toBe(true);
    expect(readJson(at('config.json'))['label2id']).toEqual({ benign: 0, injection: 1, jailbreak: 2 });
    expect(readJson(join(source, 'config.json'))['label2id']).toEqual({ LABEL_0: 0, LABEL_1: 1, LABEL_2: 2 });
    await verifyModel(guard, models);
    await expect(importModel(guard, join(models, guard.id), { models, link: true })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('adds the prompts that the card names, and never over the publisher’s own', async () => {
    embedderFolder(source);
    const file = 'config_sentence_transformers.json';
    expect((await importModel(embedder, source, { models })).completed).toEqual({ [file]: null });
    expect(readJson(join(models, embedder.id, file))).toEqual({
      prompts: { query: 'query: ', passage: 'passage: ' },
      default_prompt_name: 'query',
    });
    writeFileSync(join(source, file), JSON.stringify({ prompts: { own: 'own: ' } }));
    expect((await importModel(embedder, source, { models })).completed).toEqual({});
    expect(readJson(join(models, embedder.id, file))).toEqual({ prompts: { own: 'own: ' } });
  });

  it('takes shards by their index', async () => {
    cpSync('models/tiny/modernbert_tokens', source, { recursive: true });
    const pii = published('modernbert-pii');
    const lock = await importModel(pii, source, { models });
    expect(Object.keys(lock.files).filter((file) => file.startsWith('model'))).toHaveLength(4);
    await verifyModel(pii, models);
  });

  it.each<[string, (source: string) => void, object]>([
    ['weights are missing', (folder) => unlinkSync(join(folder, 'model.safetensors')), { at: 'model.safetensors', received: 'nothing' }],
    ['weights are cut off', (folder) => truncateSync(join(folder, 'model.safetensors'), 5000), { at: 'model.safetensors' }],
    ['the tokeniser is none', (folder) => writeFileSync(join(folder, 'tokenizer.json'), '{}'), { at: 'tokenizer.json:model' }],
    ['the configuration is no JSON', (folder) => writeFileSync(join(folder, 'config.json'), '<html>'), { at: 'config.json' }],
    [
      'it is another model',
      (folder) => writeFileSync(join(folder, 'config.json'), '{"model_type":"qwen3"}'),
      { at: 'config.json:model_type', received: 'qwen3' },
    ],
  ])('refuses where %s, and leaves nothing in its place', async (_name, spoil, fault) => {
    guardFolder(source);
    spoil(source);
    await expect(importModel(guard, source, { models })).rejects.toMatchObject({ code: 'MODEL_INVALID', ...fault });
    expect(existsSync(join(models, guard.id))).toBe(false);
  });

  it('refuses a classifier with another number of labels', async () => {
    guardFolder(source, ['LABEL_0', 'LABEL_1']);
    await expect(importModel(guard, source, { models })).rejects.toMatchObject({ at: 'config.json:id2label', expected: '3 labels' });
  });
});

describe('verify', () => {
  beforeEach(async () => {
    await importModel(guard, guardFolder(source), { models });
  });

  it.each<[string, (folder: string) => void, object]>([
    ['a file is gone', (folder) => unlinkSync(join(folder, 'tokenizer.json')), { at: 'tokenizer.json', received: 'nothing' }],
    ['a file has grown', (folder) => appendFileSync(join(folder, 'model.safetensors'), '!'), { at: 'model.safetensors' }],
    [
      'a byte has changed',
      (folder) =>
        writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify({ ...readJson(join(folder, 'tokenizer.json')), version: '2.0' })),
      { at: 'tokenizer.json' },
    ],
    ['the lock is gone', (folder) => unlinkSync(`${folder}.lock.json`), { at: `${guard.id}.lock.json` }],
    ['the lock is another', (folder) => writeFileSync(`${folder}.lock.json`, '{}'), { at: `${guard.id}.lock.json` }],
  ])('names the fault where %s', async (_name, spoil, fault) => {
    spoil(join(models, guard.id));
    await expect(verifyModel(guard, models)).rejects.toMatchObject({ code: 'MODEL_INVALID', ...fault });
  });

  it('says what is not here', async () => {
    await expect(verifyModel(embedder, models)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('models pull e5-small'),
    });
    expect([presence(guard, models), presence(embedder, models)]).toEqual(['present', 'absent']);
  });
});

describe('resolveModel', () => {
  const env = () => ({ SIGNALBOX_MODELS: models });

  it.each(['/some/where', './minilm-l6', 'models/tiny/bert', 'unknown'])('leaves the path %s as it stands', (path) => {
    expect(resolveModel(path, env())).toEqual({ folder: path });
  });

  it('names the command that brings what is not here', () => {
    expect(() => resolveModel('minilm-l6', env())).toThrow(/signalbox models pull minilm-l6/);
    expect(() => resolveModel('bundled', env(), scratch)).toThrow(/no bundled model/);
  });

  it('finds the bundled model in the package', () => {
    const root = mkdtempSync(join(scratch, 'package-'));
    cpSync('models/tiny/bert', join(root, 'models', 'bundled'), { recursive: true });
    expect(resolveModel('bundled', env(), root)).toEqual({ folder: join(root, 'models', 'bundled') });
  });
});
