// Trained selectors from JavaScript: scikit-learn's scores, one and many, every way to hand over an artifact, faults by name.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { loaded, root, thrown } from './addons.js';
import { sealed } from './selector-digest.js';

/** What f32 may differ from scikit-learn's f64. */
const tolerance = 1e-5;

const folder = path.join(root, 'models', 'tiny', 'selectors');
const text = (name: string) => readFileSync(path.join(folder, `${name}.json`), 'utf8');
const golden: { readonly inputs: readonly number[][]; readonly scores: Readonly<Record<string, number[][]>> } = JSON.parse(text('golden'));
const inputs = golden.inputs.map((row) => Float32Array.from(row));
const [first = new Float32Array()] = inputs;
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.json') && file !== 'golden.json')
  .map((file) => file.slice(0, -'.json'.length));

const knn = {
  format: 1,
  kind: 'knn',
  models: ['small', '__proto__'],
  dimensions: 2,
  metadata: { 'é\ud83d\ude00': [-0, 1e21, 1e-7, null, true], '\ufffd': 'after a surrogate pair in UTF-16, before it in UTF-8' },
  parameters: {
    k: 1,
    weighting: 'uniform',
    embeddings: [
      [1, 0],
      [0, 1],
    ],
    scores: [
      [0.25, 0.75],
      [1, 0.5],
    ],
  },
};

