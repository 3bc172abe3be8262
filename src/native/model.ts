// A loaded model: promises that settle from the addon's own threads, and a signal that gives them up at once.

import { basename } from 'node:path';
import type { CancelToken, ModelHandle, RawAnswers, RawFailure } from '../../index.js';
import { RouterError } from '../errors.js';
import { checkObject, checkString, invalid, reading } from './check.js';
import { capabilityMissing, unwrap } from './failure.js';
import type { Addon } from './load.js';
import { type Analysis, type Classification, type HeadAnswer, type Span, unpack } from './model-answers.js';
import {
  type AnalyzeInput,
  type Asked,
  adapterPlaces,
  type CallOptions,
  headPlace,
  type Inputs,
  type ModelInput,
  ownHeads,
  readCallOptions,
  readDimensions,
  readHeads,
  readInputs,
  readObject,
  readPrompt,
  usualHead,
} from './model-input.js';
import { type PublishedInfo, publishedInfo } from './published.js';

export type { Analysis, AnalyzeInput, CallOptions, Classification, HeadAnswer, ModelInput, Span };

export interface ModelOptions {
  /** Arithmetic of the matrix products: 'int8' is faster and a little less exact; 'f32' is the default. */
  readonly precision?: 'int8' | 'f32' | undefined;
  /** Folders of low-rank adapters as PEFT writes them: by name, or named after their folders. */
  readonly adapters?: Readonly<Record<string, string>> | readonly string[] | undefined;
}

export interface EmbedOptions extends CallOptions {
  /** Keep the first so many numbers, at unit length again, as Matryoshka models allow. */
  readonly dimensions?: number | undefined;
  /** Which embedding head, where there are several. */
  readonly head?: string | undefined;
  /** What the vector is for (`query`, `passage`, …): the prompt of this name goes before the text; the folder's usual one is the default. */
  readonly prompt?: string | undefined;
  readonly adapter?: string | readonly (string | undefined)[] | undefined;
}

export interface HeadOptions extends CallOptions {
  /** Which head, where there are several of the kind. */
  readonly head?: string | undefined;
  /** An adapter for all texts, or one a text. */
  readonly adapter?: string | readonly (string | undefined)[] | undefined;
}

export interface AnalyzeOptions extends CallOptions {
  /** Heads for all texts that name none of their own; every head is the default. */
  readonly heads?: readonly string[] | undefined;
  readonly adapter?: string | readonly (string | undefined)[] | undefined;
}

/** What a head of a model answers. */
export interface HeadInfo {
  readonly name: string;
  readonly task: 'embedding' | 'sequence' | 'token';
  /** Numbers of its vector; 0 for labels. */
  readonly dimensions: number;
  readonly labels: readonly string[];
  /** Whether its makers say that it is not good enough to rely on. */
  readonly experimental: boolean;
  /** Of a published model: the least probability of its label, or of `alarms` together, that counts. */
  readonly threshold?: number | undefined;
  /** Of a published guard: the labels that alarm. */
  readonly alarms?: readonly string[] | undefined;
}

/** One input gives one result, an array gives an array. */
export interface Model {
  /** `model_type` of its configuration. */
  readonly architecture: string;
  /** Numbers in an embedding; 0 where the model embeds nothing. */
  readonly dimensions: number;
  /** The most tokens it reads at once; longer texts go through in windows that overlap, nothing is cut off. */
  readonly maxTokens: number;
  readonly heads: readonly HeadInfo[];
  readonly adapters: readonly string[];
  /** Purposes that `embed` takes as `prompt`. */
  readonly prompts: readonly string[];
  /** Whether the answer for a text never depends on the texts beside it. */
  readonly batchInvariant: boolean;
  /** Memory that its weights take. */
  readonly weightBytes: number;
  /** Unit-length vectors. */
  embed(input: ModelInput, options?: EmbedOptions): Promise<Float32Array>;
  embed(input: readonly ModelInput[], options?: EmbedOptions): Promise<Float32Array[]>;
  classify(input: ModelInput, options?: HeadOptions): Promise<Classification>;
  classify(input: readonly ModelInput[], options?: HeadOptions): Promise<Classification[]>;
  /** What the text names, ascending. */
  tag(input: ModelInput, options?: HeadOptions): Promise<Span[]>;
  tag(input: readonly ModelInput[], options?: HeadOptions): Promise<Span[][]>;
  /** Several heads over one pass. */
  analyze(input: AnalyzeInput, options?: AnalyzeOptions): Promise<Analysis>;
  analyze(input: readonly AnalyzeInput[], options?: AnalyzeOptions): Promise<Analysis[]>;
  /** Lets go of the model; later calls reject with DISPOSED. */
  dispose(): void;
}

/**
 * Loads the model folder at `pathOrId`: a path, an id of `models/manifest.json`, or `bundled`. Rejects with MODEL_NOT_FOUND,
 * MODEL_INVALID, INVALID_INPUT or CAPABILITY_MISSING.
 */
