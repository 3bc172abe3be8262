// Marks of structure in a text, and where they stand: code blocks, lists, tables, questions, numbers and the like.

/** A place, in UTF-16 code units, the end exclusive. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Every mark that has a name. All but `code-block`, `word`, `line`, `paragraph` and `character` are looked for outside code blocks. */
export const markerNames = [
  'code-block',
  'inline-code',
  'heading',
  'bullet',
  'numbered-item',
  'table',
  'quote',
  'url',
  'number',
  'question',
  'exclamation',
  'formula',
  'word',
  'line',
  'paragraph',
  'character',
] as const;
export type MarkerName = (typeof markerNames)[number];

/** Marks that one expression finds. None can be matched in two ways, so that none takes more than linear time. */
const expressions = {
  'inline-code': /`[^`\n]+`/gu,
  heading: /^ {0,3}#{1,6}[ \t]+\S.*$/gmu,
  bullet: /^[ \t]*[-*+•][ \t]+\S.*$/gmu,
  'numbered-item': /^[ \t]*\d{1,3}[.)][ \t]+\S.*$/gmu,
  quote: /^ {0,3}>.*(?:\n {0,3}>.*)*/gmu,
  url: /\bhttps?:\/\/[^\s<>"'`]+/giu,
  number: /(?<![\p{L}\p{N}_])\d+(?:[.,]\d+)*/gu,
  question: /[?？؟]+/gu,
  exclamation: /[!！]+/gu,
  formula: /\$\$[^$]+\$\$|\$[^$\n]+\$/gu,
  paragraph: /\S[^\n]*(?:\n[^\n]*\S[^\n]*)*/gu,
} as const;

/** A word: a run of letters, digits and marks, or one Han or kana character. */
const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{M}\p{N}_]+?(?=[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[^\p{L}\p{M}\p{N}_]|$)/gu;

/** A text whose marks are looked for once each, when asked for. */
export interface MarkedText {
  readonly text: string;
  /** In the order of the text; never overlapping. */
  readonly places: (name: MarkerName) => readonly Place[];
  /** Where one of `words` stands as a whole word, in any case, outside code blocks. */
  readonly placesOf: (words: readonly string[]) => readonly Place[];
}

export function markedText(text: string): MarkedText {
  const known = new Map<MarkerName, readonly Place[]>();
  let prose: string | undefined;
  const outsideCode = () => {
    prose ??= blankOut(text, places('code-block'));
    return prose;
  };
  const places = (name: MarkerName): readonly Place[] => {
    const found = known.get(name) ?? find(name, text, outsideCode);
    known.set(name, found);
    return found;
  };
  return { text, places, placesOf: (words) => matches(outsideCode(), anyOf(words)) };
}

function find(name: MarkerName, text: string, outsideCode: () => string): readonly Place[] {
  if (name === 'code-block') return codeBlocks(text);
  if (name === 'line') return lines(text).filter(({ start, end }) => /\S/u.test(text.slice(start, end)));
  if (name === 'word') return matches(text, word);
  if (name === 'character') return matches(text, /\S/gu);
  if (name === 'table') return tables(outsideCode());
  return matches(name === 'paragraph' ? text : outsideCode(), expressions[name]);
}

/** The text with blanks at `blocks`, so that all other places stay what they are. */
function blankOut(text: string, blocks: readonly Place[]): string {
  let prose = '';
  let at = 0;
  for (const { start, end } of blocks) {
    prose += text.slice(at, start) + text.slice(start, end).replace(/[^\n]/g, ' ');
    at = end;
  }
  return prose + text.slice(at);
}

function anyOf(words: readonly string[]): RegExp {
  const escaped = words.map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}_])(?:${escaped.join('|')})(?![\\p{L}\\p{N}_])`, 'giu');
}

function matches(text: string, expression: RegExp): readonly Place[] {
  return Array.from(text.matchAll(expression), (match) => ({ start: match.index, end: match.index + match[0].length }));
}

function lines(text: string): readonly Place[] {
  const found: Place[] = [];
  let start = 0;
  while (start <= text.length) {
    const at = text.indexOf('\n', start);
    const end = at === -1 ? text.length : at;
    found.push({ start, end });
    start = end + 1;
  }
  return found;
}

/** Fenced blocks of Markdown; one that is never closed reaches to the end. */
function codeBlocks(text: string): readonly Place[] {
  const blocks: Place[] = [];
  let open: { readonly start: number; readonly fence: string } | undefined;
  for (const { start, end } of lines(text)) {
    const fence = /^ {0,3}(`{3,}|~{3,})/u.exec(text.slice(start, Math.min(end, start + 100)))?.[1];
    if (fence === undefined) continue;
    if (open === undefined) open = { start, fence };
    else if (fence.startsWith(open.fence)) {
      blocks.push({ start: open.start, end });
      open = undefined;
    }
  }
  if (open !== undefined) blocks.push({ start: open.start, end: text.length });
  return blocks;
}

/** Markdown tables: rows with a bar around a row of dashes. */
function tables(text: string): readonly Place[] {
  const found: Place[] = [];
  let begin: number | undefined;
  let ruled = false;
  const close = (end: number) => {
    if (begin !== undefined && ruled) found.push({ start: begin, end });
    begin = undefined;
    ruled = false;
  };
  let last = 0;
  for (const { start, end } of lines(text)) {
    const row = text.slice(start, end);
    if (row.includes('|')) {
      begin ??= start;
      ruled ||= start > begin && /^[\s|:-]+$/u.test(row) && row.includes('--');
      last = end;
    } else close(last);
  }
  close(last);
  return found;
}
