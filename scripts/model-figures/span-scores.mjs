// F1 of spans: strict where both ends and the type must be right, overlap where a span of the type must share a character.

/** For `[{ gold, told }]`, each a list of `{ start, end, type }`: counts and F1 over all types, and of each type. */
export function spanScores(texts) {
  const types = [...new Set(texts.flatMap(({ gold, told }) => [...gold, ...told].map(({ type }) => type)))].sort();
  const of = (wanted) => scores(texts.map(({ gold, told }) => ({ gold: gold.filter(wanted), told: told.filter(wanted) })));
  return { ...of(() => true), types: types.map((type) => ({ type, ...of((span) => span.type === type) })) };
}

function scores(texts) {
  const gold = sum(texts, (text) => text.gold.length);
  const told = sum(texts, (text) => text.told.length);
  const strict = f1(texts, same, { gold, told });
  return { gold, told, strict: strict.f1, ...f1(texts, overlaps, { gold, told }) };
}

function f1(texts, matches, { gold, told }) {
  const found = sum(texts, (text) => text.gold.filter((span) => text.told.some((other) => matches(span, other))).length);
  const right = sum(texts, (text) => text.told.filter((span) => text.gold.some((other) => matches(span, other))).length);
  const [recall, precision] = [found / gold, right / told];
  return { recall, precision, f1: found + right === 0 ? 0 : (2 * recall * precision) / (recall + precision) };
}

const same = (one, other) => one.type === other.type && one.start === other.start && one.end === other.end;
const overlaps = (one, other) => one.type === other.type && one.start < other.end && other.start < one.end;
const sum = (values, of) => values.reduce((total, value) => total + of(value), 0);
