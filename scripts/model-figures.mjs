// Measures a model folder through the package, on the frozen sets and on what a corpus folder keeps aside; part of `npm run figures`.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describeMachine } from '../bench/machine.mjs';
import { table } from '../bench/table.mjs';
import { sections } from './model-figures/index.mjs';
import { reliabilitySvg } from './model-figures/reliability-curve.mjs';
import { corpora, frozenRows } from './model-figures/rows.mjs';

/** Options of the command line, as `parseArgs` takes them. */
export const modelOptions = {
  model: { type: 'string', default: 'bundled' },
  baseline: { type: 'string' },
  heads: { type: 'string' },
  precision: { type: 'string', default: 'int8' },
  backend: { type: 'string' },
  json: { type: 'string' },
  svg: { type: 'string' },
};

/**
 * Prints a table for each thing measured. `folder` holds corpora and may be missing; `limit` is the most rows of a corpus. Writes all
 * figures to the file `json` and a reliability curve for each head into the folder `svg`, where these are named.
 */
export async function printModelFigures({ folder, limit = Number.POSITIVE_INFINITY, ...options }) {
  const { model: place, baseline, precision, backend } = options;
  const wanted = wantedSections(options.heads);
  const { loadNative } = await import('../dist/native/index.js');
  const native = await loadNative({ backend });
  const model = await native.loadModel(place, { precision });
  const context = {
    native,
    model,
    baseline: baseline === undefined ? undefined : await native.loadModel(baseline, { precision }),
    settings: { backend, model: place, precision },
    frozen: frozenRows,
    corpus: corpora(folder, limit),
    limit,
  };
  const record = { model: place, precision, backend: native.capabilities().flavor, machine: describeMachine(), sections: {} };
  for (const section of wanted) {
    const found = await measured(section, context);
    if (found === undefined) continue;
    record.sections[section.name] = found.figures;
    if (options.svg !== undefined) writeCurves(options.svg, found.curves ?? {});
    if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(record, undefined, 1)}\n`);
  }
  context.baseline?.dispose();
  model.dispose();
}

function wantedSections(heads) {
  const names = heads?.split(',');
  const odd = names?.find((name) => sections.every((section) => section.name !== name));
  if (odd !== undefined) throw new Error(`There are no figures called ${odd}; there are ${sections.map(({ name }) => name).join(', ')}.`);
  return sections.filter(({ name }) => names === undefined || names.includes(name));
}

async function measured({ name, head, run }, context) {
  if (head !== undefined && context.model.heads.every((own) => own.name !== head)) {
    console.log(`\n${name}: not measured, the model has no head ${head}`);
    return undefined;
  }
  const startedAt = performance.now();
  const found = await run(context);
  if (found === undefined) {
    console.log(`\n${name}: not measured, the corpora that it needs are not here`);
    return undefined;
  }
  for (const { title, rows } of found.tables) if (rows.length > 0) console.log(`\n${title}\n${table(rows)}`);
  console.log(`(${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  return found;
}

function writeCurves(folder, curves) {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  for (const [head, sets] of Object.entries(curves)) writeFileSync(path.join(folder, `${head}.svg`), reliabilitySvg(head, sets));
}