export async function loadModel(addon: Addon, pathOrId: string, options: ModelOptions = {}): Promise<Model> {
  checkString(pathOrId, 'path');
  const checked = reading('options', () => checkModelOptions(options));
  // Only here: the manifest brings zod, which nobody else of the native functions needs.
  const { resolveModel } = await import('../models/places.js');
  const { folder, model } = resolveModel(pathOrId, process.env);
  const handle = unwrap(await addon.loadModel(folder, checked));
  return new LoadedModel(addon, handle, publishedInfo(unwrap(handle.info()), model));
}

function checkModelOptions(options: unknown) {
  const { precision = 'f32', adapters = [] } = checkObject(options, 'options') as Record<string, unknown>;
  if (precision !== 'f32' && precision !== 'int8') throw invalid('precision', 'int8 or f32', precision);
  const list = Array.isArray(adapters)
    ? Array.from(adapters, (path, index) => checkString(path, `adapters[${index}]`)).map((path) => ({ name: basename(path), path }))
    : Object.entries(checkObject(adapters, 'adapters')).map(([name, path]) => ({ name, path: checkString(path, `adapters.${name}`) }));
  if (new Set(list.map(({ name }) => name)).size < list.length)
    throw invalid('adapters', 'adapters with names of their own', 'the same twice');
  return { precision, adapters: list } as const;
}

/** In the place of an adapter: none. */
const noAdapter = 0xffff_ffff;

/** A call for one head a text. */
type OneHead = CallOptions & {
  readonly headFor: (adapter: number | undefined) => number;
  readonly prompt: string;
  readonly adapter: unknown;
  readonly dimensions?: number | undefined;
};

class LoadedModel implements Model {
  readonly architecture: string;
  readonly dimensions: number;
  readonly maxTokens: number;
  readonly heads: readonly HeadInfo[];
  readonly adapters: readonly string[];
  readonly prompts: readonly string[];
  readonly batchInvariant: boolean;
  readonly weightBytes: number;
  readonly #addon: Addon;
  readonly #handle: ModelHandle;
  readonly #info: PublishedInfo;

  constructor(addon: Addon, handle: ModelHandle, info: PublishedInfo) {
    this.architecture = info.architecture;
    this.dimensions = info.heads.find(({ task }) => task === 'embedding')?.dimensions ?? 0;
    this.maxTokens = info.maxTokens;
    this.heads = info.heads;
    this.adapters = info.adapters;
    this.prompts = info.prompts.filter((_, at) => at % 2 === 0);
    this.batchInvariant = info.batchInvariant;
    this.weightBytes = info.weightBytes;
    this.#addon = addon;
    this.#handle = handle;
    this.#info = info;
  }

