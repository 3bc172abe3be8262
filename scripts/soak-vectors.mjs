// Minutes of the vector index's own stress tests: eight threads against models of the truth, changed snapshots, two hundred kills while saving.

import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const kills = 200;

/** The faults, in words; each test runs alone, so that one does not take the other's time. */
export async function soakVectors(minutes) {
  const seconds = String(Math.round(minutes * 60));
  const runs = [
    ['churn::threads_never_see_what_is_gone', { SIGNALBOX_SOAK_SECONDS: seconds }],
    ['snapshot::changed_bytes_never_crash', { SIGNALBOX_SOAK_SECONDS: seconds }],
    ['kill::a_snapshot_is_whole_whenever_its_writer_dies', { SIGNALBOX_SOAK_KILLS: String(kills) }],
  ];
  const faults = [];
  for (const [test, env] of runs) {
    const startedAt = Date.now();
    const code = await cargoTest(test, env);
    console.log(`${test}: ${code === 0 ? 'holds' : 'fails'} after ${Math.round((Date.now() - startedAt) / 1000)} s`);
    if (code !== 0) faults.push(`${test} ended with ${code}`);
  }
  return faults;
}

function cargoTest(test, env) {
  const args = ['test', '--release', '--locked', '-p', 'signalbox-index', '--test', 'behaviour', '--', '--exact', test];
  const child = spawn('cargo', args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
}
