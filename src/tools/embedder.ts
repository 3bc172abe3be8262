// What tools selection asks of an encoder, and the stand-in where none is given: letters instead of meaning.

/** Texts as unit vectors of one length, in the order given. Rejects as its engine does. */
export interface Embedder {
  readonly embed: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;
}

const dimensions = 512;
/** 2^32 divided by the golden ratio (Knuth, TAOCP 3, section 6.4). */
const golden = 0x9e37_79b9;

/** Counts of character trigrams, hashed into 512 numbers: finds shared words and word parts, not shared meaning. */
export const trigramEmbedder: Embedder = { embed: async (texts) => texts.map(trigramVector) };

function trigramVector(text: string): Float32Array {
  const folded = ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
  const vector = new Float32Array(dimensions);
  for (let at = 2; at < folded.length; at += 1) {
    const gram = Math.imul(folded.charCodeAt(at - 2), 961) + Math.imul(folded.charCodeAt(at - 1), 31) + folded.charCodeAt(at);
    const bucket = Math.imul(gram, golden) >>> 23;
    vector[bucket] = (vector[bucket] ?? 0) + 1;
  }
  const norm = Math.hypot(...vector);
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

/** Vectors of texts that come again, by text, least recently used first out: tool descriptions are the same in every request. */
export function rememberingEmbedder(inner: Embedder, maxEntries = 2048): Embedder {
  const known = new Map<string, Float32Array>();
  return {
    embed: async (texts, signal) => {
      const missing = [...new Set(texts.filter((text) => !known.has(text)))];
      const vectors = missing.length === 0 ? [] : await inner.embed(missing, signal);
      const fresh = new Map(missing.map((text, index) => [text, vectors[index] ?? new Float32Array()]));
      return texts.map((text) => {
        const vector = fresh.get(text) ?? known.get(text) ?? new Float32Array();
        known.delete(text);
        known.set(text, vector);
        for (const oldest of known.keys()) {
          if (known.size <= maxEntries) break;
          known.delete(oldest);
        }
        return vector;
      });
    },
  };
}
