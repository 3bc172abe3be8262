// Every export against values nobody should pass: a typed error each time, never a dead process.

import { describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { loaded, tinyBert } from './addons.js';

const throwing = {
  get anything(): never {
    throw new Error('a getter of the caller');
  },
};
const angry = new Proxy(
  {},
  {
    get: () => {
      throw new Error('a proxy of the caller');
    },
    ownKeys: () => {
      throw new Error('a proxy of the caller');
    },
  },
);
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};
const getters = (...names: readonly string[]) =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { enumerable: true, get: () => throwing.anything }])));
function detached(): Float64Array {
  const array = new Float64Array(64);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

const hostile: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['NaN', Number.NaN],
  ['-1', -1],
  ['2^53', 2 ** 53],
  ['a bigint', 7n],
  ['a symbol', Symbol('x')],
  ['a function', () => 'x'],
  ['an object', {}],
  ['an array', ['x', 7]],
  ['an array that claims 2^32 - 1 elements', new Array(2 ** 32 - 1)],
  ['an array with a hole', Array(3)],
  ['a String object', new String('x')],
  ['a detached array', detached()],
  ['a shared array', new Float64Array(new SharedArrayBuffer(512))],
  ['a subarray', new Float64Array(64).subarray(60)],
  ['a proxy that throws', angry],
  ['a revoked proxy', revoked()],
  [
    'getters that throw',
    getters('weights', 'boundaries', 'threshold', 'keywordRules', 'fastPath', 'keywords', 'name', 'signal', 'systemPrompt', 'backend'),
  ],
  ['an array of such', [getters('name', 'operator', 'keywords')]],
];

/** Fails unless `call` gives a value or throws a `RouterError`. */
async function outcome(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'a value';
  } catch (error) {
    if (error instanceof RouterError) return error.code;
    throw error;
  }
}

