/* The raw native surface, generated from crates/node and the same in every flavor; src/native wraps it. Never edited by hand. */

/** Lets a caller give up a call that waits or runs. */
export declare class CancelToken {
  /** A token that is not cancelled. */
  constructor()
  /** Stops the calls that hold this token. */
  cancel(): void
}

/** All rules compiled together. */
export declare class KeywordMatcher {
  /** The rules that `text` satisfies, in their order. */
  match(text: string): Array<RawKeywordMatch> | RawFailure
  /** The rules that `text` satisfies, and the first `limit` places of each keyword and pattern. */
  find(text: string, limit: number): Array<RawKeywordFinding> | RawFailure
}

/** A loaded model; models are shared between handles and threads of the process. */
export declare class ModelHandle {
  /** What was loaded. */
  info(): RawModelInfo | RawFailure
  /**
   * Asks for answers: of each text (with the second text at its place in `pairs`, where there is one) those of the heads whose bits are
   * set, in two words of `heads`, the lower first.
   */
  analyze(texts: string[], pairs: Array<string | undefined> | undefined | null, heads: Uint32Array, options?: RawCallOptions | undefined | null, cancel?: CancelToken | undefined | null): Promise<RawAnswers | RawFailure>
  /** The embeddings of encoded images (PNG, JPEG), `[images, dimensions]`. */
  embedImages(images: Array<Uint8Array>, options?: RawCallOptions | undefined | null, cancel?: CancelToken | undefined | null): Promise<RawAnswers | RawFailure>
  /** Lets go of the model; it is freed when no other handle holds it and no call runs on it. */
  dispose(): NapiResult<undefined>
}

/** A scorer and its rules. */
export declare class Prescanner {
  /**
   * Writes tier (0 SIMPLE to 3 REASONING), score, confidence, flags (1 ambiguous, 2 agentic), estimated tokens, the language
   * of the user's text (an index into `languageNames()`) and its confidence, the score of every dimension, then for every rule
   * its confidence or -1 where it does not hold, then what `agentic` found. What is not asked for is left as it is.
   * `tools` are the names of the request's tools, a line each; only agentic detection reads them. Gives 0, or the failure.
   */
  scan(user: string, system: string, toolCount: number, out: Float64Array, tools?: string | undefined | null): number | RawFailure
  /** The evidence of every dimension, in order, a line each; empty where there is none. */
  evidence(user: string, system: string, toolCount: number): string | RawFailure
}

/** A trained selector. */
export declare class SelectorHandle {
  /** What was loaded. */
  info(): RawSelectorInfo | RawFailure
  /** Scores, `[rows, models]`, of `embeddings`, `[rows, dimensions]`. */
  score(embeddings: Float32Array): Float32Array | RawFailure
}

/** Vectors by id. */
export declare class VectorIndex {
  /** Stores a vector; `now` and `expires` in ms since 1970, the latter 0 for never; `metadata` a JSON object. Gives 0, or the failure. */
  insert(id: string, vector: Float32Array, now: number, expires: number, metadata?: string | undefined | null): number | RawFailure
  /**
   * The nearest: writes how many into `out`, then for each its similarity and the lengths, in UTF-16, of its id and its metadata (0
   * for none); gives these texts one after the other, or the failure. `ef` 0 leaves it to the index; `filter` is a JSON object.
   */
  search(vector: Float32Array, k: number, ef: number, filter: string | undefined | null, now: number, out: Float64Array): string | RawFailure
  /** 1 when there was such an id, else 0, or the failure. */
  delete(id: string, now: number): number | RawFailure
  /** How many vectors there are, or the failure. */
  size(now: number): number | RawFailure
  /** What it was made with, or the failure. */
  options(): RawVectorOptions | RawFailure
  /** Writes a snapshot of this moment; gives 0, or the failure. */
  save(path: string): Promise<number | RawFailure>
  /** Frees it, as soon as no save runs. */
  dispose(): void
}

/** What this binary can do. */
export declare function capabilities(): RawCapabilities

/** Sets the limits of the process, before its first model call. Gives 0, or the failure. */
export declare function configureInference(limits: RawLimits): number | RawFailure

/** The number of tokens of `text` in `cl100k_base` or `o200k_base`; the first call builds the tables of that vocabulary. */
export declare function countTokens(text: string, encoding: string): number | RawFailure

/** Compiles rules. */
export declare function createKeywordMatcher(rules: RawKeywordRule[]): KeywordMatcher | RawFailure

/** Checks the options and compiles the rules. */
export declare function createPrescanner(options: RawPrescanOptions): Prescanner | RawFailure

/** Reads the JSON of an artifact. */
export declare function createSelector(artifact: Uint8Array): SelectorHandle | RawFailure

