// The record of a scored request, built from the numbers the addon wrote; evidence is asked for only when somebody reads it.

/** How demanding a request is. */
export type Tier = 'SIMPLE' | 'MEDIUM' | 'COMPLEX' | 'REASONING';

/** All tiers, in the order of the addon's numbers. */
export const tiers: readonly Tier[] = ['SIMPLE', 'MEDIUM', 'COMPLEX', 'REASONING'];

/** The dimensions of the fast path, in the order of the addon's numbers; a test compares them with the addon's own list. */
export const dimensionNames = [
  'tokenCount',
  'codePresence',
  'reasoningMarkers',
  'technicalTerms',
  'creativeMarkers',
  'simpleIndicators',
  'multiStepPatterns',
  'questionComplexity',
  'imperativeVerbs',
  'constraintIndicators',
  'outputFormat',
  'referenceComplexity',
  'negationComplexity',
  'domainSpecificity',
  'agenticTask',
] as const;

export type DimensionName = (typeof dimensionNames)[number];

/** One dimension of one request. */
export interface DimensionScore {
  /** -1..1; positive asks for a stronger model. */
  readonly score: number;
  /** What moved it, in words: concepts and counts, never the prompt's own text; empty where nothing was found. */
  readonly evidence: string;
}

export type Dimensions = Readonly<Record<DimensionName, DimensionScore>>;

/** Gives the evidence of all dimensions, in order. */
export type EvidenceSource = () => readonly string[];

/** Builds the record of fifteen dimensions; `scores` are in order. */
export function buildDimensions(scores: readonly number[], ask: EvidenceSource): Dimensions {
  const evidence = new Evidence(ask);
  const entry = (index: number) => new LazyDimension(scores[index] ?? 0, evidence, index);
  return {
    tokenCount: entry(0),
    codePresence: entry(1),
    reasoningMarkers: entry(2),
    technicalTerms: entry(3),
    creativeMarkers: entry(4),
    simpleIndicators: entry(5),
    multiStepPatterns: entry(6),
    questionComplexity: entry(7),
    imperativeVerbs: entry(8),
    constraintIndicators: entry(9),
    outputFormat: entry(10),
    referenceComplexity: entry(11),
    negationComplexity: entry(12),
    domainSpecificity: entry(13),
    agenticTask: entry(14),
  };
}

/** The evidence of one request: asked for once, when first read, and the text let go of after that. */
class Evidence {
  #ask: EvidenceSource | undefined;
  #lines: readonly string[] = [];

  constructor(ask: EvidenceSource) {
    this.#ask = ask;
  }

  of(index: number): string {
    if (this.#ask !== undefined) {
      this.#lines = this.#ask();
      this.#ask = undefined;
    }
    return this.#lines[index] ?? '';
  }
}

class LazyDimension implements DimensionScore {
  readonly score: number;
  readonly #evidence: Evidence;
  readonly #index: number;

  constructor(score: number, evidence: Evidence, index: number) {
    this.score = score;
    this.#evidence = evidence;
    this.#index = index;
  }

  get evidence(): string {
    return this.#evidence.of(this.#index);
  }

  toJSON(): DimensionScore {
    return { score: this.score, evidence: this.evidence };
  }
}
