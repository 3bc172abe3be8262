// No off-by-one: random signs of one or more code units around a name and an address, and where every span begins and ends.

import { seeded } from '../../bench/rigs/seeded.mjs';
import { tagTexts } from './ask.mjs';
import { percent } from './show.mjs';

const contexts = 20_000;
const seed = 5;

/** What a reader sees as one sign, from one code unit to eleven. */
const signs = [
  ...'abcxyzAZ059.,;:!?-()"\'/ ',
  ...'é ü ñ ß ø ł Ж я α ω ا ש 日 本 語 한 ไ'.split(' '),
  ...['e\u0301', 'a\u0308', 'o\u0302\u0323', 'n\u0303', 'क\u094d', 'กำ', '\u1112\u1161\u11ab'],
  ...['👍', '😀', '👩‍👩‍👧‍👦', '🏳️‍🌈', '👨🏽‍💻', '🇩🇪', '❤️', '1️⃣'],
  ...['\r\n', '\n', '\t', '\u00a0', '\u200b', '\u2028', '\ufeff'],
  ...['𝒜', '𠮷', '𐍈', '𝟘'],
];
const persons = [
  'Maria Schneider',
  'José Álvarez',
  'John Smith',
  'Anne-Marie O’Neill',
  'Zoe\u0308 Mu\u0308ller',
  'Ayşe Yılmaz',
  'Łukasz Nowak',
  'Ana Jose\u0301',
];
const addresses = ['maria.schneider@example.com', 'j.smith+news@mail.example.co.uk', 'a_lvarez@firma-nord.de'];
const frames = { PERSON: ['My name is ', ' and I live here'], EMAIL_ADDRESS: ['write to ', ' please'] };

/** Random contexts with what stands in them: `{ text, type, start, end }`, in UTF-16 units. */
export function randomContexts(count) {
  const random = seeded(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const some = () => Array.from({ length: Math.floor(random() * 8) }, () => pick(signs)).join('');
  return Array.from({ length: count }, (_, at) => {
    const type = at % 2 === 0 ? 'PERSON' : 'EMAIL_ADDRESS';
    const value = pick(type === 'PERSON' ? persons : addresses);
    const [open, close] = random() < 0.5 ? frames[type] : ['', ''];
    const gap = () => (random() < 0.7 ? ' ' : pick(['\r\n', '\t', '👍', '(', '"', '日', '\u200b']));
    const before = `${some()}${gap()}${open}`;
    return { text: `${before}${value}${close}${gap()}${some()}`, type, start: before.length, end: before.length + value.length };
  });
}

/** Spans that begin or end inside a sign and not where the entity does, of the model alone and with the patterns. */
export async function boundFigures({ model, limit }, { findPatterns, join }) {
  const rows = randomContexts(Math.min(contexts, limit));
  const tagged = await tagTexts(
    model,
    'pii',
    rows.map(({ text }) => text),
  );
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const count = { contexts: rows.length, spans: 0, cutByModel: 0, cutByUnion: 0, exact: 0, overlapping: 0, examples: [] };
  for (const [at, row] of rows.entries()) {
    const ends = new Set([row.text.length, row.start, row.end, ...Array.from(segmenter.segment(row.text), ({ index }) => index)]);
    const cut = (spans) => spans.filter(({ start, end }) => !ends.has(start) || !ends.has(end));
    const union = join(tagged[at], findPatterns(row.text));
    const faults = { model: cut(tagged[at]), union: cut(union) };
    count.spans += tagged[at].length + union.length;
    count.cutByModel += faults.model.length;
    count.cutByUnion += faults.union.length;
    if (count.examples.length < 10 && faults.model.length + faults.union.length > 0) count.examples.push({ ...row, ...faults });
    const own = tagged[at].filter(({ start, end }) => start < row.end && row.start < end);
    if (own.length > 0) count.overlapping += 1;
    if (own.some(({ start, end }) => start === row.start && end === row.end)) count.exact += 1;
  }
  return { ...count, table: table(count) };
}

const table = ({ contexts, spans, cutByModel, cutByUnion, exact, overlapping }) => ({
  title: 'pii: spans in random contexts of signs (combining marks, joined emoji, CRLF, astral)',
  rows: [
    {
      contexts,
      spans,
      'cut a sign, model': cutByModel,
      'cut a sign, union': cutByUnion,
      'entity met by the model': percent(overlapping / contexts),
      'entity met exactly': percent(exact / contexts),
    },
  ],
});
