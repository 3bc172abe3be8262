// How alike two texts are letter by letter: the cosine of their character trigrams.

/** Buckets that trigrams are counted in; with more than a few thousand distinct ones some share a bucket (feature hashing). */
const buckets = 1 << 14;
const shift = 32 - 14;
/** 2^32 divided by the golden ratio (Knuth, TAOCP 3, section 6.4). */
const golden = 0x9e37_79b9;

/** A text as counts of trigrams; opaque. */
export interface Trigrams {
  readonly counts: Float64Array;
  readonly norm: number;
}

/** Counts the trigrams of letters and digits, case folded; everything else is one space. Time: linear in the text. */
export function trigramsOf(text: string): Trigrams {
  const folded = ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
  const counts = new Float64Array(buckets);
  let squares = 0;
  for (let at = 2; at < folded.length; at += 1) {
    const gram = Math.imul(folded.charCodeAt(at - 2), 961) + Math.imul(folded.charCodeAt(at - 1), 31) + folded.charCodeAt(at);
    const bucket = Math.imul(gram, golden) >>> shift;
    const count = counts[bucket] ?? 0;
    counts[bucket] = count + 1;
    squares += 2 * count + 1;
  }
  return { counts, norm: Math.sqrt(squares) };
}

/** 0..1; 0 where one of them has no letter or digit. */
export function similarity(one: Trigrams, other: Trigrams): number {
  if (one.norm === 0 || other.norm === 0) return 0;
  let sum = 0;
  for (let bucket = 0; bucket < buckets; bucket += 1) sum += (one.counts[bucket] ?? 0) * (other.counts[bucket] ?? 0);
  return Math.min(1, sum / (one.norm * other.norm));
}
