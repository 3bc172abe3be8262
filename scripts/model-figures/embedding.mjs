// Spearman on every STS task, at full width and at 128 numbers, beside a second folder; AUC on the paraphrases of MSRP.

import { embedTexts } from './ask.mjs';
import { areaUnderCurve, spearman } from './metrics.mjs';
import { grouped } from './rows.mjs';
import { decimal, percent } from './show.mjs';

const prefix = 128;

export const embeddingSection = {
  name: 'embedding',
  head: 'embedding',
  run: async ({ model, baseline, corpus }) => {
    const rows = corpus.rows('pairs');
    if (rows.length === 0) return undefined;
    const ours = await similarities(model, rows);
    const theirs = baseline === undefined ? undefined : await similarities(baseline, rows);
    const tasks = grouped(
      rows.map((row, at) => ({ ...row, at })),
      ({ source }) => source,
    );
    const figures = Object.fromEntries(tasks.map(([source, own]) => [source, taskFigures(own, ours, theirs)]));
    return { figures, tables: [table(figures)] };
  },
};

function taskFigures(rows, ours, theirs) {
  const isParaphrase = rows[0].task === 'paraphrase';
  const measure = isParaphrase ? areaOf : spearmanOf;
  const found = {
    rows: rows.length,
    measure: isParaphrase ? 'AUC' : 'Spearman',
    whole: measure(rows, ours.whole),
    prefix: measure(rows, ours.prefix),
  };
  if (theirs === undefined) return found;
  const baseline = { whole: measure(rows, theirs.whole), prefix: measure(rows, theirs.prefix) };
  return { ...found, baseline, ratio: found.whole / baseline.whole, prefixRatio: found.prefix / baseline.prefix };
}

const pick = (rows, values) => rows.map(({ at }) => values[at]);

const spearmanOf = (rows, values) =>
  spearman(
    pick(rows, values),
    rows.map(({ score }) => score),
  );

const areaOf = (rows, values) =>
  areaUnderCurve(
    pick(
      rows.filter(({ score }) => score === 1),
      values,
    ),
    pick(
      rows.filter(({ score }) => score !== 1),
      values,
    ),
  );

/** The cosine of each pair, of whole vectors and of their first numbers. */
async function similarities(model, rows) {
  const texts = [...new Set(rows.flatMap(({ text, other }) => [text, other]))];
  const vectors = new Map((await embedTexts(model, texts)).map((vector, at) => [texts[at], vector]));
  const near = (width) => rows.map(({ text, other }) => cosine(vectors.get(text), vectors.get(other), width));
  return { whole: near(Number.POSITIVE_INFINITY), prefix: near(prefix) };
}

export function cosine(left, right, width) {
  let [both, ownLeft, ownRight] = [0, 0, 0];
  for (let at = 0; at < Math.min(width, left.length); at += 1) {
    both += left[at] * right[at];
    ownLeft += left[at] ** 2;
    ownRight += right[at] ** 2;
  }
  return both / Math.sqrt(ownLeft * ownRight);
}

const table = (figures) => ({
  title: 'embedding: Spearman on STS, AUC on MSRP',
  rows: Object.entries(figures).map(([task, own]) => ({
    task,
    rows: own.rows,
    measure: own.measure,
    whole: decimal(own.whole),
    [`first ${prefix}`]: decimal(own.prefix),
    ...(own.baseline && {
      baseline: decimal(own.baseline.whole),
      ratio: percent(own.ratio),
      [`baseline ${prefix}`]: decimal(own.baseline.prefix),
      [`ratio ${prefix}`]: percent(own.prefixRatio),
    }),
  })),
});
