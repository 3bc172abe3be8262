// The vector index from JavaScript: names and shapes, against plain loops, time by a clock of the test, snapshots, hostile input.

import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { binaryOf, loaded, thrown } from './addons.js';

const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-vectors-'));
const run = promisify(execFile);
const seed = 5;

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.useRealTimers());

const part = fc.float({ min: -100, max: 100, noNaN: true, noDefaultInfinity: true });
const vector = fc
  .array(part, { minLength: 6, maxLength: 6 })
  .map((values) => Float32Array.from(values))
  .filter((values) => values.some((value) => Math.abs(value) > 1e-3));
const id = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('a', 'b', 'c'));
const metadata = fc.option(
  fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()),
  ),
  { nil: undefined },
);

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

describe.each(loaded)('$flavor', ({ flavor, addon, native }) => {
  const filled = () => {
    const index = new native.VectorIndex({ dimensions: 3, m: 16, efConstruction: 200 });
    index.insert('x', Float32Array.of(1, 0, 0), { metadata: { tenant: 'a', hits: 1, fresh: true } });
    index.insert('y', Float32Array.of(0, 2, 0), { metadata: { tenant: 'b' } });
    index.insert('z', Float32Array.of(0, 1, 1));
    return index;
  };

  it('finds the best first, with what was given', () => {
    const index = filled();
    expect(index.size).toBe(3);
    expect(index.search(Float32Array.of(9, 1, 0), 2)).toEqual([
      { id: 'x', similarity: expect.closeTo(0.9939, 3), metadata: { tenant: 'a', hits: 1, fresh: true } },
      { id: 'y', similarity: expect.closeTo(0.1104, 3), metadata: { tenant: 'b' } },
    ]);
    expect(index.search(Float32Array.of(0, 1, 1), 1, { ef: 50 })).toEqual([{ id: 'z', similarity: expect.closeTo(1, 6) }]);
    expect([index.delete('z'), index.delete('z'), index.size]).toEqual([true, false, 2]);
  });

  it.each([
    [{ tenant: 'a' }, ['x']],
    [{ tenant: { in: ['a', 'b'] } }, ['x', 'y']],
    [{ tenant: { in: [] } }, []],
    [{ tenant: { exists: false } }, ['z']],
    [{ hits: 1, fresh: true }, ['x']],
    [{ hits: '1' }, []],
    [{}, ['x', 'y', 'z']],
  ])('filters by %j', (filter, ids) => {
    const found = filled().search(Float32Array.of(1, 1, 1), 10, { filter });
    expect(found.map((hit) => hit.id).toSorted()).toEqual(ids);
  });

  it('equals plain loops, whatever was inserted, replaced and deleted', () => {
    const operation = fc.record({ id, vector, metadata, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), vector, fc.integer({ min: 1, max: 20 }), (operations, query, k) => {
        const index = new native.VectorIndex({ dimensions: 6 });
        const truth = new Map<string, { readonly vector: Float32Array; readonly metadata: object | undefined }>();
        for (const one of operations) {
          index.insert(one.id, one.vector, one.metadata === undefined ? {} : { metadata: one.metadata });
          truth.set(one.id, one);
          if (one.remove) expect([index.delete(one.id), truth.delete(one.id)]).toEqual([true, true]);
        }
        const expected = [...truth].map(([, one]) => cosine(one.vector, query)).toSorted((a, b) => b - a);
        const found = index.search(query, k);
        expect([index.size, found.length]).toEqual([truth.size, Math.min(k, truth.size)]);
        for (const [at, hit] of found.entries()) {
          const stored = truth.get(hit.id);
          expect(hit.similarity).toBeCloseTo(expected[at] ?? Number.NaN, 4);
          expect(hit.similarity).toBeCloseTo(stored === undefined ? Number.NaN : cosine(stored.vector, query), 4);
          expect(hit.metadata).toEqual(stored?.metadata === undefined ? undefined : JSON.parse(JSON.stringify(stored.metadata)));
        }
      }),
      { seed, numRuns: 60 },
    );
  });

  it('reads views of greater arrays, and shared memory, where they begin', () => {
    const index = new native.VectorIndex({ dimensions: 3 });
    index.insert('view', Float32Array.of(9, 9, 1, 0, 0, 9).subarray(2, 5));
    const shared = new Float32Array(new SharedArrayBuffer(24), 12, 3);
    shared.set([0, 1, 0]);
    index.insert('shared', shared);
    expect(index.search(Float32Array.of(7, 1, 0.5, 0).subarray(1, 4), 1)[0]?.id).toBe('view');
    expect(index.search(Float32Array.of(0, 1, 0), 1)[0]).toEqual({ id: 'shared', similarity: expect.closeTo(1, 6) });
  });

  it('keeps a copy: what the caller does with the array later changes nothing', () => {
    const [index, values] = [new native.VectorIndex({ dimensions: 3 }), Float32Array.of(1, 0, 0)];
    index.insert('x', values);
    values.set([0, 1, 0]);
    expect(index.search(Float32Array.of(1, 0, 0), 1)[0]?.similarity).toBeCloseTo(1, 6);
  });

  it('forgets what has expired', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
    const index = new native.VectorIndex({ dimensions: 3 });
    index.insert('short', Float32Array.of(1, 0, 0), { ttlMs: 1000 });
    index.insert('half', Float32Array.of(1, 0, 0), { ttlMs: 0.5 });
    index.insert('long', Float32Array.of(1, 0, 0));
    const seen = () => [index.size, ...index.search(Float32Array.of(1, 0, 0), 5).map((hit) => hit.id)].toSorted();
    expect(seen()).toEqual([3, 'half', 'long', 'short']);
    vi.setSystemTime(1_000_999);
    expect(seen()).toEqual([2, 'long', 'short']);
    vi.setSystemTime(1_001_000);
    expect(seen()).toEqual([1, 'long']);
    expect([index.delete('short'), index.delete('long')]).toEqual([false, true]);
  });

  it('is the same after it was saved and loaded', async () => {
    const [index, file] = [filled(), path.join(folder, `${flavor}-ünïcode 漢字.vectors`)];
    await index.save(file);
    index.delete('x');
    const again = await native.VectorIndex.load(file);
    expect(again).toBeInstanceOf(native.VectorIndex);
    expect(again.search(Float32Array.of(9, 1, 0), 3)).toEqual(filled().search(Float32Array.of(9, 1, 0), 3));
    await expect(native.VectorIndex.load(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    writeFileSync(file, 'something else');
    await expect(native.VectorIndex.load(file)).rejects.toMatchObject({ code: 'INVALID_INPUT', at: file, expected: 'a whole snapshot' });
    expect(readdirSync(folder).filter((name) => name.startsWith(`.${flavor}`))).toEqual([]);
  });

  it('fails with DISPOSED once it was let go of, a save that runs excepted', async () => {
    const index = filled();
    const saved = index.save(path.join(folder, `${flavor}-disposed`));
    index.dispose();
    index.dispose();
    await saved;
    const calls = [
      () => index.size,
      () => index.insert('x', Float32Array.of(1, 0, 0)),
      () => index.search(Float32Array.of(1, 0, 0), 1),
      () => index.delete('x'),
    ];
    for (const call of calls) expect(thrown(call)).toMatchObject({ code: 'DISPOSED' });
    await expect(index.save(path.join(folder, 'x'))).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  const one = Float32Array.of(1, 0, 0);
  it.each<readonly [name: string, at: string, call: (index: ReturnType<typeof filled>) => unknown]>([
    ['an array of numbers', 'vector', (index) => index.insert('a', [1, 2, 3] as never)],
    ['a Float64Array', 'vector', (index) => index.search(new Float64Array(3).fill(1) as never, 1)],
    ['a short vector', 'vector', (index) => index.insert('a', one.subarray(1))],
    ['zeros', 'vector', (index) => index.insert('a', new Float32Array(3))],
    ['NaN', 'vector', (index) => index.search(Float32Array.of(1, Number.NaN, 0), 1)],
    ['infinity', 'vector', (index) => index.insert('a', Float32Array.of(1, Number.POSITIVE_INFINITY, 0))],
    ['an id that is a number', 'id', (index) => index.insert(7 as never, one)],
    ['half a surrogate pair', 'id', (index) => index.insert('\ud83d', one)],
    ['k of 0', 'k', (index) => index.search(one, 0)],
    ['k of 10,001', 'k', (index) => index.search(one, 10_001)],
    ['half a k', 'k', (index) => index.search(one, 1.5)],
    ['ef of 0', 'ef', (index) => index.search(one, 1, { ef: 0 })],
    ['a ttl of 0', 'ttlMs', (index) => index.insert('a', one, { ttlMs: 0 })],
    ['a ttl of NaN', 'ttlMs', (index) => index.insert('a', one, { ttlMs: Number.NaN })],
    ['nested metadata', 'metadata.a', (index) => index.insert('a', one, { metadata: { a: {} as never } })],
    ['metadata NaN', 'metadata.a', (index) => index.insert('a', one, { metadata: { a: Number.NaN } })],
    ['metadata without end', 'metadata', (index) => index.insert('a', one, { metadata: { a: 'x'.repeat(70_000) } })],
    ['a filter for null', 'filter.a', (index) => index.search(one, 1, { filter: { a: null as never } })],
    ['a filter of both kinds', 'filter.a', (index) => index.search(one, 1, { filter: { a: { in: [], exists: true } as never } })],
    ['a filter that lists objects', 'filter.a.in[0]', (index) => index.search(one, 1, { filter: { a: { in: [{} as never] } } })],
    ['no dimensions', 'dimensions', () => new native.VectorIndex({} as never)],
    ['too many dimensions', 'dimensions', () => new native.VectorIndex({ dimensions: 8193 })],
    ['an m of 3', 'm', () => new native.VectorIndex({ dimensions: 3, m: 3 })],
    ['an efConstruction of 7', 'efConstruction', () => new native.VectorIndex({ dimensions: 3, efConstruction: 7 })],
  ])('refuses %s', (_name, at, call) => {
    const index = filled();
    expect(thrown(() => call(index))).toMatchObject({ code: 'INVALID_INPUT', at });
    expect([index.size, index.search(one, 1)[0]?.id]).toEqual([3, 'x']);
  });

  it('writes nothing into an array that is too short', () => {
    const index = addon.createVectorIndex({ dimensions: 3, m: 16, efConstruction: 200 });
    if ('code' in index) throw new Error('the defaults are refused');
    const out = new Float64Array(6).fill(7);
    expect(index.search(one, 2, 0, undefined, 0, out)).toMatchObject({ code: 'INVALID_INPUT', at: 'out' });
    expect([...out]).toEqual([7, 7, 7, 7, 7, 7]);
  });

  it('works in many threads at once, some of which end while they save', { timeout: 60_000 }, async () => {
    const script = path.join(import.meta.dirname, 'vector-threads.mjs');
    const { stdout, stderr } = await run(process.execPath, [script, binaryOf(flavor), path.join(folder, `${flavor}-threads`)], {
      timeout: 55_000,
    });
    expect({ stdout, stderr }).toEqual({ stdout: '12 threads ended, 500 vectors saved\n', stderr: '' });
  });
});
