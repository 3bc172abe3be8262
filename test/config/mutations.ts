// Broken configurations made from the good one, by table and by mutation; the same ones every time.

import { type Document, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import { goodConfig } from './good.js';

export interface BrokenCase {
  readonly name: string;
  readonly text: string;
  /** What some fault must name, in its path or its message; '' where the source is not YAML at all. */
  readonly names: string;
}

/** `count` different cases, chosen and ordered by `seed`. */
export function brokenCases(count: number, seed: number): readonly BrokenCase[] {
  const every = [...atEveryKey(), ...atEveryValue(), ...missingKeys(), ...outOfRange(), ...dangling(), ...sources()];
  const distinct = [...new Map(every.map((one) => [one.text, one])).values()];
  return shuffle(distinct, seed).slice(0, count);
}

type Mutation = (document: Document, path: readonly (string | number)[]) => void;

function mutate(name: string, names: string, path: readonly (string | number)[], change: Mutation): BrokenCase {
  const document = parseDocument(goodConfig);
  change(document, path);
  return { name: `${name} ${path.join('.')}`, names, text: document.toString({ lineWidth: 0 }) };
}

/** Paths of all keys of the good configuration. */
function keyPaths(): readonly (readonly (string | number)[])[] {
  const paths: (string | number)[][] = [];
  const walk = (node: Node | null, path: (string | number)[]): void => {
    if (isMap<Node, Node | null>(node)) {
      for (const pair of node.items) {
        const key = isScalar(pair.key) ? String(pair.key.value) : '';
        paths.push([...path, key]);
        walk(pair.value, [...path, key]);
      }
    }
    if (isSeq<Node>(node)) for (const [index, item] of node.items.entries()) walk(item, [...path, index]);
  };
  walk(parseDocument(goodConfig).contents, []);
  return paths;
}

function last(path: readonly (string | number)[]): string {
  return String(path.at(-1));
}

function atEveryKey(): readonly BrokenCase[] {
  const renames = [(key: string) => `${key}s2`, (key: string) => key.slice(1) + key[0], (key: string) => key.toUpperCase()];
  return keyPaths().flatMap((path) =>
    renames.flatMap((rename) => {
      const key = rename(last(path));
      if (key === last(path)) return [];
      return [mutate(`rename to ${key}`, key, path, (document) => renameKey(document, path, key))];
    }),
  );
}

function renameKey(document: Document, path: readonly (string | number)[], key: string): void {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap<Node, Node>(map)) throw new Error('no map');
  const pair = map.items.find((item): item is Pair<Node, Node> => isScalar(item.key) && item.key.value === last(path));
  if (pair === undefined || !isScalar(pair.key)) throw new Error('no key');
  pair.key.value = key;
}

function atEveryValue(): readonly BrokenCase[] {
  return keyPaths().flatMap((path, index) => [
    mutate('wrong type', last(path), path, (document) =>
      document.setIn(path, isScalar(document.getIn(path, true)) ? { wrong: ['type'] } : 7),
    ),
    mutate('null', last(path), path, (document) => document.setIn(path, null)),
    mutate('missing secret', `MISSING_${index}`, path, (document) => document.setIn(path, `\${MISSING_${index}}`)),
    mutate('bad reference', 'reference', path, (document) => document.setIn(path, `\${not a name ${index}}`)),
  ]);
}

function missingKeys(): readonly BrokenCase[] {
  const required = [
    ['providers'],
    ['models'],
    ['decisions'],
    ['providers', 0, 'type'],
    ['providers', 0, 'name'],
    ['providers', 0, 'apiKey'],
    ['providers', 1, 'baseUrl'],
    ['models', 0, 'name'],
    ['models', 0, 'provider'],
    ['models', 0, 'price', 'input'],
    ['models', 1, 'price', 'output'],
    ['signals', 'keywords', 0, 'name'],
    ['signals', 'keywords', 0, 'keywords'],
    ['decisions', 0, 'models'],
    ['decisions', 0, 'name'],
    ['decisions', 1, 'name'],
    ['decisions', 0, 'rules', 'conditions'],
    ['decisions', 0, 'rules', 'conditions', 0, 'signal'],
    ['decisions', 0, 'rules', 'conditions', 1, 'condition'],
    ['decisions', 0, 'algorithm', 'type'],
    ['identity', 'apiKeys', 0, 'key'],
    ['identity', 'apiKeys', 0, 'tenant'],
  ];
  return required.map((path) => mutate('without', last(path), path, (document) => document.deleteIn(path)));
}

