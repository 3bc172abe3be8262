// Heads that name a label for a text or a pair: accuracy, macro-F1, calibration and recall of each label on the frozen sets, worst kinds first.

import { classifyRows } from './ask.mjs';
import { accuracy, calibrationError, confidentHalf, interval, labelScores, macroF1, reliability } from './metrics.mjs';
import { grouped } from './rows.mjs';
import { decimal, percent, range } from './show.mjs';

/** Kinds with fewer rows say nothing. */
const leastOfKind = 5;
const worstKinds = 6;

/** Everything that is measured of one set of answers. */
export function setFigures(answers) {
  return {
    rows: answers.length,
    accuracy: accuracy(answers),
    accuracy95: interval(answers, accuracy),
    macroF1: macroF1(answers),
    macroF195: interval(answers, macroF1),
    calibrationError: calibrationError(answers),
    confidentHalf: confidentHalf(answers),
    labels: labelScores(answers),
    languages: groupFigures(answers, ({ language }) => ((language ?? 'en') === 'en' ? 'English' : 'other languages')),
    kinds: groupFigures(answers, ({ kind }) => kind ?? ''),
    reliability: reliability(answers),
  };
}

function groupFigures(answers, keyOf) {
  return grouped(answers, keyOf).map(([name, rows]) => ({ name, rows: rows.length, accuracy: accuracy(rows) }));
}

/** Tables of several sets of one head: { 'name of the set': figures }. */
export function labelTables(head, sets) {
  const named = Object.entries(sets).filter(([, { rows }]) => rows > 0);
  const groups = named.flatMap(([set, figures]) => [
    ...figures.languages.map((group) => ({ set, group })),
    ...worst(figures.kinds).map((group) => ({ set, group })),
  ]);
  return [
    {
      title: head,
      rows: named.map(([set, figures]) => ({
        set,
        rows: figures.rows,
        accuracy: percent(figures.accuracy),
        '95 %': range(figures.accuracy95),
        'macro-F1': decimal(figures.macroF1),
        'F1 95 %': range(figures.macroF195),
        ECE: decimal(figures.calibrationError),
        'sure half': percent(figures.confidentHalf),
      })),
    },
    {
      title: `${head}: labels`,
      rows: named.flatMap(([set, { labels }]) =>
        labels.map(({ label, count, recall, precision, f1 }) => ({
          set,
          label,
          rows: count,
          recall: percent(recall),
          precision: percent(precision),
          F1: decimal(f1),
        })),
      ),
    },
    {
      title: `${head}: languages, and the worst kinds`,
      rows: groups.map(({ set, group }) => ({ set, group: group.name, rows: group.rows, accuracy: percent(group.accuracy) })),
    },
  ];
}

function worst(kinds) {
  const sized = kinds.filter(({ name, rows }) => name !== '' && rows >= leastOfKind);
  return sized.sort((left, right) => left.accuracy - right.accuracy).slice(0, worstKinds);
}

/** A section for a head that the frozen set of its name measures alone. */
function labelled(head, more = () => ({})) {
  return {
    name: head,
    head,
    run: async (context) => {
      const sets = { frozen: context.frozen(head), ...more(context) };
      const figures = {};
      for (const [name, rows] of Object.entries(sets)) {
        if (rows.length > 0) figures[name] = setFigures(await classifyRows(context.model, head, rows));
      }
      return { figures, tables: labelTables(head, figures), curves: { [head]: curvesOf(figures) } };
    },
  };
}

const curvesOf = (figures) => Object.fromEntries(Object.entries(figures).map(([name, { reliability }]) => [name, reliability]));

/** Exam stems stand alone, without their choices. */
const stems = ({ corpus }) => ({
  'stems kept aside': corpus.aside('domain').map(({ text, label, subject }) => ({ text, label, kind: subject })),
});

const sick = ({ corpus }) => ({
  SICK: corpus
    .rows('pairs', ({ source, entailment }) => source === 'sick' && typeof entailment === 'string')
    .map(({ text, other, entailment }) => ({ text, pair: other, label: entailment.toLowerCase() })),
});

export const labelledSections = [
  labelled('domain', stems),
  labelled('reasoning'),
  labelled('complexity'),
  labelled('fact-check'),
  labelled('feedback'),
  labelled('modality'),
  labelled('entailment', sick),
];