/** Makes an empty index. */
export declare function createVectorIndex(options: RawVectorOptions): VectorIndex | RawFailure

/** The language most of the prose of `text` is written in. */
export declare function detectLanguage(text: string): RawDetection | RawFailure

/** The names of the dimensions, in the order of the array. */
export declare function dimensionNames(): Array<string>

/** Estimated tokens of `text` in any vocabulary. */
export declare function estimateTokens(text: string): number | RawFailure

/** The languages that can be told, `unknown` last; a prescan gives an index into this list. */
export declare function languageNames(): Array<string>

/** Loads the model folder at `path`, or finds it loaded in the same way. */
export declare function loadModel(path: string, options?: RawModelOptions | undefined | null): Promise<ModelHandle | RawFailure>

/** Opens a snapshot. */
export declare function loadVectorIndex(path: string): Promise<VectorIndex | RawFailure>

/**
 * Opens the library once for the process: `library`, else what `ORT_DYLIB_PATH` names, else one that is mapped already, else the first of
 * `candidates` that serves. Fails with `CAPABILITY_MISSING`, and a reason for every place, where none does, and in other flavors.
 */
export declare function openRuntime(library: string | undefined | null, candidates: Array<string>): RawRuntime | RawFailure

/** A low-rank adapter (Hu et al., 2021) in a folder of its own. */
export interface RawAdapter {
  /** By what calls name it. */
  name: string
  /** Its folder, as PEFT writes it. */
  path: string
}

/** The answers of a call. */
export interface RawAnswers {
  /** Item after item, head after head in the order of `RawModelInfo.heads`: embeddings of unit length, and the probability of every label. */
  values: Float32Array
  /** Six numbers a span: item, place of the head, start and end in UTF-16 units, place in `kinds`, confidence. */
  spans: Float64Array
  /** The kinds of spans. */
  kinds: Array<string>
}

/** What a call is to do beside answering; what is left out is not done. */
export interface RawCallOptions {
  /** The place of each text's adapter, or 4294967295 for none. */
  adapters?: Uint32Array
  /** Keep so many numbers of embeddings. */
  dimensions?: number
  /** Remember the answers, and recall them, for this tenant. */
  tenant?: string
  /** Milliseconds from now after which nobody wants the answer. */
  deadlineMs?: number
}

/** The capability record. */
export interface RawCapabilities {
  /** `candle`, `onnx` or `stub`. */
  flavor: string
  /** The version of the crates. */
  version: string
  /** The number of this surface. */
  abi: number
  /** Instruction sets of this CPU. */
  cpu: Array<string>
  /** What computes the models: `scalar`, `avx2`, `avx512-vnni`, `avx512-amx`, `neon` or `onnxruntime`; `none` where nothing does. */
  kernels: string
  /** What it can do. */
  features: RawFeatures
  /** Architectures it loads, by `model_type`. */
  architectures: Array<string>
  /** Models that come with it. */
  models: string[]
  /** For each feature that is false, why. */
  unavailable: Record<string, string>
}

/** A language and how sure it is. */
export interface RawDetection {
  /** ISO 639-1, or `unknown`. */
  language: string
  /** The probability that `language` is right, 0..1. */
  confidence: number
}

/** An expected failure; only a failure has a `code`. */
export interface RawFailure {
  /** One word of the closed list of `crates/base`. */
  code: string
  /** What would have been right. */
  expected: string
  /** What came instead. */
  received: string
  /** The argument, file or key it is about. */
  at: string
}

/** What the fast path may be told; what is left out keeps its default. */
export interface RawFastPathOptions {
  /** Weights by the names of `dimensionNames()`. */
  weights?: Record<string, number>
  /** Where MEDIUM, COMPLEX and REASONING begin. */
  boundaries?: number[]
  /** Estimated tokens from which a request is at least COMPLEX. */
  largeContextTokens?: number
  /** Confidence below this is ambiguous. */
  threshold?: number
}

/** What a flavor may be able to do. */
export interface RawFeatures {
  /** Several heads over one encoder pass. */
  unifiedBatch: boolean
  /** Rows of one batch with unlike low-rank (`LoRA`) adapters. */
  loraBatch: boolean
  /** Labels of tokens, as spans. */
  tokenClassification: boolean
  /** Embeddings of many texts in one call. */
  batchedEmbedding: boolean
  /** Embeddings of images. */
  multimodalEmbedding: boolean
  /** What kind of model an input needs: text, image, both. */
  modalityRouting: boolean
  /** Scoring of a trained multi-layer perceptron. */
  mlpSelector: boolean
  /** Freeing all models on request. */
  reset: boolean
}

