// YAML 1.2 (core schema, unique string keys, no tags, no merge keys) to plain values that know their place in the source.

import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import type { Path } from './faults.js';
import { guardSource, type SourceFault } from './yaml-guard.js';

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Plain data and the place of each part of it. */
export interface Located {
  readonly value: unknown;
  /** Where a value, or its key, stands; for what is not there: where the nearest parent stands. */
  readonly at: (path: Path, part?: 'key' | 'value') => Position;
}

/** What reading gives: data, or every fault of the source. */
export type Reading = { readonly located: Located } | { readonly faults: readonly (Position & { readonly message: string })[] };

const maxNodes = 100_000;
const maxShownFaults = 50;
const maxAliases = 100;

/** Reads one document. Never throws. */
export function readYaml(text: string): Reading {
  const positionOf = lineIndex(text);
  const refuse = (faults: readonly SourceFault[]): Reading => ({
    faults: faults.slice(0, maxShownFaults).map(({ offset, message }) => ({ ...positionOf(offset), message })),
  });
  const hostile = guardSource(text);
  if (hostile !== undefined) return refuse([hostile]);
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    strict: true,
    prettyErrors: false,
    logLevel: 'error',
  });
  const unparsable = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    message: yamlMessage(error.code, error.message),
  }));
  if (unparsable.length > 0) return refuse(unparsable);
  return walkDocument(document, positionOf, refuse);
}

/** Offsets of a value and of the key before it. */
interface Place {
  readonly key: number;
  readonly value: number;
}

interface Walk {
  readonly faults: SourceFault[];
  readonly places: Map<string, Place>;
  readonly anchors: Map<string, Node>;
  readonly open: Set<Node>;
  nodes: number;
  aliases: number;
}

function walkDocument(
  document: Document.Parsed,
  positionOf: (offset: number) => Position,
  refuse: (faults: readonly SourceFault[]) => Reading,
): Reading {
  const walk: Walk = { faults: [], places: new Map(), anchors: new Map(), open: new Set(), nodes: 0, aliases: 0 };
  const root = document.contents;
  if (root === null || (isScalar(root) && root.value === null)) return refuse([{ offset: 0, message: 'the file is empty' }]);
  const value = readNode(walk, root, [], startOf(root, 0));
  if (walk.faults.length > 0) return refuse(walk.faults);
  return { located: { value, at: (path, part = 'value') => positionOf(offsetOf(walk, path, part)) } };
}

function readNode(walk: Walk, node: Node | null | undefined, path: Path, keyOffset: number): unknown {
  const offset = startOf(node, keyOffset);
  walk.places.set(JSON.stringify(path), { key: keyOffset, value: offset });
  if (walk.nodes++ > maxNodes)
    return fault(walk, offset, 'too many values; aliases expand to more than is allowed', walk.nodes === maxNodes + 2);
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return readAlias(walk, node.source, path, { key: keyOffset, value: offset });
  if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  if (isScalar(node)) return readScalar(walk, node.value, offset);
  walk.open.add(node);
  const value = isSeq<Node | null>(node)
    ? node.items.map((item, index) => readNode(walk, item, [...path, index], startOf(item, offset)))
    : isMap<Node, Node | null>(node)
      ? readMap(walk, node, path)
      : null;
  walk.open.delete(node);
  return value;
}

function readScalar(walk: Walk, value: unknown, offset: number): unknown {
  return typeof value === 'string' && value.includes('\0') ? fault(walk, offset, 'a NUL character is not allowed') : value;
}

function readAlias(walk: Walk, name: string, path: Path, place: Place): unknown {
  const offset = place.value;
  const target = walk.anchors.get(name);
  if (target === undefined) return fault(walk, offset, 'an alias stands for an anchor that is not set before it');
  if (walk.open.has(target)) return fault(walk, offset, 'an alias inside the value that it stands for');
  if (walk.aliases++ >= maxAliases) return fault(walk, offset, `more than ${maxAliases} aliases`, walk.aliases === maxAliases + 1);
  const value = readNode(walk, target, path, offset);
  walk.places.set(JSON.stringify(path), place);
  return value;
}

function readMap(walk: Walk, map: YAMLMap<Node, Node | null>, path: Path): Record<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const pair of map.items) {
    const offset = startOf(pair.key, startOf(map, 0));
    const key = readKey(walk, pair, offset);
    if (key === undefined) continue;
    if (entries.has(key)) fault(walk, offset, `the key ${JSON.stringify(key)} stands here a second time`);
    else entries.set(key, readNode(walk, pair.value, [...path, key], offset));
  }
  return Object.fromEntries(entries);
}

function readKey(walk: Walk, { key }: Pair<Node, Node | null>, offset: number): string | undefined {
  const name = isScalar(key) ? key.value : undefined;
  if (typeof name !== 'string') fault(walk, offset, 'a key must be a plain word');
  else if (name === '<<') fault(walk, offset, 'merge keys (<<) are not part of YAML 1.2; write the keys out');
  else if (name === '__proto__' || name.includes('\0')) fault(walk, offset, `the key ${JSON.stringify(name)} is not allowed`);
  else return name;
  return undefined;
}

function fault(walk: Walk, offset: number, message: string, report = true): undefined {
  if (report) walk.faults.push({ offset, message });
}

function startOf(node: Node | null | undefined, otherwise: number): number {
  return node?.range?.[0] ?? otherwise;
}

function offsetOf(walk: Walk, path: Path, part: 'key' | 'value'): number {
  for (let length = path.length; length >= 0; length--) {
    const place = walk.places.get(JSON.stringify(path.slice(0, length)));
    if (place !== undefined) return length === path.length ? place[part] : place.value;
  }
  return 0;
}

/** The library's own sentence without what it quotes of the source, which may be a secret. */
function yamlMessage(code: string, message: string): string {
  if (code === 'TAG_RESOLVE_FAILED') return 'tags are not allowed; put the value in quotes if it begins with "!"';
  if (code === 'BAD_ALIAS') return 'not an alias of an anchor set before; put the value in quotes if it begins with "*" or "&"';
  if (code === 'BAD_DQ_ESCAPE') return 'an invalid escape sequence in double quotes; single quotes keep backslashes as they are';
  if (code === 'MULTIPLE_DOCS') return 'only one document is allowed';
  return code === 'UNEXPECTED_TOKEN' ? message.replace(/:.*$/s, '') : message;
}

/** Offsets to lines and columns. */
function lineIndex(text: string): (offset: number) => Position {
  const starts = [0];
  for (let next = text.indexOf('\n'); next >= 0; next = text.indexOf('\n', next + 1)) starts.push(next + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
