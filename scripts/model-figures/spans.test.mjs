// F1 of spans, spans in UTF-16 units, and the random contexts that look for an off-by-one.

import { describe, expect, it } from 'vitest';
import { randomContexts } from './pii-bounds.mjs';
import { inUnits, presidioRow } from './pii-rows.mjs';
import { spanScores } from './span-scores.mjs';

const span = (words) => {
  const [start, end, type = 'P'] = words.split(' ');
  return { start: Number(start), end: Number(end), type };
};

describe('F1 of spans', () => {
  it.each([
    { name: 'the same', gold: ['0 5'], told: ['0 5'], overlap: 1, strict: 1 },
    { name: 'one character short', gold: ['0 5'], told: ['0 4'], overlap: 1, strict: 0 },
    { name: 'another type', gold: ['0 5'], told: ['0 5 Q'], overlap: 0, strict: 0 },
    { name: 'only touching', gold: ['0 5'], told: ['5 8'], overlap: 0, strict: 0 },
    { name: 'one found, one missed', gold: ['0 5', '9 12'], told: ['0 5'], overlap: 2 / 3, strict: 2 / 3 },
    { name: 'one found, one too many', gold: ['0 5'], told: ['0 5', '9 12'], overlap: 2 / 3, strict: 2 / 3 },
    { name: 'one span over two', gold: ['0 5', '6 9'], told: ['0 9'], overlap: 1, strict: 0 },
    { name: 'nothing told', gold: ['0 5'], told: [], overlap: 0, strict: 0 },
  ])('$name', ({ gold, told, overlap, strict }) => {
    const scores = spanScores([{ gold: gold.map(span), told: told.map(span) }]);
    expect(scores.f1).toBeCloseTo(overlap, 12);
    expect(scores.strict).toBeCloseTo(strict, 12);
  });

  it('counts each type apart', () => {
    const { types } = spanScores([{ gold: [span('0 5'), span('6 9 Q')], told: [span('0 5')] }]);
    expect(types.map(({ type, gold, f1 }) => [type, gold, f1])).toEqual([
      ['P', 1, 1],
      ['Q', 1, 0],
    ]);
  });
});

describe('rows of personal data', () => {
  it('turns code points into UTF-16 units', () => {
    const { text, spans } = inUnits({ text: '👍 𝒜 Ann', spans: [{ start: 4, end: 7, type: 'PERSON' }] });
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['Ann']);
  });

  it.each([
    {
      name: 'a title apart',
      text: 'Mr. Ann Lee',
      spans: [{ start: 0, end: 11, type: 'PERSON' }],
      expected: ['TITLE Mr.', 'PERSON Ann Lee'],
    },
    { name: 'a title alone', text: 'Dr. ', spans: [{ start: 0, end: 4, type: 'PERSON' }], expected: ['TITLE Dr.'] },
    { name: 'no title', text: 'Drew Lee', spans: [{ start: 0, end: 8, type: 'PERSON' }], expected: ['PERSON Drew Lee'] },
    {
      name: 'an address in parts',
      text: '1 Main St 90210',
      spans: [
        { start: 10, end: 15, type: 'ZIP_CODE' },
        { start: 0, end: 9, type: 'STREET_ADDRESS' },
      ],
      expected: ['STREET_ADDRESS 1 Main St 90210'],
    },
  ])('$name', ({ text, spans, expected }) => {
    expect(presidioRow({ text, spans })?.spans.map(({ start, end, type }) => `${type} ${text.slice(start, end)}`)).toEqual(expected);
  });

  it.each([{ text: 'call {{name}}' }, { text: 'from nan', spans: [{ start: 5, end: 8, type: 'GPE' }] }])(
    'leaves out $text',
    ({ text, spans = [] }) => {
      expect(presidioRow({ text, spans })).toBeUndefined();
    },
  );
});

describe('random contexts', () => {
  it('are the same each time, and their entity stands where they say', () => {
    const rows = randomContexts(400);
    expect(randomContexts(400)).toEqual(rows);
    for (const { text, type, start, end } of rows) {
      const value = text.slice(start, end);
      expect(value).toMatch(type === 'EMAIL_ADDRESS' ? /^[\w.+]+@[\w.-]+$/ : /^\p{Lu}[\p{L}\p{M}’-]+ .*\p{L}\p{M}*$/u);
    }
  });
});