describe.each(loaded)('$flavor', ({ addon, native }) => {
  describe.each(hostile)('%s', (_name, value) => {
    const odd = value as never;

    it('is a typed error to the wrapper', async () => {
      const prescanner = native.createPrescanner({ keywordRules: [{ name: 'x', keywords: ['x'] }] });
      const matcher = new native.KeywordMatcher([]);
      const index = new native.VectorIndex({ dimensions: 2 });
      const calls: readonly (() => unknown)[] = [
        () => native.scoreFastPath(odd),
        () => native.scoreFastPath('x', odd),
        () => native.scoreFastPath('x', { systemPrompt: odd }),
        () => native.scoreFastPath('x', { toolCount: odd }),
        () => native.scoreFastPath('x', { weights: odd }),
        () => native.createPrescanner(odd),
        () => native.createPrescanner({ weights: odd, boundaries: odd }),
        () => native.createPrescanner({ boundaries: [0, odd, 1] }),
        () => native.createPrescanner({ keywordRules: odd }),
        () => native.createPrescanner({ keywordRules: [{ name: 'x', keywords: odd, patterns: odd }] }),
        () => prescanner.scan(odd),
        () => prescanner.scan({ user: odd }),
        () => prescanner.scan({ user: 'x', system: odd, toolCount: odd }),
        () => new native.KeywordMatcher(odd),
        () => new native.KeywordMatcher([odd]),
        () => matcher.match(odd),
        () => new native.VectorIndex(odd),
        () => new native.VectorIndex({ dimensions: odd, m: odd, efConstruction: odd }),
        () => index.insert(odd, odd, odd),
        () => index.insert('x', new Float32Array([1, 0]), { ttlMs: odd, metadata: odd }),
        () => index.insert('x', new Float32Array([1, 0]), { metadata: { x: odd } }),
        () => index.search(odd, odd, odd),
        () => index.search(new Float32Array([1, 0]), 1, { ef: odd, filter: odd }),
        () => index.search(new Float32Array([1, 0]), 1, { filter: { x: odd } }),
        () => index.search(new Float32Array([1, 0]), 1, { filter: { x: { in: odd } } }),
        () => index.delete(odd),
        () => index.save(odd),
        () => native.VectorIndex.load(odd),
        () => native.loadModel(odd),
        () => native.loadModel('/nowhere', odd),
        () => native.loadModel('/nowhere', { precision: odd, adapters: odd }),
      ];
      for (const [at, call] of calls.entries()) {
        expect(['a value', 'INVALID_INPUT', 'CAPABILITY_MISSING', 'MODEL_INVALID'], `call ${at}`).toContain(await outcome(call));
      }
    });

    it('is an error, a failure or a value to the raw surface', async () => {
      const prescanner = addon.createPrescanner({ fastPath: {} });
      const matcher = addon.createKeywordMatcher([]);
      const index = addon.createVectorIndex({ dimensions: 2, m: 16, efConstruction: 200 });
      if ('code' in prescanner || 'code' in matcher || 'code' in index) throw new Error('the defaults are refused');
      const out = new Float64Array(64);
      const calls: readonly (() => unknown)[] = [
        () => addon.createPrescanner(odd),
        () => addon.createPrescanner({ fastPath: odd }),
        () => addon.createPrescanner({ fastPath: { weights: odd } }),
        () => addon.createPrescanner({ fastPath: { boundaries: odd, largeContextTokens: odd, threshold: odd } }),
        () => addon.createPrescanner({ keywords: odd }),
        () =>
          addon.createPrescanner({
            keywords: [{ name: 'x', operator: odd, keywords: odd, patterns: odd, caseSensitive: odd, method: odd }],
          }),
        () => addon.createKeywordMatcher(odd),
        () => addon.createKeywordMatcher([odd]),
        () => prescanner.scan(odd, odd, odd, odd),
        () => prescanner.scan('x', 'y', odd, out),
        () => prescanner.scan('x', 'y', 0, odd),
        () => prescanner.scan.call(odd, 'x', 'y', 0, out),
        () => prescanner.evidence(odd, odd, odd),
        () => matcher.match(odd),
        () => matcher.match.call(odd, 'x'),
        () => addon.createVectorIndex(odd),
        () => addon.createVectorIndex({ dimensions: odd, m: odd, efConstruction: odd }),
        () => addon.loadVectorIndex(odd),
        () => index.insert(odd, odd, odd, odd, odd),
        () => index.insert('x', new Float32Array([1, 0]), odd, odd, odd),
        () => index.search(odd, odd, odd, odd, odd, odd),
        () => index.search(new Float32Array([1, 0]), odd, odd, odd, odd, out),
        () => index.delete(odd, odd),
        () => index.size(odd),
        () => index.save(odd),
        () => index.search.call(odd, new Float32Array([1, 0]), 1, 0, undefined, 0, out),
        () => index.dispose.call(odd),
        () => new (addon.VectorIndex as unknown as new (value: unknown) => object)(odd),
        () => addon.loadModel(odd),
        () => addon.loadModel('/nowhere', odd),
        () => addon.loadModel('/nowhere', { precision: odd }),
        () => addon.CancelToken.prototype.cancel.call(odd),
        () => addon.ModelHandle.prototype.analyze.call(odd, odd, odd, odd, odd),
        () => addon.ModelHandle.prototype.embedImages.call(odd, odd, odd),
        () => addon.configureInference(odd),
        () => addon.ModelHandle.prototype.dispose.call(odd),
        () => new (addon.Prescanner as unknown as new (value: unknown) => object)(odd),
        () => new (addon.ModelHandle as unknown as new (value: unknown) => object)(odd),
      ];
      for (const call of calls)
        await Promise.resolve()
          .then(call)
          .catch((error) => expect(error).toBeInstanceOf(Error));
    });
  });

  it('refuses an array that is too short, and writes nothing into it', () => {
    const prescanner = addon.createPrescanner({ fastPath: {} });
    if ('code' in prescanner) throw new Error('the defaults are refused');
    const short = new Float64Array(19).fill(7);
    expect(prescanner.scan('x', '', 0, short)).toMatchObject({ code: 'INVALID_INPUT', at: 'out' });
    expect(short.every((value) => value === 7)).toBe(true);
    expect(prescanner.scan('x', '', 0, detached())).toMatchObject({ code: 'INVALID_INPUT', at: 'out', received: '0 numbers' });
  });

  it('writes inside a subarray only', () => {
    const prescanner = addon.createPrescanner({ fastPath: {} });
    if ('code' in prescanner) throw new Error('the defaults are refused');
    const whole = new Float64Array(40).fill(7);
    expect(prescanner.scan('x', '', 0, whole.subarray(10, 32))).toBe(0);
    expect([...whole.subarray(0, 10), ...whole.subarray(32)].every((value) => value === 7)).toBe(true);
  });

  it.runIf(addon.capabilities().features.batchedEmbedding)('holds for a loaded model', async () => {
    const model = await native.loadModel(tinyBert);
    for (const [name, value] of hostile) {
      const odd = value as never;
      const seen = [
        // A text of megabytes goes through in thousands of windows; nobody waits for it here.
        await outcome(() => model.embed(odd, { deadlineMs: 200 })),
        await outcome(() => model.embed('x', odd)),
        await outcome(() => model.embed('x', { signal: odd })),
      ];
      expect(
        seen.every((one) => ['a value', 'INVALID_INPUT', 'CAPABILITY_MISSING', 'DEADLINE_EXCEEDED'].includes(one)),
        `${name}: ${seen.join(', ')}`,
      ).toBe(true);
    }
    model.dispose();
  });
});
