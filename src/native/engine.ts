// The native functions as signalbox offers them: typed, checked, and failing with `RouterError` only.

import type { RawCapabilities, RawFeatures } from '../../index.js';
import { checkString } from './check.js';
import { unwrap } from './failure.js';
import type { Dimensions, Tier } from './fast-path.js';
import { type KeywordMatcherClass, keywordMatcherClass } from './keywords.js';
import { type Detection, detectLanguage } from './language.js';
import type { Addon } from './load.js';
import { loadModel, type Model, type ModelOptions } from './model.js';
import { openRuntime } from './onnxruntime.js';
import { checkScoreOptions, createPrescanner, type FastPathSettings, type Prescanner, type PrescannerOptions } from './prescan.js';
import { type SelectorClass, selectorClass } from './selector.js';
import { countTokens, type Encoding, estimateTokens } from './tokens.js';
import { type VectorIndexClass, vectorIndexClass } from './vector-index.js';

/** What the loaded flavor can do; every feature is a plain boolean, and `unavailable` says why one is false. */
export type Capabilities = RawCapabilities;

/** One key of `capabilities().features`. */
export type Feature = keyof RawFeatures;

export interface ScoreOptions {
  readonly systemPrompt?: string | undefined;
  readonly toolCount?: number | undefined;
  readonly weights?: Readonly<Record<string, number>> | undefined;
}

export interface FastPathScore {
  /** When `ambiguous`, the nearest one. */
  readonly tier: Tier;
  /** -1..1 */
  readonly score: number;
  /** How sure `tier` is, 0..1. */
  readonly confidence: number;
  readonly ambiguous: boolean;
  readonly agentic: boolean;
  readonly dimensions: Dimensions;
}

/** One flavor, loaded. */
export interface Native {
  readonly capabilities: () => Capabilities;
  /** Throws INVALID_INPUT. */
  readonly scoreFastPath: (text: string, options?: ScoreOptions) => FastPathScore;
  /** Throws INVALID_INPUT. */
  readonly createPrescanner: (options?: PrescannerOptions) => Prescanner;
  /** The language most of the prose of `text` is written in. Throws INVALID_INPUT. */
  readonly detectLanguage: (text: string) => Detection;
  /** Tokens of `text`, exactly; what looks like a special token counts as text. Throws INVALID_INPUT. */
  readonly countTokens: (text: string, encoding: Encoding) => number;
  /** Tokens of `text` in a vocabulary that is not here, by its scripts. Throws INVALID_INPUT. */
  readonly estimateTokens: (text: string) => number;
  readonly KeywordMatcher: KeywordMatcherClass;
  readonly Selector: SelectorClass;
  readonly VectorIndex: VectorIndexClass;
  /** `pathOrId`: a folder, an id of `models/manifest.json`, or `bundled`. */
  readonly loadModel: (pathOrId: string, options?: ModelOptions) => Promise<Model>;
  /** Frees every model of the process; handles that are still held reject with DISPOSED from now on. */
  readonly reset: () => Promise<void>;
}

/** Throws CAPABILITY_MISSING and INVALID_INPUT when `onnxRuntime`, a library that the caller named, does not serve. */
export function createEngine(addon: Addon, onnxRuntime?: string): Native {
  openRuntime(addon, onnxRuntime);
  const usual = createPrescanner(addon, {});
  return {
    capabilities: () => addon.capabilities(),
    scoreFastPath: (text, options) => {
      if (options === undefined) return usual.scan({ user: checkString(text, 'text') });
      const { system, toolCount, weights } = checkScoreOptions(options);
      const scanner = weights === undefined ? usual : createPrescanner(addon, { weights: weights as FastPathSettings['weights'] });
      return scanner.scan({ user: checkString(text, 'text'), system, toolCount });
    },
    createPrescanner: (options = {}) => createPrescanner(addon, options),
    detectLanguage: (text) => detectLanguage(addon, text),
    countTokens: (text, encoding) => countTokens(addon, text, encoding),
    estimateTokens: (text) => estimateTokens(addon, text),
    KeywordMatcher: keywordMatcherClass(addon),
    Selector: selectorClass(addon),
    VectorIndex: vectorIndexClass(addon),
    loadModel: (pathOrId, options) => loadModel(addon, pathOrId, options),
    reset: async () => {
      unwrap(await addon.reset());
    },
  };
}