/** One head of a model. */
export interface RawHead {
  /** By what callers ask for it. */
  name: string
  /** What it answers. */
  task: RawTask
  /** Numbers of its vector; 0 for labels. */
  dimensions: number
  /** Its labels, in the order of their probabilities; none for vectors. */
  labels: Array<string>
  /** Whether its makers say that it is not good enough to rely on. */
  experimental: boolean
}

/** A rule that a text satisfies, and where. */
export interface RawKeywordFinding {
  /** What `match` says of the rule. */
  found: RawKeywordMatch
  /** Three numbers a place: which of `found.matched`, where it begins, where it ends, in UTF-16 code units. */
  spans: Array<number>
}

/** A rule that a text satisfies. */
export interface RawKeywordMatch {
  /** Where the rule stands in the list, from 0. */
  rule: number
  /** The keywords and patterns that were found; empty for NOR. */
  matched: Array<string>
  /** 0..1 */
  confidence: number
}

/** One rule. */
export interface RawKeywordRule {
  /** Names the rule in errors. */
  name: string
  /** How keywords and patterns join. */
  operator: RawOperator
  /** Words or phrases. */
  keywords: string[]
  /** Regular expressions that run in linear time. */
  patterns: string[]
  /** Whether case matters. */
  caseSensitive: boolean
  /** How keywords are looked for. */
  method: RawMethod
  /** The least score or similarity that counts, or the most edits of a word; what is left out is the method's default. */
  threshold?: number
  /** Characters in an n-gram; what is left out is the default. */
  arity?: number
}

/** How much runs at once and how much may wait; what is left out keeps its default. */
export interface RawLimits {
  /** Threads of inference; one a core is the default. */
  threads?: number
  /** Calls that may wait or run; more are refused with OVERLOADED. */
  queueCalls?: number
  /** Memory for what is remembered of strings. */
  memoBytes?: number
}

/** How the keywords of a rule are looked for. */
export type RawMethod = 'exact' | 'bm25' | 'ngram' | 'fuzzy'

/** What a loaded model is. */
export interface RawModelInfo {
  /** `model_type` of its configuration. */
  architecture: string
  /** What it answers. */
  heads: Array<RawHead>
  /** The most tokens it reads at once; longer texts go through in windows. */
  maxTokens: number
  /** Its adapters by name. */
  adapters: Array<string>
  /** What to put before texts: names of purposes, and after each its text. */
  prompts: Array<string>
  /** The purpose where a caller names none. */
  usualPrompt?: string
  /** Whether it takes images. */
  images: boolean
  /** Whether the answer for a text never depends on the texts beside it. */
  batchInvariant: boolean
  /** Memory that its weights take. */
  weightBytes: number
}

/** How a model is loaded; what is left out keeps its default. */
export interface RawModelOptions {
  /** `f32` is the default. */
  precision?: RawPrecision
  /** Adapters over the model; none is the default. */
  adapters?: Array<RawAdapter>
}

/** How the words and patterns of a rule join. */
export type RawOperator = 'OR' | 'AND' | 'NOR'

/** Arithmetic of a model's matrix products. */
export type RawPrecision = 'f32' | 'int8'

/** What a prescanner does; what is left out is not computed. */
export interface RawPrescanOptions {
  /** Score requests. */
  fastPath?: RawFastPathOptions
  /** Tell the language of the user's text. */
  language?: boolean
  /** Match these rules against the user's text. */
  keywords?: RawKeywordRule[]
  /** Judge whether the user's text asks for agentic work; written after the rules. */
  agentic?: boolean
}

/** A library that is open. */
export interface RawRuntime {
  /** Its file. */
  path: string
  /** Its version, such as `1.30.0`. */
  version: string
  /** The number of the interface that is used of it. */
  api: number
}

/** What a loaded selector is. */
export interface RawSelectorInfo {
  /** `knn`, `kmeans`, `svm` or `mlp`. */
  kind: string
  /** The models that it scores, in the order of scores. */
  models: Array<string>
  /** Numbers in an embedding. */
  dimensions: number
  /** What made the embeddings it was trained on, where the artifact says so. */
  encoder?: string
}

/** What a head answers. */
export type RawTask = 'embedding' | 'sequence' | 'token'

/** How an index is made. */
export interface RawVectorOptions {
  /** Numbers in a vector. */
  dimensions: number
  /** Links that a new vector makes. */
  m: number
  /** Candidates that the search for these links keeps. */
  efConstruction: number
}

/**
 * Frees all models of the process and forgets what is remembered of strings; handles that are still held fail with DISPOSED from now on.
 * Gives 0, or the failure.
 */
export declare function reset(): Promise<number | RawFailure>
