// The native functions for programs of their own: `import { loadNative } from 'signalbox/native'`.

import { reading } from './check.js';
import { createEngine, type Native } from './engine.js';
import { type Flavor, loadAddon } from './load.js';

export interface LoadOptions {
  /** Default: the value of `SIGNALBOX_BACKEND`, else the first of candle, onnx and stub that loads. */
  readonly backend?: Flavor | undefined;
}

/** Loads one flavor; two flavors in one process are fine and share nothing. Rejects with BACKEND_UNAVAILABLE. */
export async function loadNative(options: LoadOptions = {}): Promise<Native> {
  return createEngine(loadAddon(reading('options', () => options.backend)));
}

export type { Capabilities, FastPathScore, Feature, Native, ScoreOptions } from './engine.js';
export type { DimensionName, DimensionScore, Dimensions, Tier } from './fast-path.js';
export { dimensionNames, tiers } from './fast-path.js';
export type { KeywordMatch, KeywordMatcher, KeywordMatcherClass, KeywordRule } from './keywords.js';
export type { Detection } from './language.js';
export { languageCodes, unknownLanguage } from './language.js';
export type { Flavor } from './load.js';
export { flavors } from './load.js';
export type { CallOptions, EmbedOptions, Model, ModelOptions } from './model.js';
export type { FastPathSettings, KeywordHit, Prescan, PrescanInput, Prescanner, PrescannerOptions } from './prescan.js';
export type { Encoding } from './tokens.js';
export { encodings } from './tokens.js';
