// The scan before parsing: limits, duplicate keys and top-level spans, against the parser itself.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countKeys, type JsonScan, replaceValues, scanJson } from './json-scan.js';

const roomy = { depth: 64, tokens: 100_000 };

function scan(text: string): JsonScan {
  const result = scanJson(text, roomy);
  if ('limit' in result) throw new Error(`stopped at ${result.limit}`);
  return result;
}

describe('scanJson', () => {
  it('counts as many keys as the parser keeps, for any object without duplicates', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(scan(text).keys).toBe(countKeys(JSON.parse(text)));
      }),
    );
  });

  it('finds the span of every top-level value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 0, max: 3 }), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const { spans } = scan(text);
        const read = [...spans].map(([key, [start, end]]) => [key, JSON.parse(text.slice(start, end))]);
        expect(new Map(read.map(([key, value]) => [key, JSON.stringify(value)]))).toEqual(
          new Map(Object.entries(JSON.parse(text)).map(([key, value]) => [key, JSON.stringify(value)])),
        );
      }),
    );
  });

  it.each([
    ['twice at the top', '{"model":"a","model":"b"}'],
    ['an escaped spelling', '{"model":"a","mod\\u0065l":"b"}'],
    ['twice inside', '{"messages":[{"role":"user","content":"a","content":"b"}]}'],
  ])('tells a key that stands twice: %s', (_, text) => {
    expect(scan(text).keys).toBeGreaterThan(countKeys(JSON.parse(text)));
  });

  it.each([
    ['an object 64 deep', `${'{"a":'.repeat(63)}{}${'}'.repeat(63)}`, false],
    ['an array 64 deep', `${'['.repeat(64)}${']'.repeat(64)}`, false],
    ['65 deep', `${'['.repeat(65)}${']'.repeat(65)}`, true],
    ['a million deep', '['.repeat(1_000_000), true],
    ['brackets inside a string', `["${'['.repeat(100)}"]`, false],
    ['brackets after an escaped quote', `["\\"${'['.repeat(100)}"]`, false],
    ['brackets after an escaped backslash and the end', `["\\\\",${'['.repeat(64)}`, true],
  ])('limits depth: %s', (_, text, stopped) => {
    expect('limit' in scanJson(text, roomy)).toBe(stopped);
  });

  it('limits how many values and keys there are', () => {
    expect(scanJson(`[${'1,'.repeat(10)}1]`, { depth: 4, tokens: 9 })).toEqual({ limit: 'tokens' });
    expect(scanJson(`[${'1,'.repeat(9)}1]`, { depth: 4, tokens: 9 })).not.toHaveProperty('limit');
  });

  it('ends on any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', 'a', ' ') }), (text) => {
        scanJson(text, roomy);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('replaceValues', () => {
  it('replaces and inserts as the parser would, and keeps every other character', () => {
    const keys = fc.constantFrom('model', 'stream', 'n', 'messages', 'extra');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), fc.string(), fc.integer({ min: 0, max: 2 }), (object, model, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        const replaced = replaceValues(text, scan(text).spans, [['model', JSON.stringify(model)]]);
        expect(JSON.parse(replaced)).toEqual({ ...JSON.parse(text), model });
      }),
    );
  });

  it('leaves number spellings alone', () => {
    const text = '{ "seed": 12345678901234567890, "top_p": 1.0, "model": "a", "x": [1e5] }';
    expect(replaceValues(text, scan(text).spans, [['model', '"b"']])).toBe(
      '{ "seed": 12345678901234567890, "top_p": 1.0, "model": "b", "x": [1e5] }',
    );
  });

  it('fills an empty object', () => {
    expect(replaceValues('{}', scan('{}').spans, [['model', '"b"']])).toBe('{"model":"b"}');
  });
});
