// Vectors by id, searched by cosine similarity: what callers hand over is checked here, what comes back is built here.

import { checkCount, checkObject, checkString, invalid, reading } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** One field of metadata. */
export type MetadataValue = string | number | boolean;

/** A flat object that comes back with its vector. */
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** Every key its own test: equal to a value, one of several, or there at all. */
export type MetadataFilter = Readonly<
  Record<string, MetadataValue | { readonly in: readonly MetadataValue[] } | { readonly exists: boolean }>
>;

export interface VectorIndexOptions {
  /** Numbers in a vector, 1 to 8192. */
  readonly dimensions: number;
  /** Links that a new vector makes, 4 to 64; default 16. */
  readonly m?: number | undefined;
  /** Candidates that the search for these links keeps, 8 to 2000; default 200. */
  readonly efConstruction?: number | undefined;
}

export interface InsertOptions {
  /** The vector is not found once these milliseconds, at least one, are over; default: never over. */
  readonly ttlMs?: number | undefined;
  readonly metadata?: Metadata | undefined;
}

export interface SearchOptions {
  /** How many candidates the search keeps, at least `k` whatever it says: more find more and take longer. Default: by the size of the index. */
  readonly ef?: number | undefined;
  readonly filter?: MetadataFilter | undefined;
}

export interface VectorHit {
  readonly id: string;
  /** The cosine of the angle between the vectors, -1..1. */
  readonly similarity: number;
  readonly metadata?: Metadata;
}

export interface VectorIndex {
  /** How many vectors there are, expired ones not among them. */
  readonly size: number;
  /** Stores a copy of a vector of any length but zero; what had this id is replaced. Throws INVALID_INPUT. */
  insert(id: string, vector: Float32Array, options?: InsertOptions): void;
  /** The `k` most similar, the best first. Throws INVALID_INPUT. */
  search(vector: Float32Array, k: number, options?: SearchOptions): VectorHit[];
  /** Whether there was such an id. */
  delete(id: string): boolean;
  /** Writes a snapshot: the file at `path` is the old one or the whole new one at any moment. Rejects with INVALID_INPUT. */
  save(path: string): Promise<void>;
  /** Lets go of the index; later calls throw DISPOSED. */
  dispose(): void;
}

export interface VectorIndexClass {
  /** Throws INVALID_INPUT. */
  new (options: VectorIndexOptions): VectorIndex;
  /** Opens what `save` wrote; rejects with INVALID_INPUT for anything else. */
  load(path: string): Promise<VectorIndex>;
}

type RawIndex = InstanceType<Addon['VectorIndex']>;

/** Numbers that the addon writes for a hit: similarity, length of its id, length of its metadata. */
const numbersAHit = 3;

/** Hits that the array kept between searches has room for. */
const usualHits = 100;

/** Hits that a search gives at most; the addon refuses more. */
const mostHits = 10_000;

