// What is known of a request without a model, in one crossing: the fast-path score, the language and the keyword rules.

import type { RawFastPathOptions, RawPrescanOptions } from '../../index.js';
import { type AgenticTask, agenticTaskSize, readAgenticTask } from './agentic.js';
import { checkCount, checkNumber, checkObject, checkString, checkStrings, invalid, reading } from './check.js';
import { toRouterError, unwrap } from './failure.js';
import { buildDimensions, type Dimensions, dimensionNames, type Tier, tiers } from './fast-path.js';
import { checkRules, type KeywordRule } from './keywords.js';
import { type Detection, languageAt } from './language.js';
import type { Addon } from './load.js';

/** Settings of the fast path; what is left out keeps its default. */
export interface FastPathSettings {
  /** Weights of single dimensions, over the defaults; normalised to sum 1. */
  readonly weights?: Readonly<Record<string, number>> | undefined;
  /** Scores at which MEDIUM, COMPLEX and REASONING begin. */
  readonly boundaries?: readonly [number, number, number] | undefined;
  /** Estimated tokens from which a request is at least COMPLEX. */
  readonly largeContextTokens?: number | undefined;
  /** Confidence below this is ambiguous. */
  readonly threshold?: number | undefined;
}

/** What a prescanner computes. */
export interface PrescannerOptions extends FastPathSettings {
  /** False: nothing is scored, and every record says MEDIUM with confidence 0, ambiguous. */
  readonly enabled?: boolean | undefined;
  /** Whether to tell the language of the user's text; false by default. */
  readonly language?: boolean | undefined;
  /** Matched against the user's text. */
  readonly keywordRules?: readonly KeywordRule[] | undefined;
  /** True: every record says whether the user's text asks for agentic work. */
  readonly agentic?: boolean | undefined;
}

export interface PrescanInput {
  readonly user: string;
  readonly system?: string | undefined;
  readonly toolCount?: number | undefined;
  /** Names of the tools; only agentic detection reads them. */
  readonly toolNames?: readonly string[] | undefined;
}

/** A keyword rule that holds. */
export interface KeywordHit {
  readonly rule: string;
  /** 0..1 */
  readonly confidence: number;
}

export interface Prescan {
  /** When `ambiguous`, the nearest one. */
  readonly tier: Tier;
  /** -1..1 */
  readonly score: number;
  /** How sure `tier` is, 0..1. */
  readonly confidence: number;
  /** Whether the full path should decide. */
  readonly ambiguous: boolean;
  readonly agentic: boolean;
  /** Of user and system text together. */
  readonly estimatedTokens: number;
  /** Of the user's text; undefined where it was not asked for. */
  readonly language: Detection | undefined;
  /** Built when first read. */
  readonly dimensions: Dimensions;
  /** The rules that hold, in their order. */
  readonly keywords: readonly KeywordHit[];
  /** Undefined unless the prescanner was asked for it. */
  readonly agenticTask?: AgenticTask | undefined;
}

export interface Prescanner {
  readonly scan: (input: PrescanInput) => Prescan;
}

/** Where the dimensions begin in the array that the addon writes. */
const head = 7;
/** Where the language is: an index, then the confidence. */
const languagePlace = 5;
/** Where the rules begin. */
const rulesAt = head + dimensionNames.length;
const noHits: readonly KeywordHit[] = [];

/** Compiles; throws INVALID_INPUT naming the option that is faulty. */
export function createPrescanner(addon: Addon, options: PrescannerOptions): Prescanner {
  const { raw, names } = reading('options', () => checkOptions(options));
  const agentic = raw.agentic === true;
  const taskAt = rulesAt + names.length;
  const native = unwrap(addon.createPrescanner(raw));
  const scores = raw.fastPath !== undefined;
  const out = new Float64Array(taskAt + (agentic ? agenticTaskSize : 0));
  if (!scores) out.set([tiers.indexOf('MEDIUM'), 0, 0, 1, 0]);
  const scan = (input: PrescanInput): Prescan => {
    const { user, system, toolCount, toolNames } = reading('input', () => checkInput(input));
    const failure = agentic ? native.scan(user, system, toolCount, out, toolNames.join('\n')) : native.scan(user, system, toolCount, out);
    if (typeof failure !== 'number') throw toRouterError(failure);
    const language = raw.language === true ? readLanguage(out) : undefined;
    const evidence = () => (scores ? unwrap(native.evidence(user, system, toolCount)).split('\n') : []);
    const agenticTask = agentic ? readAgenticTask(out, taskAt) : undefined;
    return new PrescanRecord(out, { keywords: names.length === 0 ? noHits : readHits(out, names), language, agenticTask }, evidence);
  };
  return { scan };
}

/** Copies what it needs from the array, which the next scan overwrites. */
class PrescanRecord implements Prescan {
  readonly tier: Tier;
  readonly score: number;
  readonly confidence: number;
  readonly ambiguous: boolean;
  readonly agentic: boolean;
  readonly estimatedTokens: number;
  readonly language: Detection | undefined;
  readonly keywords: readonly KeywordHit[];
  readonly agenticTask?: AgenticTask;
  readonly #scores: readonly number[];
  readonly #evidence: () => readonly string[];
  #dimensions: Dimensions | undefined;

