// The native functions for programs of their own: `import { loadNative } from 'signalbox/native'`.

import { checkCount, checkNumber, checkObject, checkString, reading } from './check.js';
import { createEngine, type Native } from './engine.js';
import { unwrap } from './failure.js';
import { type Flavor, loadAddon } from './load.js';

export interface LoadOptions {
  /** Default: the value of `SIGNALBOX_BACKEND`, else the first of candle, onnx and stub that loads. */
  readonly backend?: Flavor | undefined;
  /** The library of ONNX Runtime for the onnx flavor, an absolute path; default: the application's own `onnxruntime-node`. */
  readonly onnxRuntime?: string | undefined;
  /** How much runs at once; set once a process, before its first call to a model. */
  readonly inference?: InferenceLimits | undefined;
}

export interface InferenceLimits {
  /** Threads that models run on; one a core is the default. */
  readonly threads?: number | undefined;
  /** Calls that may wait or run, 1024 by default; more reject with OVERLOADED. */
  readonly queueCalls?: number | undefined;
  /** Memory for answers that are remembered for tenants, 32 MiB by default. */
  readonly memoBytes?: number | undefined;
}

/** Loads one flavor; two flavors in one process are fine and share nothing. Rejects with BACKEND_UNAVAILABLE, CAPABILITY_MISSING, INVALID_INPUT. */
export async function loadNative(options: LoadOptions = {}): Promise<Native> {
  const { backend, inference, onnxRuntime } = reading('options', () => {
    const { backend, inference, onnxRuntime } = options;
    return { backend, inference, onnxRuntime };
  });
  const addon = loadAddon(backend);
  if (inference !== undefined) unwrap(addon.configureInference(reading('inference', () => checkLimits(inference))));
  return createEngine(addon, onnxRuntime === undefined ? undefined : checkString(onnxRuntime, 'onnxRuntime'));
}

function checkLimits(limits: unknown) {
  const { threads, queueCalls, memoBytes } = checkObject(limits, 'inference') as Record<string, unknown>;
  return {
    ...(threads !== undefined && { threads: checkCount(threads, 'inference.threads') }),
    ...(queueCalls !== undefined && { queueCalls: checkCount(queueCalls, 'inference.queueCalls') }),
    ...(memoBytes !== undefined && { memoBytes: checkNumber(memoBytes, 'inference.memoBytes') }),
  };
}

export type { AgenticEvidence, AgenticTask, AgenticTaskType } from './agentic.js';
export { agenticTaskTypes } from './agentic.js';
export type { Capabilities, FastPathScore, Feature, Native, ScoreOptions } from './engine.js';
export type { DimensionName, DimensionScore, Dimensions, Tier } from './fast-path.js';
export { dimensionNames, tiers } from './fast-path.js';
export type {
  FindOptions,
  KeywordFinding,
  KeywordMatch,
  KeywordMatcher,
  KeywordMatcherClass,
  KeywordMethod,
  KeywordRule,
  KeywordSpan,
} from './keywords.js';
export type { Detection } from './language.js';
export { languageCodes, unknownLanguage } from './language.js';
export type { Flavor } from './load.js';
export { flavors } from './load.js';
export type {
  Analysis,
  AnalyzeInput,
  AnalyzeOptions,
  CallOptions,
  Classification,
  EmbedOptions,
  HeadAnswer,
  HeadInfo,
  HeadOptions,
  Model,
  ModelInput,
  ModelOptions,
  Span,
} from './model.js';
export type { FastPathSettings, KeywordHit, Prescan, PrescanInput, Prescanner, PrescannerOptions } from './prescan.js';
export type { Selection, Selector, SelectorArtifact, SelectorClass, SelectorKind } from './selector.js';
export type { Encoding } from './tokens.js';
export { encodings } from './tokens.js';
export type {
  InsertOptions,
  Metadata,
  MetadataFilter,
  MetadataValue,
  SearchOptions,
  VectorHit,
  VectorIndex,
  VectorIndexClass,
  VectorIndexOptions,
} from './vector-index.js';
