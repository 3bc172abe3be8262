// What a piece of personal data is, and how the findings of the model and of the patterns become one list.

/** Every type of personal data, with whether its values are numbers or codes that a pattern can check. */
export const piiTypes = {
  PERSON: { coded: false },
  EMAIL_ADDRESS: { coded: true },
  PHONE_NUMBER: { coded: true },
  US_SSN: { coded: true },
  CREDIT_CARD: { coded: true },
  IBAN_CODE: { coded: true },
  IP_ADDRESS: { coded: true },
  STREET_ADDRESS: { coded: false },
  ORGANIZATION: { coded: false },
  LOCATION: { coded: false },
  DATE_TIME: { coded: true },
  URL: { coded: true },
  USERNAME: { coded: true },
  PASSPORT: { coded: true },
  DRIVER_LICENSE: { coded: true },
  BANK_ACCOUNT: { coded: true },
  AGE: { coded: true },
  NRP: { coded: false },
  TITLE: { coded: false },
  SECRET: { coded: true },
} as const satisfies Record<string, { readonly coded: boolean }>;
export type PiiType = keyof typeof piiTypes;

/** A piece of personal data: UTF-16 code units, the end exclusive; confidence in 0..1. */
export interface PiiSpan {
  readonly start: number;
  readonly end: number;
  readonly type: PiiType;
  readonly confidence: number;
  /** Whether its form alone proves it: a check digit, a known prefix, a closed grammar. */
  readonly validated: boolean;
}

const overlap = (one: PiiSpan, other: PiiSpan): boolean => one.start < other.end && other.start < one.end;

/** Negative when `one` is to be preferred: proved before not; of two proved the longer, otherwise the surer; then the earlier. */
function preference(one: PiiSpan, other: PiiSpan): number {
  if (one.validated !== other.validated) return one.validated ? -1 : 1;
  const length = other.end - other.start - (one.end - one.start);
  const surety = other.confidence - one.confidence;
  return (one.validated ? length || surety : surety || length) || one.start - other.start;
}

/** The spans in order of place; of those that overlap, spans of one type are merged and otherwise the preferred one stays. */
export function settleSpans(spans: readonly PiiSpan[]): readonly PiiSpan[] {
  const kept: PiiSpan[] = [];
  for (const span of [...spans].sort((one, other) => one.start - other.start || preference(one, other))) {
    let next: PiiSpan | undefined = span;
    for (let last = kept.at(-1); next !== undefined && last !== undefined && overlap(last, next); last = kept.at(-1)) {
      if (last.type !== next.type && preference(last, next) <= 0) {
        next = undefined;
        break;
      }
      kept.pop();
      if (last.type === next.type) next = merged(last, next);
    }
    if (next !== undefined) kept.push(next);
  }
  return kept;
}

function merged(one: PiiSpan, other: PiiSpan): PiiSpan {
  return {
    start: Math.min(one.start, other.start),
    end: Math.max(one.end, other.end),
    type: one.type,
    confidence: Math.max(one.confidence, other.confidence),
    validated: one.validated || other.validated,
  };
}

/** What is left of `span` beside `other`, without pieces too short to name anything. */
function beside(span: PiiSpan, other: PiiSpan): readonly PiiSpan[] {
  const pieces = [
    { ...span, end: Math.min(span.end, other.start) },
    { ...span, start: Math.max(span.start, other.end) },
  ];
  return pieces.filter((piece) => piece.end - piece.start >= 3);
}

/**
 * One list, in order of place and without overlaps. Spans of one type that overlap are merged. A proved pattern wins over spans of coded
 * types that the model saw there, and cuts what it covers out of the others (an address keeps its street beside a phone number); a pattern
 * that context alone supports must be the surer one.
 */
export function joinSpans(modelSpans: readonly PiiSpan[], patternSpans: readonly PiiSpan[]): readonly PiiSpan[] {
  const patterns = settleSpans(patternSpans);
  const model: PiiSpan[] = [];
  const beaten = new Set<PiiSpan>();
  let first = 0;
  for (const span of settleSpans(modelSpans)) {
    while (first < patterns.length && (patterns[first]?.end ?? 0) <= span.start) first += 1;
    let pieces: readonly PiiSpan[] = [span];
    for (let at = first; at < patterns.length; at += 1) {
      const pattern = patterns[at];
      if (pattern === undefined || pattern.start >= span.end) break;
      if (pattern.type === span.type) continue;
      if (!pattern.validated && pattern.confidence < span.confidence) beaten.add(pattern);
      else
        pieces = piiTypes[span.type].coded ? [] : pieces.flatMap((piece) => (overlap(piece, pattern) ? beside(piece, pattern) : [piece]));
    }
    model.push(...pieces);
  }
  return settleSpans([...model, ...patterns.filter((pattern) => !beaten.has(pattern))]);
}
