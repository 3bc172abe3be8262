// A loaded model: promises that settle from the addon's own threads, and a signal that gives them up at once.

import type { CancelToken, ModelHandle, RawFailure } from '../../index.js';
import { RouterError } from '../errors.js';
import { checkCount, checkObject, checkString, checkStrings, invalid, reading } from './check.js';
import { capabilityMissing, unwrap } from './failure.js';
import type { Addon } from './load.js';

export interface ModelOptions {
  /** Arithmetic of the matrix products: 'int8' is faster and a little less exact; 'f32' is the default. */
  readonly precision?: 'int8' | 'f32' | undefined;
  readonly adapters?: readonly string[] | undefined;
}

export interface CallOptions {
  /** Aborting rejects with CANCELLED at once, and stops the work. */
  readonly signal?: AbortSignal | undefined;
}

export interface EmbedOptions extends CallOptions {
  readonly dimensions?: number | undefined;
}

export interface Model {
  /** `model_type` of its configuration. */
  readonly architecture: string;
  /** Numbers in an embedding. */
  readonly dimensions: number;
  /** The most tokens a text may have; longer ones are refused, never cut. */
  readonly maxTokens: number;
  /** Unit-length vectors; one text gives one, an array an array. */
  embed(input: string, options?: EmbedOptions): Promise<Float32Array>;
  embed(input: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  classify(input: unknown, options?: CallOptions): Promise<never>;
  tag(text: string, options?: CallOptions): Promise<never>;
  analyze(input: unknown, options?: CallOptions): Promise<never>;
  /** Lets go of the model; later calls reject with DISPOSED. */
  dispose(): void;
}

/** Loads the model folder at `path`; rejects with MODEL_INVALID, INVALID_INPUT or CAPABILITY_MISSING. */
export async function loadModel(addon: Addon, path: string, options: ModelOptions = {}): Promise<Model> {
  checkString(path, 'path');
  const precision = reading('options', () => checkModelOptions(addon, options));
  const handle = unwrap(await addon.loadModel(path, { precision }));
  const { architecture, dimensions, maxTokens } = unwrap(handle.info());
  return new LoadedModel(addon, handle, { architecture, dimensions, maxTokens });
}

function checkModelOptions(addon: Addon, options: unknown): 'f32' | 'int8' {
  const { precision = 'f32', adapters } = checkObject(options, 'options') as Record<string, unknown>;
  if (precision !== 'f32' && precision !== 'int8') throw invalid('precision', 'int8 or f32', precision);
  if (adapters !== undefined) throw capabilityMissing('adapters', 'a flavor with adapters', addon.capabilities().flavor);
  return precision;
}

class LoadedModel implements Model {
  readonly architecture: string;
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly #addon: Addon;
  readonly #handle: ModelHandle;

  constructor(addon: Addon, handle: ModelHandle, info: Pick<Model, 'architecture' | 'dimensions' | 'maxTokens'>) {
    this.architecture = info.architecture;
    this.dimensions = info.dimensions;
    this.maxTokens = info.maxTokens;
    this.#addon = addon;
    this.#handle = handle;
  }

  embed(input: string, options?: EmbedOptions): Promise<Float32Array>;
  embed(input: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
  async embed(input: string | readonly string[], options: EmbedOptions = {}): Promise<Float32Array | Float32Array[]> {
    const signal = reading('options', () => this.#checkEmbedOptions(options));
    const texts = reading('input', () => (typeof input === 'string' ? [input] : checkStrings(input, 'input')));
    if (texts.length === 0) return [];
    const { values, dimensions: width } = await this.#run(signal, (cancel) => this.#handle.embed(texts, cancel));
    if (typeof input === 'string') return values;
    return texts.map((_, row) => values.subarray(row * width, (row + 1) * width));
  }

  async classify(_input: unknown, _options?: CallOptions): Promise<never> {
    throw this.#lacks('classify');
  }

  async tag(_text: string, _options?: CallOptions): Promise<never> {
    throw this.#lacks('tag');
  }

  async analyze(_input: unknown, _options?: CallOptions): Promise<never> {
    throw this.#lacks('analyze');
  }

  dispose(): void {
    this.#handle.dispose();
  }

  #checkEmbedOptions(options: unknown): AbortSignal | undefined {
    const { dimensions = this.dimensions, signal } = checkObject(options, 'options') as Record<string, unknown>;
    const count = checkCount(dimensions, 'dimensions');
    if (count !== this.dimensions) throw capabilityMissing('dimensions', String(this.dimensions), String(count));
    if (signal !== undefined && !(signal instanceof AbortSignal)) throw invalid('signal', 'an AbortSignal', signal);
    return signal;
  }

  #lacks(call: string): RouterError {
    return capabilityMissing(call, 'a flavor that can', this.#addon.capabilities().flavor);
  }

  async #run<T>(signal: AbortSignal | undefined, call: (cancel: CancelToken) => Promise<T | RawFailure>): Promise<T> {
    const token = new this.#addon.CancelToken();
    if (signal === undefined) return unwrap(await call(token));
    if (signal.aborted) throw cancelled(signal);
    return new Promise<T>((resolve, reject) => {
      const onAbort = () => {
        token.cancel();
        reject(cancelled(signal));
      };
      signal.addEventListener('abort', onAbort, { once: true });
      call(token)
        .then((result) => resolve(unwrap(result)))
        .catch(reject)
        .finally(() => signal.removeEventListener('abort', onAbort));
    });
  }
}

function cancelled(signal: AbortSignal): RouterError {
  return new RouterError('CANCELLED', { cause: signal.reason });
}
