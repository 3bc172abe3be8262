// The known name that a mistyped one most likely stands for.

/** The known name within two edits of `name`; undefined where none is that close. */
export function didYouMean(name: string, known: readonly string[]): string | undefined {
  const plain = name.toLowerCase();
  if (plain.length < 3) return undefined;
  const close = known
    .filter((one) => Math.abs(one.length - name.length) <= 2)
    .map((one) => ({ one, edits: edits(plain, one.toLowerCase()) }))
    .toSorted((first, second) => first.edits - second.edits)[0];
  return close !== undefined && close.edits <= 2 ? close.one : undefined;
}

/** Levenshtein distance by rows. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