describe.each(loaded)('$flavor', ({ addon, native }) => {
  const open = (name: string) => new native.Selector(text(name));
  const fault = (artifact: unknown) => thrown(() => new native.Selector(artifact as string));

  it('knows what its features say', () => {
    expect(native.capabilities().features.mlpSelector).toBe(true);
    expect(native.capabilities().unavailable).not.toHaveProperty('mlpSelector');
  });

  it.each(names)('gives the golden scores of %s', (name) => {
    const selector = open(name);
    const found = selector.score(inputs);
    expect(found).toHaveLength(inputs.length);
    for (const [row, { best, scores }] of found.entries()) {
      const expected = golden.scores[name]?.[row] ?? [];
      expect(Object.keys(scores)).toEqual(selector.models);
      for (const [at, score] of Object.values(scores).entries())
        expect(Math.abs(score - (expected[at] ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
      expect(best).toBe(selector.models[expected.indexOf(Math.max(...expected))]);
    }
  });

  it('says what it is', () => {
    expect(open('mlp_relu')).toMatchObject({
      kind: 'mlp',
      models: ['large', 'medium', 'small-快'],
      dimensions: 12,
      encoder: 'twelve random numbers',
    });
    expect(open('svm_pair').encoder).toBeUndefined();
  });

  it('gives one for one and an array for an array, each row as it is alone', () => {
    for (const name of names) {
      const selector = open(name);
      expect(selector.score([])).toEqual([]);
      expect(selector.score([first])).toEqual([selector.score(first)]);
      fc.assert(
        fc.property(fc.array(fc.nat(inputs.length - 1), { minLength: 1, maxLength: 40 }), (picks) => {
          const rows = picks.map((pick) => inputs[pick] ?? first);
          expect(selector.score(rows)).toEqual(rows.map((row) => selector.score(row)));
        }),
        { numRuns: 10, seed: 7 },
      );
    }
  });

  it('takes text, bytes and objects, and leaves them alone', () => {
    const json = text('svm_rbf');
    const bytes = new TextEncoder().encode(json);
    const expected = new native.Selector(json).score(inputs);
    expect(new native.Selector(bytes).score(inputs)).toEqual(expected);
    expect(new native.Selector(Buffer.from(json)).score(inputs)).toEqual(expected);
    expect(new native.Selector(JSON.parse(json)).score(inputs)).toEqual(expected);
    expect(bytes).toEqual(new TextEncoder().encode(json));
  });

  it('hashes as documented, and is safe with any model name', () => {
    const selector = new native.Selector(sealed(knn));
    const { best, scores } = selector.score(Float32Array.of(2, 1));
    expect([best, Object.entries(scores)]).toEqual([
      '__proto__',
      [
        ['small', 0.25],
        ['__proto__', 0.75],
      ],
    ]);
    expect(selector.score(Float32Array.of(0, 1)).best).toBe('small');
  });

  it.each([
    ['text that is no JSON', 'models/selector.json', 'MODEL_INVALID', 'artifact'],
    ['a list', [], 'INVALID_INPUT', 'artifact'],
    ['nothing', undefined, 'INVALID_INPUT', 'artifact'],
    ['a number', 5, 'INVALID_INPUT', 'artifact'],
    ['what JSON cannot hold', { format: 1n }, 'INVALID_INPUT', 'artifact'],
    [
      'a getter that throws',
      Object.defineProperty({}, 'format', { enumerable: true, get: () => expect.fail() }),
      'INVALID_INPUT',
      'artifact',
    ],
    ['an empty object', {}, 'MODEL_INVALID', 'format'],
    ['a later format', sealed({ ...knn, format: 2 }), 'MODEL_INVALID', 'format'],
    ['no hash', knn, 'MODEL_INVALID', 'sha256'],
    ['changed content', { ...sealed(knn), dimensions: 3 }, 'MODEL_INVALID', 'sha256'],
    ['k beyond the rows', sealed({ ...knn, parameters: { ...knn.parameters, k: 3 } }), 'MODEL_INVALID', 'parameters.k'],
    ['NaN', sealed({ ...knn, parameters: { ...knn.parameters, k: Number.NaN } }), 'MODEL_INVALID', 'sha256'],
    ['null', sealed({ ...knn, parameters: { ...knn.parameters, k: null } }), 'MODEL_INVALID', 'parameters.k'],
  ])('refuses %s', (_, artifact, code, at) => {
    const error = fault(artifact);
    expect(error).toBeInstanceOf(RouterError);
    expect(error).toMatchObject({ code, at });
  });

  it('refuses embeddings that have no scores', () => {
    const selector = new native.Selector(sealed(knn));
    const good = Float32Array.of(1, 2);
    const table: readonly (readonly [unknown, string])[] = [
      [undefined, 'embeddings'],
      [[1, 2], 'embeddings[0]'],
      ['1,2', 'embeddings'],
      [Float64Array.of(1, 2), 'embeddings'],
      [new Float32Array(), 'embeddings'],
      [Float32Array.of(1, 2, 3, 4), 'embeddings'],
      [Float32Array.of(1, Number.NaN), 'embeddings'],
      [Float32Array.of(0, 0), 'embeddings'],
      [[good, Float32Array.of(1)], 'embeddings[1]'],
      [[good, Float32Array.of(Number.POSITIVE_INFINITY, 1)], 'embeddings[1]'],
      [[good, good, Float32Array.of(0, -0)], 'embeddings[2]'],
    ];
    for (const [embeddings, at] of table) {
      const error = thrown(() => selector.score(embeddings as Float32Array));
      expect(error).toBeInstanceOf(RouterError);
      expect(error).toMatchObject({ code: 'INVALID_INPUT', at });
    }
  });

  it('tells V8 of its memory, so that dropped ones are collected though they are tiny objects', async () => {
    const dimensions = 100_000;
    // One row is packed as 32 are: 12.8 MB of weights from half a megabyte of text.
    const weight = { shape: [1, dimensions], f32: Buffer.alloc(4 * dimensions).toString('base64') };
    const parameters = { kernel: 'linear', weight, intercept: [0] };
    const bytes = new TextEncoder().encode(JSON.stringify(sealed({ format: 1, kind: 'svm', models: ['one'], dimensions, parameters })));
    const made: WeakRef<object>[] = [];
    for (let round = 0; round < 30; round += 1) {
      made.push(new WeakRef(addon.createSelector(bytes)));
      await new Promise(setImmediate);
    }
    expect(addon.createSelector(bytes)).toBeInstanceOf(addon.SelectorHandle);
    expect(made.some((reference) => reference.deref() === undefined)).toBe(true);
  });
});
