// The figures of the fast path's tiers: what it says to other corpora of a folder, and how well its confidence holds on the
// labelled prompts that were kept aside.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Corpora beside `prompts.jsonl`: grade-school mathematics, exam questions, and benchmark prompts. */
const corpora = ['reasoning', 'domain', 'outcomes'];

/** Prints the tiers of every corpus that the folder holds, then the reliability of the confidence. */
export function printTierFigures({ native, folder, tiers, print, share }) {
  for (const name of corpora) {
    const file = path.join(folder, `${name}.jsonl`);
    if (!existsSync(file)) continue;
    const lines = readFileSync(file, 'utf8').split('\n');
    const scores = lines.filter((line) => line !== '').map((line) => native.scoreFastPath(JSON.parse(line).text));
    print(`${name} settled`, ...share(scores, ({ ambiguous }) => !ambiguous));
    for (const tier of tiers) {
      const such = scores.filter((score) => score.tier === tier);
      if (such.length > 0) print(`${name} ${tier}`, ...share(scores, (score) => score.tier === tier));
    }
  }
  printReliability(print);
}

/** Needs cargo: the split of the labelled prompts is stated once, in Rust. */
function printReliability(print) {
  const words = ['run', '--release', '--quiet', '--locked', '-p', 'signalbox-text', '--example', 'fit_tiers', 'report'];
  const { status, stdout } = spawnSync('cargo', words, { cwd: path.join(import.meta.dirname, '..'), encoding: 'utf8' });
  if (status !== 0) return print('labelled prompts', 'not measured: cargo does not run here');
  for (const line of stdout.trimEnd().split('\n')) print('labelled prompts', line);
}
