// Runs the benches and prints their tables: `npm run bench [-- NAME…] [--record] [--rounds N] [--seconds N] [--wrk]`.

import { parseArgs } from 'node:util';
import { benches } from '../bench/index.mjs';
import { describeMachine, sampleOthers } from '../bench/machine.mjs';
import { writeRecord } from '../bench/record.mjs';
import { table } from '../bench/table.mjs';

const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    record: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    wrk: { type: 'boolean', default: false },
    strict: { type: 'boolean', default: false },
  },
});

async function main() {
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no bench called ${unknown}; there are ${benches.map(({ name }) => name).join(', ')}.`);
  const machine = { ...describeMachine(), ...(await sampleOthers()) };
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.revision}`);
  if (!machine.quiet)
    console.log(`NOT QUIET: other processes use ${machine.othersCpuPercent} % of a core; trust the ratios, not the absolute numbers.`);
  const results = {};
  for (const bench of benches.filter(({ name, onDemand }) => (names.length === 0 ? onDemand !== true : names.includes(name)))) {
    console.log(`\n${bench.name}: ${bench.about}`);
    const result = await bench.run({ rounds: numberOf(options.rounds), seconds: numberOf(options.seconds), wrk: options.wrk });
    for (const [title, rows] of Object.entries(result))
      if (isTable(rows)) console.log(`\n${title === 'rows' ? '' : `${title}\n`}${table(rows)}`);
    if (result.headline !== undefined) console.log(`\n${table([result.headline])}`);
    for (const line of result.missed) console.log(`missed: ${line}`);
    results[bench.name] = { date: new Date().toISOString(), quiet: machine.quiet, othersCpuPercent: machine.othersCpuPercent, ...result };
  }
  if (options.record) console.log(`\nrecorded in ${writeRecord(machine, results)}`);
  if (options.strict && Object.values(results).some(({ missed }) => missed.length > 0)) process.exitCode = 1;
}

const isTable = (value) => Array.isArray(value) && typeof value[0] === 'object';
const numberOf = (text) => (text === undefined ? undefined : Number(text));

await main().catch((error) => {
  console.error(error.stack);
  process.exitCode = 1;
});
