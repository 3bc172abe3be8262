// How long the functions of a TypeScript file are, by matching braces: near enough to find one that has grown too long.

export interface MeasuredFunction {
  readonly name: string;
  readonly lines: number;
}

const opening =
  /(?:function\s*\*?\s*(\w+)|(?:const|let)\s+(\w+)\s*(?::[^=]+)?=\s*(?:async\s*)?(?:<[^>]*>)?\([^;]*?\)[^=;{]*=>|^\s+(?:async\s+)?(\w+)\s*[:(][^;]*?=>)\s*[^{;]*\{$/;

/** Functions with more than `limit` lines, from the line that opens them to their closing brace. */
export function longFunctions(text: string, limit: number): readonly MeasuredFunction[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const match = opening.exec(line);
    if (match === null) return [];
    const measured = { name: match[1] ?? match[2] ?? match[3] ?? 'anonymous', lines: lengthFrom(lines, index) };
    return measured.lines > limit ? [measured] : [];
  });
}

/** Lines from `start` to the line where its indentation closes. */
function lengthFrom(lines: readonly string[], start: number): number {
  const indent = /^\s*/.exec(lines[start] ?? '')?.[0] ?? '';
  for (let index = start + 1; index < lines.length; index++) {
    if ((lines[index] ?? '').startsWith(`${indent}}`)) return index - start + 1;
  }
  return lines.length - start;
}
