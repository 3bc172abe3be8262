// The same load by wrk, where it is installed: the generator that the published numbers of other gateways were made with.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canPin } from './processes.mjs';

export const hasWrk = !spawnSync('wrk', ['-v'], { stdio: 'ignore' }).error;

/** One thread on the second core; the same figures as the own client gives, though wrk sees only whether the status is 2xx. */
export async function runWrk({ url, body, concurrency, seconds }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'signalbox-wrk-'));
  const script = path.join(folder, 'post.lua');
  writeFileSync(
    script,
    `wrk.method = "POST"\nwrk.body = [[${JSON.stringify(body)}]]\nwrk.headers["content-type"] = "application/json"\nwrk.headers["authorization"] = "Bearer sk-x"\n`,
  );
  const args = ['wrk', '-t1', `-c${concurrency}`, `-d${seconds}s`, '--latency', '-s', script, url];
  const output = await run(canPin ? ['taskset', '-c', '1', ...args] : args);
  rmSync(folder, { recursive: true, force: true });
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? Number.NaN);
  const latencyUs = (percent) => microseconds(new RegExp(`${percent}%\\s+(\\S+)`).exec(output)?.[1] ?? '');
  return {
    requests: number(/(\d+) requests in/),
    rps: number(/Requests\/sec:\s+([\d.]+)/),
    p50Us: latencyUs(50),
    p99Us: latencyUs(99),
    bad: number(/Non-2xx or 3xx responses: (\d+)/) || 0,
  };
}

function microseconds(text) {
  const match = /^([\d.]+)(us|ms|s)$/.exec(text);
  return match === null ? Number.NaN : Number(match[1]) * { us: 1, ms: 1000, s: 1_000_000 }[match[2]];
}

function run([file, ...args]) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (bytes) => (output += bytes));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`wrk ended with ${code}`))));
  });
}
