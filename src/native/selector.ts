// Trained selectors of the public API: an artifact becomes scores of candidate models, one native call a batch.

import type { RawSelectorInfo, SelectorHandle } from '../../index.js';
import { RouterError } from '../errors.js';
import { checkObject, invalid, reading } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** The JSON of docs/selectors-format.md: its text, its bytes, or what `JSON.parse` makes of it. Never a path. */
export type SelectorArtifact = string | Uint8Array | object;

export type SelectorKind = 'knn' | 'kmeans' | 'svm' | 'mlp';

/** What a selector says of one embedding. */
export interface Selection {
  /** The model with the greatest score; of equals, the first of `models`. */
  readonly best: string;
  /** By model name. Greater is better; what a score means is the artifact's, see docs/selectors-format.md. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A trained selector. It computes on the calling thread. */
export interface Selector {
  readonly kind: SelectorKind;
  /** The models that it scores. */
  readonly models: readonly string[];
  /** Numbers in an embedding. */
  readonly dimensions: number;
  /** What made the embeddings it was trained on, where the artifact says so. */
  readonly encoder: string | undefined;
  /**
   * One embedding of `dimensions` numbers gives one selection, an array an array. A row's scores do not depend on the others.
   * Throws INVALID_INPUT for another length, numbers that are not finite, scores that would not be, and in knn a vector of zeros.
   */
  score(embeddings: Float32Array): Selection;
  score(embeddings: readonly Float32Array[]): Selection[];
}

/** `new Selector(artifact)`; throws MODEL_INVALID naming the JSON path that is faulty, INVALID_INPUT for what is no artifact at all. */
export type SelectorClass = new (artifact: SelectorArtifact) => Selector;

export function selectorClass(addon: Addon): SelectorClass {
  return class implements Selector {
    readonly kind: SelectorKind;
    readonly models: readonly string[];
    readonly dimensions: number;
    readonly encoder: string | undefined;
    readonly #handle: SelectorHandle;

    constructor(artifact: SelectorArtifact) {
      this.#handle = unwrap(addon.createSelector(reading('artifact', () => artifactBytes(artifact))));
      const { kind, models, dimensions, encoder }: RawSelectorInfo = unwrap(this.#handle.info());
      this.kind = kind as SelectorKind;
      this.models = Object.freeze(models);
      this.dimensions = dimensions;
      this.encoder = encoder ?? undefined;
    }

    score(embeddings: Float32Array): Selection;
    score(embeddings: readonly Float32Array[]): Selection[];
    score(embeddings: Float32Array | readonly Float32Array[]): Selection | Selection[] {
      if (embeddings instanceof Float32Array) return this.#scoreOne(embeddings);
      const rows = reading('embeddings', () => joined(embeddings, this.dimensions));
      if (rows.length === 0) return [];
      const scores = unwrap(this.#handle.score(rows));
      const width = this.models.length;
      return Array.from({ length: scores.length / width }, (_, row) => this.#selection(scores.subarray(row * width, (row + 1) * width)));
    }

    #scoreOne(embedding: Float32Array): Selection {
      // Copied: another thread may write into an array that is shared.
      const row = Float32Array.from(checkEmbedding(embedding, 'embeddings', this.dimensions));
      const scores = this.#handle.score(row);
      const isAboutRow = 'code' in scores && scores.at === 'embeddings[0]';
      return this.#selection(unwrap(isAboutRow ? { ...scores, at: 'embeddings' } : scores));
    }

    #selection(scores: Float32Array): Selection {
      const greatest = scores.reduce((best, score, index) => (score > (scores[best] ?? 0) ? index : best), 0);
      const entries = this.models.map((model, index): [string, number] => [model, scores[index] ?? Number.NaN]);
      return { best: this.models[greatest] ?? '', scores: Object.fromEntries(entries) };
    }
  };
}

/** A copy, so that nobody writes into it while it is read. */
function artifactBytes(artifact: unknown): Uint8Array {
  if (artifact instanceof Uint8Array) return Uint8Array.from(artifact);
  if (typeof artifact === 'string') return new TextEncoder().encode(artifact);
  if (typeof artifact !== 'object' || artifact === null) throw invalid('artifact', 'JSON, as text, bytes or an object', artifact);
  return new TextEncoder().encode(JSON.stringify(checkObject(artifact, 'artifact')));
}

/** All rows in one array, so that one call crosses. */
function joined(embeddings: unknown, dimensions: number): Float32Array {
  if (!Array.isArray(embeddings)) throw invalid('embeddings', 'a Float32Array or an array of them', embeddings);
  const rows = Array.from(embeddings, (embedding, index) => checkEmbedding(embedding, `embeddings[${index}]`, dimensions));
  const all = new Float32Array(rows.length * dimensions);
  for (const [index, row] of rows.entries()) all.set(row, index * dimensions);
  return all;
}

function checkEmbedding(embedding: unknown, at: string, dimensions: number): Float32Array {
  if (!(embedding instanceof Float32Array)) throw invalid(at, 'a Float32Array', embedding);
  if (embedding.length === dimensions) return embedding;
  throw new RouterError('INVALID_INPUT', { at, expected: `${dimensions} numbers`, received: `${embedding.length} numbers` });
}
