// YAML reading: the values, their places, and what is refused before or after parsing.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from './yaml.js';

function faults(text: string): readonly string[] {
  const reading = readYaml(text);
  return 'faults' in reading ? reading.faults.map(({ line, column, message }) => `${line}:${column} ${message}`) : [];
}

function value(text: string): unknown {
  const reading = readYaml(text);
  if ('faults' in reading) throw new Error(JSON.stringify(reading.faults));
  return reading.located.value;
}

describe('readYaml', () => {
  it.each([
    [
      'core schema words',
      'a: yes\nb: on\nc: 0o17\nd: 0x1F\ne: ~\nf: 1_000\ng: 2020-01-01',
      { a: 'yes', b: 'on', c: 15, d: 31, e: null, f: '1_000', g: '2020-01-01' },
    ],
    ['the old directive does not bring the old words', '%YAML 1.1\n---\na: yes', { a: 'yes' }],
    ['anchors', 'a: &x { b: [1, 2] }\nc: *x', { a: { b: [1, 2] }, c: { b: [1, 2] } }],
    ['nothing after a key', 'a:\nb: 1', { a: null, b: 1 }],
    ['a byte-order mark and CRLF', '\uFEFFa: 1\r\nb: 2\r\n', { a: 1, b: 2 }],
  ])('reads %s', (_, text, expected) => expect(value(text)).toEqual(expected));

  it('knows where things stand', () => {
    const reading = readYaml('a:\n  - b: 1\n    c: &x\n      d: 2\ne: *x\n');
    if ('faults' in reading) throw new Error('faults');
    const { at } = reading.located;
    expect(at(['a', 0, 'b'])).toEqual({ line: 2, column: 8 });
    expect(at(['a', 0, 'b'], 'key')).toEqual({ line: 2, column: 5 });
    expect(at(['a', 0, 'missing', 'deeper'])).toEqual({ line: 2, column: 5 });
    expect(at(['e'])).toEqual({ line: 5, column: 4 });
    expect(at(['e', 'd'])).toEqual({ line: 4, column: 10 });
  });

  it.each([
    [
      'duplicate keys',
      'a: 1\nb: { c: 1, "c": 2 }\na: 3',
      ['2:12 the key "c" stands here a second time', '3:1 the key "a" stands here a second time'],
    ],
    ['merge keys', 'a: &x { b: 1 }\nc:\n  <<: *x', ['3:3 merge keys (<<) are not part of YAML 1.2; write the keys out']],
    ['prototype keys', 'a: { __proto__: { b: 1 } }', ['1:6 the key "__proto__" is not allowed']],
    [
      'keys that are no words',
      '1: a\n? [x]\n: b\nnull: c',
      ['1:1 a key must be a plain word', '2:3 a key must be a plain word', '4:1 a key must be a plain word'],
    ],
    ['NUL', 'a: 1\nb: x\0y', ['2:5 a NUL character is not allowed']],
    ['escaped NUL', 'a: "\\0"', ['1:4 a NUL character is not allowed']],
    ['cycles', 'a: &x\n  b: *x', ['2:6 an alias inside the value that it stands for']],
    ['several documents', 'a: 1\n---\nb: 1', ['2:1 only one document is allowed']],
    ['nothing', '# only a comment', ['1:1 the file is empty']],
  ])('refuses %s', (_, text, expected) => expect(faults(text)).toEqual(expected));

  it.each(['!!js/function "x"', '!custom x', '!!python/object:os.system x', '!<tag:x> y'])('refuses the tag of %s', (text) => {
    expect(faults(`a: ${text}`).join()).toMatch(/tags are not allowed/);
  });

  const bomb = Array.from(
    { length: 9 },
    (_, level) =>
      `k${level}: &k${level} [${Array(9)
        .fill(level === 0 ? 'x' : `*k${level - 1}`)
        .join(', ')}]`,
  ).join('\n');
  const fanOut = `a: &a [${Array(2_000).fill('x').join(', ')}]\nb: [${Array(90).fill('*a').join(', ')}]`;
  it.each([
    ['an alias bomb', bomb, /aliases/],
    ['aliases that expand too far', fanOut, /too many values/],
    ['10^5 brackets', '['.repeat(100_000), /nested deeper/],
    ['10^5 dashes', '- '.repeat(100_000), /nested deeper/],
    ['deep indentation', Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), /nested deeper/],
    ['10^5 anchors', '&a '.repeat(100_000), /anchors, aliases and tags/],
    ['a very long list', `[${'1,'.repeat(400_000)}]`, /tokens/],
    ['50 MiB', 'x'.repeat(50 << 20), /larger than/],
  ])('refuses %s quickly and once', (_, text, message) => {
    const startedAtMs = performance.now();
    const found = faults(text);
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  it('answers for any text whatsoever', () => {
    const word = fc.constantFrom(
      'a',
      ': ',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      ',',
      '"',
      "'",
      '&x ',
      '*x',
      '!t ',
      '|\n',
      '#',
      '\0',
      '${A}',
      '%',
      '? ',
      '---\n',
      '<<',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
    );
    fc.assert(
      fc.property(text, (one) => 'faults' in readYaml(one) || 'located' in readYaml(one)),
      { seed: 7, numRuns: 3_000 },
    );
  });

  it('reads JSON as JSON does', () => {
    const plain = fc.object({
      key: fc.stringMatching(/^[a-z]{1,9}$/),
      maxDepth: 4,
      values: [fc.stringMatching(/^[ -~]*$/), fc.integer(), fc.boolean(), fc.constant(null)],
    });
    fc.assert(
      fc.property(plain, (one) => void expect(value(JSON.stringify(one))).toEqual(one)),
      { seed: 7, numRuns: 300 },
    );
  });

  it('leaves Object.prototype alone', () => {
    value('constructor: { prototype: { polluted: true } }');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
