// The structure signal: every marker, every measure, code kept apart, and time that grows with the text only.

import { describe, expect, it } from 'vitest';
import { readPrompt } from '../../test/rigs/signal-context.js';
import { type MarkerName, markedText, markerNames } from './markers.js';
import { structure } from './structure.js';

const code = '```ts\n# not a heading\nconst x = 1; // why?\n- no bullet\n```';

const table: readonly [MarkerName, string, readonly string[]][] = [
  ['code-block', `a\n${code}\nb`, [code]],
  ['code-block', '~~~\nopen', ['~~~\nopen']],
  ['code-block', '````\n```\n````', ['````\n```\n````']],
  ['inline-code', 'use `a` and `b', ['`a`']],
  ['heading', '# One\ntext # no\n## Two', ['# One', '## Two']],
  ['heading', code, []],
  ['bullet', '- a\n  * b\n-c\n+ d', ['- a', '  * b', '+ d']],
  ['numbered-item', '1. a\n2) b\n3 c\n2024. year', ['1. a', '2) b']],
  ['table', 'x\n| a | b |\n|---|---|\n| 1 | 2 |\ny', ['| a | b |\n|---|---|\n| 1 | 2 |']],
  ['table', 'a | b\nc | d', []],
  ['quote', 'x\n> a\n> b\ny > z', ['> a\n> b']],
  ['url', 'see https://a.b/c?d=e and <http://x.y>', ['https://a.b/c?d=e', 'http://x.y']],
  ['number', 'v2 has 1,000.5 of 3 x', ['1,000.5', '3']],
  ['number', code, []],
  ['question', 'a? b?! 什么？', ['?', '?', '？']],
  ['exclamation', 'a!! b！', ['!!', '！']],
  ['formula', '$x^2$ and $$y$$ for 5$', ['$x^2$', '$$y$$']],
  ['word', "it's Python3写的 naïve", ['it', 's', 'Python3', '写', '的', 'naïve']],
  ['line', 'a\n\n b \n', ['a', ' b ']],
  ['paragraph', 'a\nb\n\n \nc', ['a\nb', 'c']],
  ['character', 'a 😀\n', ['a', '😀']],
];

describe('markers', () => {
  it.each(table)('%s of %j', (name, text, expected) => {
    expect(
      markedText(text)
        .places(name)
        .map(({ start, end }) => text.slice(start, end)),
    ).toEqual(expected);
  });

  it('has an example of each', () => {
    expect(new Set(table.map(([name]) => name))).toEqual(new Set(markerNames));
  });

  it('finds words of its own as whole words, outside code', () => {
    const text = `First c++ (a.b), then\n${code}\nthenceforth THEN`;
    const cut = (words: readonly string[]) =>
      markedText(text)
        .placesOf(words)
        .map(({ start, end }) => text.slice(start, end));
    expect(cut(['first', 'then'])).toEqual(['First', 'then', 'THEN']);
    expect(cut(['c++', 'a.b', 'x'])).toEqual(['c++', 'a.b']);
  });

  it.each(markerNames)('ends soon on hostile text: %s', (name) => {
    for (const piece of ['`', '$', '|', '> ', '1.', ' ', '\n', '- ', 'https://', '?', 'aa ', '```\n', '一a', '|-\n'])
      expect(markedText(piece.repeat(20_000)).places(name).length).toBeLessThanOrEqual(400_000);
  });
});

describe('structure', () => {
  it.each<[string, object, string | undefined]>([
    ['a? b? c?', { of: ['question'], gte: 3 }, 'count 3'],
    ['a? b?', { of: ['question'], gte: 3 }, undefined],
    ['plain', { of: ['code-block'], lte: 0 }, 'count 0'],
    ['plain', { of: ['code-block'] }, undefined],
    ['one 2 three 4', { measure: 'density', of: ['number'], gte: 0.5 }, 'density 0.5'],
    ['', { measure: 'density', of: ['number'], gte: 0 }, 'density 0'],
    [`xxxx\n${'```\na\n```'}`, { measure: 'share', of: ['code-block'], gt: 0.5 }, 'share 0.6429'],
    ['`a` b', { measure: 'share', of: ['inline-code', 'word'], gte: 0.8 }, 'share 0.8'],
    ['', { measure: 'share', of: ['word'], gte: 0 }, 'share 0'],
    [`${code}\nWhy?`, { measure: 'sequence', of: ['code-block', 'question'] }, 'sequence 1'],
    [`Why?\n${code}`, { measure: 'sequence', of: ['code-block', 'question'] }, undefined],
    ['1 a? 2 b? 3', { measure: 'sequence', of: ['number', 'question'], gte: 2 }, 'sequence 2'],
    ['First mix, then bake', { measure: 'sequence', of: [{ words: ['first'] }, { words: ['then', 'next'] }] }, 'sequence 1'],
    ['Then bake the first', { measure: 'sequence', of: [{ words: ['first'] }, { words: ['then', 'next'] }] }, undefined],
    ['- a\n1. b', { of: ['bullet', 'numbered-item'], gte: 2 }, 'count 2'],
  ])('%j with %j: %s', async (text, entry, evidence) => {
    const matches = await readPrompt(structure, text, { name: 'it', ...entry });
    expect(matches).toEqual(evidence === undefined ? [] : [{ signal: 'structure', key: 'name', value: 'it', confidence: 1, evidence }]);
  });

  it.each([
    [{ name: 'x', of: [] }],
    [{ name: 'x', of: ['smiley'] }],
    [{ name: 'x', of: [{ words: [' '] }] }],
    [{ name: 'x', measure: 'sequence', of: ['question'] }],
    [{ name: 'x', of: ['question'], gte: 1, gt: 1 }],
    [{ of: ['question'] }],
  ])('refuses %j', (entry) => {
    expect(structure.options.safeParse(entry).success).toBe(false);
  });
});
