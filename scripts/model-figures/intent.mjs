// CLINC150 on rows kept aside: the intent head where the folder has one, and light heads on the embedding; how each tells what is out of scope.

import { classifyRows, embedTexts } from './ask.mjs';
import { isKeptAside } from './kept-aside.mjs';
import { accuracy, areaUnderCurve, calibrationError, interval, reliability } from './metrics.mjs';
import { nearestMean, ridge } from './ridge.mjs';
import { decimal, percent, range } from './show.mjs';

const outside = 'oos';
const isClinc = ({ source }) => source === 'clinc150';

export const intentSection = {
  name: 'intent',
  head: 'embedding',
  run: async (context) => {
    const { model, corpus } = context;
    const aside = corpus.aside('intent', isClinc);
    if (aside.length === 0) return undefined;
    const taught = corpus.rows('intent', (row) => isClinc(row) && row.label !== outside && !isKeptAside(row.text));
    const figures = {};
    const curves = {};
    if (model.heads.some(({ name }) => name === 'intent')) {
      const answers = await classifyRows(model, 'intent', aside);
      figures['intent head'] = intentFigures(
        answers,
        ({ probabilities }) => probabilities[outside] ?? 1 - Math.max(...Object.values(probabilities)),
      );
      curves.intent = { CLINC150: reliability(answers) };
    }
    Object.assign(figures, await lightFigures(model, taught, aside));
    return { figures, tables: [table(figures)], curves };
  },
};

async function lightFigures(model, taught, aside) {
  const labels = [...new Set(taught.map(({ label }) => label))].sort();
  const [vectors, asked] = [await embedTexts(model, taught.map(textOf)), await embedTexts(model, aside.map(textOf))];
  const classes = taught.map(({ label }) => labels.indexOf(label));
  const figures = {};
  for (const [name, learn] of Object.entries({ 'ridge on the embedding': ridge, 'nearest class mean': nearestMean })) {
    const scorer = learn(vectors, classes, labels.length);
    const answers = aside.map((row, at) => {
      const scores = scorer(asked[at]);
      const best = scores.indexOf(Math.max(...scores));
      return { ...row, told: labels[best], best: scores[best] };
    });
    figures[name] = intentFigures(answers, ({ best }) => -best);
  }
  return figures;
}

const textOf = ({ text }) => text;

function intentFigures(answers, strangeness) {
  const inside = answers.filter(({ label }) => label !== outside);
  const strange = answers.filter(({ label }) => label === outside);
  const calibrated = answers.every(({ confidence }) => confidence !== undefined);
  return {
    inScope: inside.length,
    outOfScope: strange.length,
    accuracy: accuracy(inside),
    accuracy95: interval(inside, accuracy),
    outOfScopeAuroc: areaUnderCurve(strange.map(strangeness), inside.map(strangeness)),
    calibrationError: calibrated ? calibrationError(answers) : Number.NaN,
  };
}

const table = (figures) => ({
  title: 'intent: CLINC150 kept aside, 150 intents',
  rows: Object.entries(figures).map(([by, own]) => ({
    by,
    rows: own.inScope,
    accuracy: percent(own.accuracy),
    '95 %': range(own.accuracy95),
    'out of scope': own.outOfScope,
    AUROC: decimal(own.outOfScopeAuroc),
    ECE: decimal(own.calibrationError),
  })),
});
