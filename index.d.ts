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
}

/** A loaded model; models are shared between handles and threads of the process. */
export declare class ModelHandle {
  /** What was loaded. */
  info(): RawModelInfo | RawFailure
  /** Embeds texts. */
  embed(texts: string[], cancel?: CancelToken | undefined | null): Promise<RawEmbeddings | RawFailure>
  /** Lets go of the model; it is freed when no other handle holds it and no call runs on it. */
  dispose(): void
}

/** A scorer and its rules. */
export declare class Prescanner {
  /**
   * Writes tier (0 SIMPLE to 3 REASONING), score, confidence, flags (1 ambiguous, 2 agentic), estimated tokens, the language
   * of the user's text (an index into `languageNames()`) and its confidence, the score of every dimension, then for every rule
   * its confidence or -1 where it does not hold. What is not asked for is left as it is. Gives 0, or the failure.
   */
  scan(user: string, system: string, toolCount: number, out: Float64Array): number | RawFailure
  /** The evidence of every dimension, in order, a line each; empty where there is none. */
  evidence(user: string, system: string, toolCount: number): string | RawFailure
}

/** What this binary can do. */
export declare function capabilities(): RawCapabilities

/** The number of tokens of `text` in `cl100k_base` or `o200k_base`; the first call builds the tables of that vocabulary. */
export declare function countTokens(text: string, encoding: string): number | RawFailure

/** Compiles rules. */
export declare function createKeywordMatcher(rules: RawKeywordRule[]): KeywordMatcher | RawFailure

/** Checks the options and compiles the rules. */
export declare function createPrescanner(options: RawPrescanOptions): Prescanner | RawFailure

/** The language most of the prose of `text` is written in. */
export declare function detectLanguage(text: string): RawDetection | RawFailure

/** The names of the dimensions, in the order of the array. */
export declare function dimensionNames(): Array<string>

/** Estimated tokens of `text` in any vocabulary. */
export declare function estimateTokens(text: string): number | RawFailure

/** The languages that can be told, `unknown` last; a prescan gives an index into this list. */
export declare function languageNames(): Array<string>

/** Loads the Hugging Face folder at `path`, or finds it loaded in the same precision. */
export declare function loadModel(path: string, options?: RawModelOptions | undefined | null): Promise<ModelHandle | RawFailure>

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
  /** What computes the models: `scalar`, `avx2`, `avx512-vnni` or `neon`; `none` where nothing does. */
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

/** Vectors, one after the other. */
export interface RawEmbeddings {
  /** Numbers a vector. */
  dimensions: number
  /** `[texts, dimensions]`, each vector of unit length. */
  values: Float32Array
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
}

/** What a loaded model is. */
export interface RawModelInfo {
  /** `model_type` of its configuration. */
  architecture: string
  /** Numbers in an embedding. */
  dimensions: number
  /** The most tokens a text may have. */
  maxTokens: number
}

/** How a model is loaded; what is left out keeps its default. */
export interface RawModelOptions {
  /** `f32` is the default. */
  precision?: RawPrecision
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
}

/** Frees all models of the process; handles that are still held fail with DISPOSED from now on. Gives 0, or the failure. */
export declare function reset(): Promise<number | RawFailure>
