// Models from JavaScript: golden embeddings, giving up, letting go, and what each flavor lacks.

import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { loaded, tinyBert } from './addons.js';

interface Golden {
  readonly text: string;
  readonly embedding: readonly number[];
}

const golden: readonly Golden[] = JSON.parse(readFileSync(path.join(tinyBert, 'golden.json'), 'utf8'));
const texts = golden.map(({ text }) => text);
const scratch = mkdtempSync(path.join(tmpdir(), 'signalbox-model-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const engines = loaded.filter(({ addon }) => addon.capabilities().features.batchedEmbedding);
const others = loaded.filter(({ addon }) => !addon.capabilities().features.batchedEmbedding);

function cosine(left: Float32Array, right: readonly number[]): number {
  return left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);
}

describe.each(others)('$flavor, which runs no models', ({ native, flavor }) => {
  it('rejects with CAPABILITY_MISSING', async () => {
    await expect(native.loadModel(tinyBert)).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
      received: expect.stringContaining(flavor),
    });
    await expect(native.reset()).rejects.toMatchObject({ code: 'CAPABILITY_MISSING', received: flavor });
  });
});

describe.runIf(engines.length > 0)('flavors that embed', () => {
  describe.each(engines)('$flavor', ({ native, flavor }) => {
    it('gives the golden embeddings, alone and together', async () => {
      const model = await native.loadModel(tinyBert);
      expect(model).toMatchObject({ architecture: 'bert', dimensions: 32, maxTokens: 48 });
      const together = await model.embed(texts);
      for (const [at, { text, embedding }] of golden.entries()) {
        const alone = await model.embed(text);
        expect(alone).toBeInstanceOf(Float32Array);
        const apart = alone.map((value, dimension) => Math.abs(value - (together[at]?.[dimension] ?? 0)));
        expect(Math.max(...apart)).toBeLessThanOrEqual(flavor === 'onnx' ? 1e-5 : 0);
        expect(cosine(alone, embedding)).toBeGreaterThanOrEqual(0.9999);
        expect(Math.max(...alone.map((value, dimension) => Math.abs(value - (embedding[dimension] ?? 0))))).toBeLessThanOrEqual(1e-3);
      }
      expect(await model.embed([])).toEqual([]);
      model.dispose();
    });

    it('computes in int8 near to f32, beside it', async () => {
      const [exact, fast] = await Promise.all([native.loadModel(tinyBert), native.loadModel(tinyBert, { precision: 'int8' })]);
      const [wanted, found] = [await exact.embed(texts), await fast.embed(texts)];
      const closeness = found.map((vector, at) => cosine(vector, Array.from(wanted[at] ?? [])));
      expect(Math.min(...closeness)).toBeGreaterThanOrEqual(0.99);
      expect(found).not.toEqual(wanted);
      fast.dispose();
      expect(await exact.embed('hello')).toHaveLength(32);
      exact.dispose();
    });

    it('reads a text that is longer than the model in windows, wholly', async () => {
      const model = await native.loadModel(tinyBert);
      const [plain, tail] = [
        'the small model and the large model '.repeat(20),
        'the small model and the large model '.repeat(20) + 'router',
      ];
      const [one, other] = await model.embed([plain, tail]);
      expect(cosine(one ?? new Float32Array(), Array.from(one ?? []))).toBeCloseTo(1, 5);
      expect(one).not.toEqual(other);
      model.dispose();
    });

    it('keeps the first numbers of a vector, at unit length', async () => {
      const model = await native.loadModel(tinyBert);
      const [whole, part] = [await model.embed('hello'), await model.embed('hello', { dimensions: 8 })];
      expect(part).toHaveLength(8);
      const scale = Math.hypot(...whole.slice(0, 8));
      expect(Math.max(...part.map((value, at) => Math.abs(value - (whole[at] ?? 0) / scale)))).toBeLessThan(1e-6);
      for (const dimensions of [0, 33, 1.5, '8'])
        await expect(model.embed('hello', { dimensions: dimensions as number })).rejects.toMatchObject({
          code: 'INVALID_INPUT',
          at: 'dimensions',
        });
      model.dispose();
    });

    it('says what a model lacks', async () => {
      const model = await native.loadModel(tinyBert);
      expect(model.heads).toMatchObject([{ name: 'embedding', task: 'embedding', dimensions: 32 }]);
      const calls = [
        model.classify('x'),
        model.tag('x'),
        model.analyze('x', { heads: ['domain'] }),
        model.embed({ image: new Uint8Array(8) }),
      ];
      for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'CAPABILITY_MISSING' });
      model.dispose();
    });

    it('refuses what is no input, by name', async () => {
      const model = await native.loadModel(tinyBert);
      const table: [unknown, string][] = [
        [7, 'input'],
        [null, 'input'],
        [['a', 7], 'input[1]'],
        [{ text: 7 }, 'input.text'],
        [{ text: 'a', pair: 7 }, 'input.pair'],
        [{ image: 'a' }, 'input.image'],
        [['a', { image: new Uint8Array(1) }], 'input'],
      ];
      for (const [input, at] of table) await expect(model.embed(input as string)).rejects.toMatchObject({ code: 'INVALID_INPUT', at });
      for (const options of [{ signal: 1 }, { deadlineMs: -1 }, { tenant: 1 }, { head: 1 }, { adapter: 'none' }])
        await expect(model.embed('x', options as object)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
      model.dispose();
    });

    it('gives up when the deadline passes, and recalls what a tenant asked before', async () => {
      const model = await native.loadModel(tinyBert);
      await expect(model.embed('late', { deadlineMs: 0 })).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      const first = await model.embed(texts, { tenant: 'one' });
      expect(await model.embed(texts, { tenant: 'one' })).toEqual(first);
      model.dispose();
    });

    it('gives up at once when aborted, before and during the call', async () => {
      const model = await native.loadModel(tinyBert);
      const many = Array.from({ length: 2000 }, () => 'the small model and the large model');
      await expect(model.embed(many, { signal: AbortSignal.abort('gone') })).rejects.toMatchObject({ code: 'CANCELLED', cause: 'gone' });
      const controller = new AbortController();
      const calls = Array.from({ length: 8 }, () => model.embed(many, { signal: controller.signal }));
      const settled = Promise.allSettled(calls);
      controller.abort();
      const started = performance.now();
      expect((await settled).every((one) => one.status === 'rejected' && one.reason.code === 'CANCELLED')).toBe(true);
      expect(performance.now() - started).toBeLessThan(1000);
      expect(await model.embed('hello')).toHaveLength(32);
      model.dispose();
    });

    it('does not hold up the event loop', async () => {
      const model = await native.loadModel(tinyBert);
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      await model.embed(Array.from({ length: 1000 }, () => 'the small model and the large model'));
      clearInterval(timer);
      expect(ticks).toBeGreaterThan(3);
      model.dispose();
    });

    it('rejects with DISPOSED after dispose, which may be called twice, and leaves other handles alone', async () => {
      const [one, other] = await Promise.all([native.loadModel(tinyBert), native.loadModel(tinyBert)]);
      const running = one.embed(texts);
      one.dispose();
      one.dispose();
      expect(await running).toHaveLength(texts.length);
      await expect(one.embed('hello')).rejects.toMatchObject({ code: 'DISPOSED' });
      expect(await other.embed('hello')).toHaveLength(32);
      other.dispose();
    });

    it('frees all models on reset, and loads them again', async () => {
      const model = await native.loadModel(tinyBert);
      await native.reset();
      await expect(model.embed('hello')).rejects.toMatchObject({ code: 'DISPOSED' });
      const again = await native.loadModel(tinyBert);
      expect(await again.embed('hello')).toHaveLength(32);
      again.dispose();
    });

    it('names what a folder lacks, without the folder', async () => {
      const broken = path.join(scratch, 'cut');
      cpSync(tinyBert, broken, { recursive: true });
      const weights = flavor === 'onnx' ? 'onnx/model.onnx' : 'model.safetensors';
      truncateSync(path.join(broken, weights), 5000);
      await expect(native.loadModel(broken)).rejects.toMatchObject({ code: 'MODEL_INVALID', at: weights });
      const error = await native.loadModel(path.join(scratch, 'nowhere')).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RouterError);
      expect(error).toMatchObject({ code: 'MODEL_INVALID', at: 'config.json', received: 'nothing' });
      expect(String(error)).not.toContain(scratch);
    });
  });
});