  embed(input: ModelInput, options?: EmbedOptions): Promise<Float32Array>;
  embed(input: readonly ModelInput[], options?: EmbedOptions): Promise<Float32Array[]>;
  async embed(input: ModelInput | readonly ModelInput[], options: EmbedOptions = {}): Promise<Float32Array | Float32Array[]> {
    const call = reading('options', () => {
      const read = readObject(options);
      const head = usualHead(this.#info, 'embedding', read['head']);
      const dimensions = readDimensions(read['dimensions'], this.#info.heads[head]?.dimensions ?? 0);
      const prompt = readPrompt(this.#info, read['prompt']);
      return { head, headFor: () => head, dimensions, prompt, adapter: read['adapter'], ...readCallOptions(read) };
    });
    const inputs = readInputs(input);
    if (inputs.images.length > 0) return this.#embedImages(inputs, call);
    return single(inputs, await this.#ask<Float32Array>(inputs, call));
  }

  classify(input: ModelInput, options?: HeadOptions): Promise<Classification>;
  classify(input: readonly ModelInput[], options?: HeadOptions): Promise<Classification[]>;
  async classify(input: ModelInput | readonly ModelInput[], options: HeadOptions = {}): Promise<Classification | Classification[]> {
    const inputs = this.#texts(input);
    return single(inputs, await this.#ask<Classification>(inputs, this.#headOptions('sequence', options)));
  }

  tag(input: ModelInput, options?: HeadOptions): Promise<Span[]>;
  tag(input: readonly ModelInput[], options?: HeadOptions): Promise<Span[][]>;
  async tag(input: ModelInput | readonly ModelInput[], options: HeadOptions = {}): Promise<Span[] | Span[][]> {
    const inputs = this.#texts(input);
    return single(inputs, await this.#ask<Span[]>(inputs, this.#headOptions('token', options)));
  }

  analyze(input: AnalyzeInput, options?: AnalyzeOptions): Promise<Analysis>;
  analyze(input: readonly AnalyzeInput[], options?: AnalyzeOptions): Promise<Analysis[]>;
  async analyze(input: AnalyzeInput | readonly AnalyzeInput[], options: AnalyzeOptions = {}): Promise<Analysis | Analysis[]> {
    const { call, usual, adapter } = reading('options', () => {
      const read = readObject(options);
      const named = read['heads'] === undefined ? undefined : readHeads(read['heads'], 'heads');
      return { call: readCallOptions(read), usual: named, adapter: read['adapter'] };
    });
    const inputs = this.#texts(input);
    const adapters = adapterPlaces(this.#info, adapter, inputs.texts.length);
    const asked = inputs.texts.map(({ text, pair, heads }, index) => {
      const names = heads ?? usual;
      const places = names?.map((name) => headPlace(this.#info, name)) ?? ownHeads(this.#info, adapters[index]);
      return { text, pair, heads: [...new Set(places)].sort((left, right) => left - right), adapter: adapters[index] };
    });
    const answers = await this.#run(asked, call);
    const named = answers.map((list, index) => {
      const places = asked[index]?.heads ?? [];
      return Object.fromEntries(list.map((answer, at) => [this.heads[places[at] ?? 0]?.name ?? '', answer]));
    });
    return single(inputs, named);
  }

  dispose(): void {
    this.#handle.dispose();
  }

  #headOptions(task: HeadInfo['task'], options: unknown) {
    return reading('options', () => {
      const read = readObject(options);
      const headFor = (adapter: number | undefined) => usualHead(this.#info, task, read['head'], adapter);
      return { headFor, prompt: '', adapter: read['adapter'], ...readCallOptions(read) };
    });
  }

  #texts(input: unknown): Inputs {
    const inputs = readInputs(input);
    if (inputs.images.length > 0) throw capabilityMissing('image', 'texts: only embed takes images', 'an image');
    return inputs;
  }

  /** One head for each text. */
  async #ask<T extends HeadAnswer>(inputs: Inputs, call: OneHead) {
    const adapters = adapterPlaces(this.#info, call.adapter, inputs.texts.length);
    const asked = inputs.texts.map(({ text, pair }, index) => {
      const adapter = adapters[index];
      return { text: call.prompt + text, pair, heads: [call.headFor(adapter)], adapter };
    });
    const answers = await this.#run(asked, call);
    return answers.map(([answer]) => answer as T);
  }

  async #run(asked: readonly Asked[], options: CallOptions & { dimensions?: number | undefined }): Promise<HeadAnswer[][]> {
    if (asked.length === 0) return [];
    const heads = new Uint32Array(2 * asked.length);
    for (const [index, { heads: places }] of asked.entries()) {
      for (const place of places) {
        const word = 2 * index + (place < 32 ? 0 : 1);
        heads[word] = ((heads[word] ?? 0) | (1 << (place & 31))) >>> 0;
      }
    }
    const pairs = asked.some(({ pair }) => pair !== undefined) ? asked.map(({ pair }) => pair) : undefined;
    const adapters = asked.some(({ adapter }) => adapter !== undefined)
      ? Uint32Array.from(asked, ({ adapter }) => adapter ?? noAdapter)
      : undefined;
    const texts = asked.map(({ text }) => text);
    const { dimensions, tenant, deadlineMs } = options;
    const extra = {
      ...(adapters && { adapters }),
      ...(dimensions && { dimensions }),
      ...(tenant !== undefined && { tenant }),
      ...(deadlineMs !== undefined && { deadlineMs }),
    };
    const answers = await this.#settle(options.signal, (token) => this.#handle.analyze(texts, pairs, heads, extra, token));
    return unpack(
      this.#info,
      answers,
      asked.map((item) => item.heads),
      dimensions,
    );
  }

  async #embedImages(inputs: Inputs, call: CallOptions & { head: number; dimensions: number | undefined }) {
    const { dimensions, deadlineMs } = call;
    const extra = { ...(dimensions && { dimensions }), ...(deadlineMs !== undefined && { deadlineMs }) };
    const answers = await this.#settle(call.signal, (token) => this.#handle.embedImages([...inputs.images], extra, token));
    const heads = inputs.images.map(() => [call.head]);
    const vectors = unpack(this.#info, answers, heads, dimensions).map(([vector]) => vector as Float32Array);
    return single(inputs, vectors);
  }

  async #settle(signal: AbortSignal | undefined, call: (token: CancelToken) => Promise<RawAnswers | RawFailure>): Promise<RawAnswers> {
    const token = new this.#addon.CancelToken();
    if (signal === undefined) return unwrap(await call(token));
    if (signal.aborted) throw cancelled(signal);
    return new Promise<RawAnswers>((resolve, reject) => {
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

/** One result for one input, all for an array. */
function single<T>({ many }: Inputs, results: T[]): T | T[] {
  return many ? results : (results[0] as T);
}

function cancelled(signal: AbortSignal): RouterError {
  return new RouterError('CANCELLED', { cause: signal.reason });
}
