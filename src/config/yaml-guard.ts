// What a hostile YAML source is refused for before it is parsed: size, NUL, nesting, sheer number of tokens.

import { CST, Lexer } from 'yaml';

/** A fault at an offset of the source. */
export interface SourceFault {
  readonly offset: number;
  readonly message: string;
}

/** Largest file, bytes. */
export const maxSourceBytes = 1_048_576;
const maxDepth = 100;
const maxTokens = 120_000;
const maxReferences = 1_000;
const markers: readonly string[] = [CST.DOCUMENT, CST.FLOW_END, CST.SCALAR];

/** The first reason to refuse `text` unparsed; linear in its length, and quick to give up. */
export function guardSource(text: string): SourceFault | undefined {
  if (text.length > maxSourceBytes) return { offset: 0, message: `the file is larger than ${maxSourceBytes} bytes` };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { offset: nul, message: 'a NUL character is not allowed' };
  return guardTokens(text);
}

function guardTokens(text: string): SourceFault | undefined {
  const nesting = trackNesting();
  let offset = 0;
  let tokens = 0;
  let references = 0;
  let scalarNext = false;
  for (const source of new Lexer().lex(text)) {
    const type = scalarNext ? 'scalar' : CST.tokenType(source);
    scalarNext = source === CST.SCALAR;
    if (type === 'anchor' || type === 'alias' || type === 'tag') references++;
    if (++tokens > maxTokens) return { offset, message: `the file has more than ${maxTokens} tokens` };
    if (references > maxReferences) return { offset, message: `the file has more than ${maxReferences} anchors, aliases and tags` };
    if (nesting(type, source) > maxDepth) return { offset, message: `nested deeper than ${maxDepth} levels` };
    if (!markers.includes(source)) offset += source.length;
  }
  return undefined;
}

/** Follows the nesting from tokens alone: flow brackets, indentation, and indicators on one line. */
function trackNesting(): (type: CST.TokenType | null, source: string) => number {
  const indents: number[] = [];
  let flow = 0;
  let inline = 0;
  let lineStart = true;
  const indent = (width: number): void => {
    while ((indents.at(-1) ?? -1) >= width) indents.pop();
    indents.push(width);
  };
  return (type, source) => {
    if (type === 'newline') {
      lineStart = true;
      inline = 0;
    } else if (lineStart && type !== 'comment') {
      if (flow === 0) indent(type === 'space' ? source.length : 0);
      lineStart = false;
    }
    if (type === 'flow-map-start' || type === 'flow-seq-start') flow++;
    if (type === 'flow-map-end' || type === 'flow-seq-end') flow--;
    if (flow === 0 && (type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind')) inline++;
    return indents.length + flow + inline;
  };
}