function outOfRange(): readonly BrokenCase[] {
  const values: readonly (readonly [readonly (string | number)[], readonly unknown[]])[] = [
    [
      ['models', 0, 'contextTokens'],
      [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '8k'],
    ],
    [
      ['models', 0, 'price', 'input'],
      [-0.01, 'free', Number.NaN],
    ],
    [
      ['fastPath', 'threshold'],
      [-0.1, 1.1, 70],
    ],
    [
      ['fastPath', 'boundaries'],
      [
        [0, 1],
        [0.5, 0.3, 0.1],
        ['a', 'b', 'c'],
        [0, 0, 1],
      ],
    ],
    [
      ['fastPath', 'weights'],
      [{ tokenCount: -1 }, { tokenCuont: 1 }, { constructor: 1 }, [1, 2]],
    ],
    [
      ['decisions', 0, 'priority'],
      [0.5, 'high'],
    ],
    [
      ['decisions', 0, 'rules', 'conditions', 0, 'minConfidence'],
      [-0.5, 1.5, 'sure'],
    ],
    [
      ['decisions', 0, 'rules', 'conditions'],
      [[], [7], {}],
    ],
    [
      ['decisions', 0, 'models'],
      [[], 'gpt-4o-mini', ['gpt-4o-mini', 'gpt-4o-mini']],
    ],
    [
      ['server', 'port'],
      [-1, 65_536, 80.5, 'http'],
    ],
    [
      ['server', 'drainSeconds'],
      [-1, 'long'],
    ],
    [
      ['limits', 'jsonDepth'],
      [0, 1001],
    ],
    [
      ['upstream', 'breaker', 'failures'],
      [0, -3],
    ],
    [
      ['identity', 'apiKeys', 0, 'key'],
      ['short', 12_345_678],
    ],
    [['strategy'], ['cheapest', 1]],
    [
      ['signals', 'keywords', 0, 'operator'],
      ['XOR', 'or'],
    ],
  ];
  return values.flatMap(([path, list]) =>
    list.map((value) => mutate(`${String(value)} as`, last(path), path, (document) => document.setIn(path, value))),
  );
}

function dangling(): readonly BrokenCase[] {
  const references: readonly (readonly (string | number)[])[] = [
    ['models', 0, 'provider'],
    ['models', 1, 'provider'],
    ['decisions', 0, 'models', 0],
    ['decisions', 0, 'models', 1],
    ['decisions', 1, 'models', 0],
    ['defaultDecision'],
    ['fastPath', 'tiers', 'SIMPLE'],
    ['fastPath', 'tiers', 'REASONING'],
    ['decisions', 0, 'rules', 'conditions', 0, 'signal'],
    ['decisions', 0, 'rules', 'conditions', 0, 'name'],
    ['decisions', 0, 'rules', 'conditions', 1, 'condition', 'signal'],
    ['decisions', 0, 'algorithm', 'type'],
    ['providers', 0, 'type'],
    ['providers', 1, 'type'],
  ];
  const patterns = ['(', '[a', 'a{2,1}', '*', '(?<n'];
  const pattern = ['decisions', 0, 'rules', 'conditions', 1, 'condition', 'pattern'];
  const leaf = ['decisions', 0, 'rules', 'conditions', 0];
  return [
    ...references.flatMap((path) =>
      ['nobody', 'no-one', ''].map((word) =>
        mutate(`dangling ${word}`, word === '' ? last(path) : word, path, (document) => document.setIn(path, word)),
      ),
    ),
    ...patterns.map((word) => mutate(`bad pattern ${word}`, 'compile', pattern, (document) => document.setIn(pattern, word))),
    ...['category', 'level', 'detected'].map((key) =>
      mutate(`leaf by ${key}`, key, leaf, (document) =>
        document.setIn(leaf, { signal: 'keyword', [key]: key === 'detected' ? true : 'x' }),
      ),
    ),
    mutate('leaf with two keys', 'rules', leaf, (document) => document.setIn([...leaf, 'pattern'], 'x')),
    mutate('leaf without key', 'rules', leaf, (document) => document.setIn(leaf, { signal: 'keyword' })),
    ...['providers', 'models', 'decisions'].map((key) =>
      mutate('twin', 'a second', [key], (document) => document.addIn([key], document.getIn([key, 0]))),
    ),
  ];
}

function sources(): readonly BrokenCase[] {
  const brackets = [...goodConfig.matchAll(/"[^"]*"|'[^']*'|[{}[\]]/g)].filter(([found]) => found.length === 1).map((match) => match.index);
  const values = [...goodConfig.matchAll(/: (?=[\w'"])/g)].map((match) => match.index + 2);
  const topKeys = [...goodConfig.matchAll(/^(\w+):/gm)].map((match) => match[1] ?? '');
  const insert = (index: number, text: string): string => goodConfig.slice(0, index) + text + goodConfig.slice(index);
  return [
    ...brackets.map((index) => ({
      name: `no bracket at ${index}`,
      names: '',
      text: goodConfig.slice(0, index) + goodConfig.slice(index + 1),
    })),
    ...values.flatMap((index) =>
      ['!custom ', '*nowhere ', '\0', '"', '@'].map((text) => ({
        name: `${JSON.stringify(text)} at ${index}`,
        names: '',
        text: insert(index, text),
      })),
    ),
    ...topKeys.map((key) => ({ name: `twice ${key}`, names: key, text: `${goodConfig}${key}: 1\n` })),
    ...topKeys.map((key) => ({ name: `tab before ${key}`, names: '', text: goodConfig.replace(`${key}:`, `\t${key}:`) })),
    { name: 'two documents', names: 'document', text: `${goodConfig}---\na: 1\n` },
    { name: 'merge key', names: '<<', text: `${goodConfig}<<: { a: 1 }\n` },
    { name: 'prototype', names: '__proto__', text: `${goodConfig}__proto__: { a: 1 }\n` },
    { name: 'empty', names: 'empty', text: '' },
    { name: 'comment only', names: 'empty', text: '# nothing\n' },
    { name: 'a list', names: 'map', text: '- 1\n' },
    { name: 'a word', names: 'map', text: 'signalbox\n' },
  ];
}

/** Sorted by numbers from mulberry32 (public domain, Tommy Ettinger). */
function shuffle<Item>(items: readonly Item[], seed: number): readonly Item[] {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return items
    .map((item) => ({ item, order: random() }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ item }) => item);
}
