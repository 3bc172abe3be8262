// Minutes of fuzzing in Rust, optimised: the targets of `crates/text/tests/fuzz`, side by side, from a seed on.

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
/** Rounds of one soak never reach the seeds of the next. */
const seedsApart = 1_000_000_000;

/** The faults: none, or the one line that says which target fails from which seed on. */
export function fuzz({ minutes, seed }) {
  const env = {
    ...process.env,
    SIGNALBOX_FUZZ_SECONDS: String(Math.ceil(minutes * 60)),
    SIGNALBOX_FUZZ_SEED: String(seed * seedsApart),
  };
  const args = ['test', '--release', '--package', 'signalbox-text', '--test', 'fuzz'];
  const { status, stdout, stderr } = spawnSync('cargo', args, { cwd: root, env, encoding: 'utf8' });
  if (status === 0) return [];
  const lines = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n');
  const told = lines.filter((line) => /fails with SIGNALBOX_FUZZ_SEED|panicked at|^error/.test(line));
  return [`fuzzing: ${told.slice(0, 4).join('; ') || `cargo ended with ${status}`}`];
}
