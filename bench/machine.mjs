// What the numbers were measured on, and whether anything else was running there.

import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

const quietBelowPercent = 10;

/** The machine, the runtime and the state of the working tree. */
export function describeMachine() {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.platform()}-${os.arch()} ${os.release()}`,
    node: process.version,
    revision: revision(),
    loadAverage: os.loadavg().map((load) => Number(load.toFixed(2))),
  };
}

/** A folder name for this CPU. */
export const cpuSlug = (cpu) =>
  cpu
    .toLowerCase()
    .replace(/\((r|tm)\)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** CPU time that everything on this machine has used, ms. */
export function busyMs() {
  return os.cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

/** Listens for a second: how much of one core others use. */
export async function sampleOthers(seconds = 1) {
  const before = busyMs();
  const own = process.cpuUsage();
  const startedAt = performance.now();
  await delay(seconds * 1000);
  const used = process.cpuUsage(own);
  const percent = ((busyMs() - before - (used.user + used.system) / 1000) / (performance.now() - startedAt)) * 100;
  return { othersCpuPercent: Math.max(0, Math.round(percent)), quiet: percent < quietBelowPercent };
}

function revision() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const head = git('rev-parse', '--short', 'HEAD');
    return git('status', '--porcelain') === '' ? head : `${head} with a changed working tree`;
  } catch {
    return 'unknown';
  }
}
