// Did-you-mean: the known word that a mistyped one most likely stands for.

/** ` (did you mean x?)`, or the known words where they are few, or ''. */
export function hint(word: string, known: readonly string[]): string {
  const closest = nearest(word, known);
  if (closest !== undefined) return `; did you mean ${closest}?`;
  if (known.length === 0) return '';
  const shown = known.slice(0, 12).join(', ');
  return `; known: ${shown}${known.length > 12 ? ', …' : ''}`;
}

/** The known word within two edits (a third of its length for short ones), or that one begins with the other. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = word.toLowerCase().slice(0, 64);
  const scored = known.map((candidate) => ({ candidate, edits: distance(plain, candidate.toLowerCase()) }));
  const best = scored.toSorted((one, other) => one.edits - other.edits)[0];
  if (best !== undefined && best.edits <= Math.min(2, Math.ceil(best.candidate.length / 3))) return best.candidate;
  return plain.length < 3 ? undefined : known.find((candidate) => sharesStart(plain, candidate.toLowerCase()));
}

function sharesStart(one: string, other: string): boolean {
  return other.startsWith(one) || (other.length >= 3 && one.startsWith(other));
}

/** Edits between two words: insert, delete, replace, swap of neighbours (optimal string alignment). */
function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 2) return 3;
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const edits = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(swapped ? Math.min(edits, at(before, j - 2) + 1) : edits);
    }
    before = row;
    row = next;
  }
  return at(row, to.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