export function vectorIndexClass(addon: Addon): VectorIndexClass {
  return class NativeVectorIndex implements VectorIndex {
    readonly #raw: RawIndex;
    readonly #out = new Float64Array(1 + usualHits * numbersAHit);

    constructor(options: VectorIndexOptions, raw?: RawIndex) {
      this.#raw = raw instanceof addon.VectorIndex ? raw : unwrap(addon.createVectorIndex(reading('options', () => checkOptions(options))));
    }

    static async load(path: string): Promise<VectorIndex> {
      const raw = unwrap(await addon.loadVectorIndex(checkPath(path)));
      return new NativeVectorIndex(unwrap(raw.options()), raw);
    }

    get size(): number {
      return unwrap(this.#raw.size(Date.now()));
    }

    insert(id: string, vector: Float32Array, options?: InsertOptions): void {
      const now = Date.now();
      const { expires, metadata } = options === undefined ? usualInsertion : reading('options', () => checkInsertion(options, now));
      unwrap(this.#raw.insert(checkId(id), checkVector(vector), now, expires, metadata));
    }

    search(vector: Float32Array, k: number, options?: SearchOptions): VectorHit[] {
      const { ef, filter } = options === undefined ? usualSearch : reading('options', () => checkSearch(options));
      checkCount(k, 'k');
      const out = k <= usualHits ? this.#out : new Float64Array(1 + Math.min(k, mostHits + 1) * numbersAHit);
      const texts = unwrap(this.#raw.search(checkVector(vector), k, ef, filter, Date.now(), out));
      return readHits(out, texts);
    }

    delete(id: string): boolean {
      return unwrap(this.#raw.delete(checkId(id), Date.now())) === 1;
    }

    async save(path: string): Promise<void> {
      unwrap(await this.#raw.save(checkPath(path)));
    }

    dispose(): void {
      this.#raw.dispose();
    }
  };
}

const usualInsertion = { expires: 0, metadata: undefined };
const usualSearch = { ef: 0, filter: undefined };

function readHits(out: Float64Array, texts: string): VectorHit[] {
  const hits: VectorHit[] = [];
  let at = 0;
  for (let number = 1, end = 1 + (out[0] ?? 0) * numbersAHit; number < end; number += numbersAHit) {
    const idEnd = at + (out[number + 1] ?? 0);
    const textEnd = idEnd + (out[number + 2] ?? 0);
    const id = texts.slice(at, idEnd);
    const similarity = out[number] ?? 0;
    hits.push(textEnd === idEnd ? { id, similarity } : { id, similarity, metadata: JSON.parse(texts.slice(idEnd, textEnd)) as Metadata });
    at = textEnd;
  }
  return hits;
}

function checkOptions(options: unknown): { readonly dimensions: number; readonly m: number; readonly efConstruction: number } {
  const { dimensions, m = 16, efConstruction = 200 } = checkObject(options, 'options') as Record<string, unknown>;
  return {
    dimensions: checkCount(dimensions, 'dimensions'),
    m: checkCount(m, 'm'),
    efConstruction: checkCount(efConstruction, 'efConstruction'),
  };
}

function checkInsertion(options: unknown, now: number): { readonly expires: number; readonly metadata: string | undefined } {
  const { ttlMs, metadata } = checkObject(options, 'options') as Record<string, unknown>;
  return {
    expires: ttlMs === undefined ? 0 : now + checkTtl(ttlMs),
    metadata: metadata === undefined ? undefined : JSON.stringify(checkMetadata(metadata)),
  };
}

/** Half of a millisecond is over only with the next whole one. */
function checkTtl(ttlMs: unknown): number {
  if (typeof ttlMs !== 'number' || !(ttlMs > 0 && ttlMs <= 1e15)) throw invalid('ttlMs', 'milliseconds above 0, at most 1e15', ttlMs);
  return Math.ceil(ttlMs);
}

function checkSearch(options: unknown): { readonly ef: number; readonly filter: string | undefined } {
  const { ef, filter } = checkObject(options, 'options') as Record<string, unknown>;
  if (ef === 0) throw invalid('ef', 'a whole number from 1', ef);
  return {
    ef: ef === undefined ? 0 : checkCount(ef, 'ef'),
    filter: filter === undefined ? undefined : JSON.stringify(checkFilter(filter)),
  };
}

function checkMetadata(metadata: unknown): Metadata {
  const entries = Object.entries(checkObject(metadata, 'metadata'));
  return ownEntries(entries.map(([key, value]) => [checkText(key, 'metadata'), checkValue(value, `metadata.${key}`)]));
}

function checkFilter(filter: unknown): MetadataFilter {
  const entries = Object.entries(checkObject(filter, 'filter'));
  return ownEntries(entries.map(([key, test]) => [checkText(key, 'filter'), checkTest(test, `filter.${key}`)]));
}

function checkTest(test: unknown, at: string): MetadataFilter[string] {
  if (typeof test !== 'object' || test === null) return checkValue(test, at);
  const { in: values, exists, ...others } = test as Record<string, unknown>;
  if (Object.keys(others).length > 0 || (values === undefined) === (exists === undefined)) throw invalid(at, '{ in } or { exists }', test);
  if (values === undefined) {
    if (typeof exists !== 'boolean') throw invalid(`${at}.exists`, 'true or false', exists);
    return { exists };
  }
  if (!Array.isArray(values)) throw invalid(`${at}.in`, 'an array of values', values);
  return { in: Array.from(values, (value, index) => checkValue(value, `${at}.in[${index}]`)) };
}

function checkValue(value: unknown, at: string): MetadataValue {
  if (typeof value === 'string') return checkText(value, at);
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw invalid(at, 'a string, a finite number or a boolean', value);
}

/** An object whose `__proto__`, should there be one, is a field like any other. */
function ownEntries<Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> {
  return Object.fromEntries(entries);
}

/** A path that the addon and the system read alike. */
function checkPath(path: unknown): string {
  const text = checkText(checkString(path, 'path'), 'path');
  if (text.includes('\0')) throw invalid('path', 'a path without NUL', text);
  return text;
}

function checkId(id: unknown): string {
  return checkText(checkString(id, 'id'), 'id');
}

/** Half a surrogate pair would come back as another character. */
function checkText(text: string, at: string): string {
  if (/\p{Surrogate}/u.test(text)) throw invalid(at, 'well-formed text', 'a string with half a surrogate pair');
  return text;
}

function checkVector(vector: unknown): Float32Array {
  if (!(vector instanceof Float32Array)) throw invalid('vector', 'a Float32Array', vector);
  return vector.buffer instanceof SharedArrayBuffer ? vector.slice() : vector;
}
