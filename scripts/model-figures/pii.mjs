// Personal data: what the model, the patterns and both together find, on the frozen set and on presidio-research's rows kept aside.

import { tagTexts } from './ask.mjs';
import { mean } from './metrics.mjs';
import { boundFigures } from './pii-bounds.mjs';
import { inUnits, presidioRow } from './pii-rows.mjs';
import { decimal, percent } from './show.mjs';
import { spanScores } from './span-scores.mjs';

/** No set marks secrets, which only the patterns know. */
const isMeasured = ({ type }) => type !== 'SECRET';

export const piiSection = {
  name: 'pii',
  head: 'pii',
  run: async (context) => {
    const patterns = await loadPatterns();
    const aside = context.corpus
      .aside('pii')
      .map(presidioRow)
      .filter((row) => row !== undefined);
    const sets = { frozen: context.frozen('pii').map(inUnits), 'corpus kept aside': aside };
    const figures = { sets: {} };
    for (const [name, rows] of Object.entries(sets))
      if (rows.length > 0) figures.sets[name] = await setFigures(context.model, patterns, rows);
    const { table, ...bounds } = await boundFigures(context, patterns);
    return { figures: { ...figures, bounds }, tables: [...tablesOf(figures.sets), table] };
  },
};

/** The pattern finder of the package, and how its guard joins both. */
export async function loadPatterns() {
  const { findPatterns } = await import('../../dist/guards/pii-patterns.js');
  const { joinSpans, piiTypes } = await import('../../dist/guards/pii-span.js');
  const join = (model, patterns) =>
    joinSpans(
      model.filter(({ type }) => Object.hasOwn(piiTypes, type)).map((span) => ({ ...span, validated: false })),
      patterns,
    );
  return { findPatterns, join };
}

async function setFigures(model, { findPatterns, join }, rows) {
  const tagged = await tagTexts(
    model,
    'pii',
    rows.map(({ text }) => text),
  );
  const found = rows.map(({ text }) => findPatterns(text));
  const told = { model: tagged, patterns: found, union: tagged.map((spans, at) => join(spans, found[at])) };
  const clean = rows.flatMap(({ spans }, at) => (spans.length === 0 ? [at] : []));
  return Object.fromEntries(
    Object.entries(told).map(([by, lists]) => {
      const measured = lists.map((spans) => spans.filter(isMeasured));
      const texts = rows.map(({ spans }, at) => ({ gold: spans, told: measured[at] }));
      const flaggedClean = mean(clean.map((at) => (measured[at].length > 0 ? 1 : 0)));
      return [by, { rows: rows.length, ...spanScores(texts), cleanRows: clean.length, flaggedClean, languages: byLanguage(rows, texts) }];
    }),
  );
}

function byLanguage(rows, texts) {
  const isEnglish = (at) => (rows[at].language ?? 'en').startsWith('en');
  const of = (wanted) => spanScores(texts.filter((_, at) => wanted(at)));
  const [english, other] = [of(isEnglish), of((at) => !isEnglish(at))];
  return { english: { f1: english.f1, strict: english.strict }, other: { f1: other.f1, strict: other.strict } };
}

function tablesOf(sets) {
  const each = Object.entries(sets).flatMap(([set, by]) => Object.entries(by).map(([who, own]) => ({ set, who, own })));
  return [
    {
      title: 'pii: all types',
      rows: each.map(({ set, who, own }) => ({
        set,
        by: who,
        rows: own.rows,
        spans: own.gold,
        'overlap F1': decimal(own.f1),
        precision: decimal(own.precision),
        recall: decimal(own.recall),
        'strict F1': decimal(own.strict),
        'strict, not English': decimal(own.languages.other.strict),
        'rows without data flagged': `${percent(own.flaggedClean)} of ${own.cleanRows}`,
      })),
    },
    ...Object.entries(sets).map(([set, by]) => ({ title: `pii: ${set}, overlap F1 / strict F1 of each type`, rows: typeRows(by) })),
  ];
}

function typeRows(by) {
  const types = [...new Set(Object.values(by).flatMap((own) => own.types.map(({ type }) => type)))].sort();
  return types.map((type) => {
    const of = (who) => by[who].types.find((one) => one.type === type);
    const shown = (who) => (of(who) === undefined ? '–' : `${decimal(of(who).f1)} / ${decimal(of(who).strict)}`);
    const spans = Math.max(...Object.keys(by).map((who) => of(who)?.gold ?? 0));
    return { type, spans, model: shown('model'), patterns: shown('patterns'), union: shown('union') };
  });
}