  constructor(out: Float64Array, found: Pick<Prescan, 'keywords' | 'language' | 'agenticTask'>, evidence: () => readonly string[]) {
    const flags = out[3] ?? 0;
    this.tier = tiers[out[0] ?? 0] ?? 'MEDIUM';
    this.score = out[1] ?? 0;
    this.confidence = out[2] ?? 0;
    this.ambiguous = (flags & 1) !== 0;
    this.agentic = (flags & 2) !== 0;
    this.estimatedTokens = out[4] ?? 0;
    this.keywords = found.keywords;
    this.language = found.language;
    if (found.agenticTask !== undefined) this.agenticTask = found.agenticTask;
    this.#scores = copyScores(out);
    this.#evidence = evidence;
  }

  get dimensions(): Dimensions {
    this.#dimensions ??= buildDimensions(this.#scores, this.#evidence);
    return this.#dimensions;
  }

  toJSON(): Prescan {
    return { ...this, dimensions: this.dimensions };
  }
}

function readLanguage(out: Float64Array): Detection {
  return { language: languageAt(out[languagePlace] ?? -1), confidence: out[languagePlace + 1] ?? 0 };
}

/** A plain loop: a typed array's own copying costs more than the scan of a short prompt. */
function copyScores(out: Float64Array): readonly number[] {
  const scores: number[] = [];
  for (let index = head; index < rulesAt; index += 1) scores.push(out[index] ?? 0);
  return scores;
}

const noNames: readonly string[] = [];

function checkInput({
  user,
  system = '',
  toolCount = 0,
  toolNames = noNames,
}: PrescanInput): Required<{ [Key in keyof PrescanInput]: NonNullable<PrescanInput[Key]> }> {
  if (typeof toolCount !== 'number') throw invalid('toolCount', 'a number', toolCount);
  return {
    user: checkString(user, 'user'),
    system: checkString(system, 'system'),
    toolCount,
    toolNames: toolNames === noNames ? noNames : checkStrings(toolNames, 'toolNames'),
  };
}

function readHits(out: Float64Array, names: readonly string[]): readonly KeywordHit[] {
  const hits: KeywordHit[] = [];
  for (let index = 0; index < names.length; index += 1) {
    const confidence = out[rulesAt + index] ?? -1;
    if (confidence >= 0) hits.push({ rule: names[index] ?? '', confidence });
  }
  return hits;
}

function checkOptions(options: unknown): { readonly raw: RawPrescanOptions; readonly names: readonly string[] } {
  const read = checkObject(options, 'options') as Record<string, unknown>;
  const { enabled = true, language = false, keywordRules = [], agentic = false, ...settings } = read;
  for (const [name, value] of Object.entries({ enabled, language, agentic })) {
    if (typeof value !== 'boolean') throw invalid(name, 'true or false', value);
  }
  const rules = checkRules(keywordRules, 'keywordRules');
  const fastPath = checkFastPath(settings);
  return {
    raw: {
      language: language === true,
      agentic: agentic === true,
      ...(enabled === true ? { fastPath } : {}),
      ...(rules.length === 0 ? {} : { keywords: rules }),
    },
    names: rules.map((rule) => rule.name),
  };
}

function checkFastPath({ weights, boundaries, largeContextTokens, threshold }: Record<string, unknown>): RawFastPathOptions {
  return {
    ...(weights === undefined ? {} : { weights: checkWeights(weights) }),
    ...(boundaries === undefined ? {} : { boundaries: checkBoundaries(boundaries) }),
    ...(largeContextTokens === undefined ? {} : { largeContextTokens: checkCount(largeContextTokens, 'largeContextTokens') }),
    ...(threshold === undefined ? {} : { threshold: checkNumber(threshold, 'threshold') }),
  };
}

function checkWeights(weights: unknown): Record<string, number> {
  const entries = Object.entries(checkObject(weights, 'weights'));
  return Object.fromEntries(entries.map(([name, weight]) => [name, checkNumber(weight, `weights.${name}`)]));
}

function checkBoundaries(boundaries: unknown): number[] {
  if (!Array.isArray(boundaries) || boundaries.length !== 3) throw invalid('boundaries', 'three numbers', boundaries);
  return boundaries.map((boundary, index) => checkNumber(boundary, `boundaries[${index}]`));
}

/** Text of a system prompt and tool count as `scoreFastPath` takes them, checked. */
export function checkScoreOptions(options: unknown): { readonly system: string; readonly toolCount: number; readonly weights: unknown } {
  return reading('options', () => {
    const { systemPrompt = '', toolCount = 0, weights } = checkObject(options, 'options') as Record<string, unknown>;
    return { system: checkString(systemPrompt, 'systemPrompt'), toolCount: checkCount(toolCount, 'toolCount'), weights };
  });
}
