// `npm test`: builds everything, runs every check and every test, and says on its last line how many passed and failed. Names of steps as arguments run only those.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensurePackages, ensureTypescript, runProgram, runScript } from './build.mjs';
import { onnxruntimeLibrary, peerFolder } from './peers.mjs';
import { flavors } from './platforms.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'signalbox-test-'));
const say = (text) => process.stdout.write(`${text}\n`);

/** A check counts as one test, or rejects and counts as one that failed; steps that run tests give their own counts. */
const steps = [
  { name: 'packages', run: () => ensurePackages(say) },
  { name: 'native', run: buildNative },
  { name: 'index.d.ts', run: () => runProgram(process.execPath, ['scripts/native.mjs', ...flavors, '--check-types']) },
  { name: 'onnx runtime', run: installRuntimes },
  { name: 'typescript', run: () => ensureTypescript(say) },
  { name: 'types of tests', run: () => runScript('typescript/bin/tsc', ['-p', 'tsconfig.test.json']) },
  { name: 'schema', run: () => runProgram(process.execPath, ['scripts/schema.mjs', '--check']) },
  { name: 'workflows', run: () => runProgram(process.execPath, ['scripts/workflows.mjs']) },
  { name: 'biome', run: () => runScript('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']) },
  { name: 'rustfmt', run: () => runProgram('cargo', ['fmt', '--all', '--check']) },
  { name: 'clippy', run: clippy },
  { name: 'cargo test', run: cargoTest },
  { name: 'vitest', run: () => vitest([], 'stub') },
  { name: 'vitest on candle', run: () => vitest(['test/native', 'src/native'], 'candle') },
  { name: 'vitest on onnx', run: () => vitest(['test/native', 'src/native'], 'onnx') },
];

/** What tests of the onnx flavor are told: the library, and folders with two versions of it. */
const runtimes = {};

/** The library is an application's own business: tests bring theirs, two versions, and say so where they cannot be had. */
function installRuntimes() {
  try {
    const folders = ['1.30.0', '1.24.3'].map((version) => peerFolder('onnxruntime-node', version));
    runtimes.ORT_DYLIB_PATH = onnxruntimeLibrary(folders[0]);
    runtimes.SIGNALBOX_ONNXRUNTIME_FOLDERS = folders.map((folder) => dirname(dirname(folder))).join(delimiter);
  } catch (error) {
    say(`Tests of the onnx flavor that need ONNX Runtime are skipped: ${error.message}`);
  }
}

async function buildNative() {
  const { ensureNative } = await import('./native.mjs');
  await ensureNative(flavors);
}

async function clippy() {
  const warnings = ['--', '-D', 'warnings'];
  await runProgram('cargo', ['clippy', '--workspace', '--all-targets', '--locked', ...warnings]);
  for (const flavor of ['candle', 'onnx']) {
    await runProgram('cargo', ['clippy', '-p', 'signalbox-node', '--no-default-features', '--features', flavor, '--locked', ...warnings]);
  }
}

async function cargoTest() {
  const { code, output } = await watched('cargo', ['test', '--workspace', '--locked'], { ...process.env, ...runtimes });
  const results = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed/gm)];
  const sum = (group) => results.reduce((total, match) => total + Number(match[group]), 0);
  return settled({ passed: sum(1), failed: sum(2) }, code);
}

async function vitest(paths, backend) {
  const report = join(scratch, `vitest-${backend}.json`);
  const args = [
    'run',
    '--passWithNoTests',
    '--exclude=.cache/**',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...paths,
  ];
  const env = { ...process.env, ...runtimes, SIGNALBOX_BACKEND: backend };
  const code = await runScript('vitest/vitest.mjs', args, { env }).then(
    () => 0,
    () => 1,
  );
  if (!existsSync(report)) return settled({ passed: 0, failed: 0 }, code);
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unread = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  return settled({ passed: numPassedTests, failed: numFailedTests + unread }, code);
}

/** A program that fails without a failing test, because it did not compile or left an error behind, is one failure. */
function settled({ passed, failed }, code) {
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** Runs a program, showing its output and keeping it. */
function watched(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
      process.stdout.write(text);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

async function runStep({ name, run }) {
  say(`\n── ${name}`);
  const startedAt = performance.now();
  const counts = await Promise.resolve()
    .then(run)
    .then(
      (own) => own ?? { passed: 1, failed: 0 },
      (error) => {
        say(error.message);
        return { passed: 0, failed: 1 };
      },
    );
  return { name, seconds: (performance.now() - startedAt) / 1000, ...counts };
}

async function main(wanted) {
  const odd = wanted.find((name) => steps.every((step) => step.name !== name));
  if (odd !== undefined) throw new Error(`There is no step "${odd}"; the steps are ${steps.map(({ name }) => `"${name}"`).join(', ')}.`);
  const results = [];
  for (const step of steps) if (wanted.length === 0 || wanted.includes(step.name)) results.push(await runStep(step));
  say('');
  for (const { name, seconds, passed, failed } of results) {
    say(`${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(17)} ${seconds.toFixed(1).padStart(6)} s  ${passed} passed, ${failed} failed`);
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  say(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}

main(process.argv.slice(2))
  .catch((error) => {
    say(error.message);
    say('0 passed, 1 failed');
    process.exitCode = 1;
  })
  .finally(() => rmSync(scratch, { recursive: true, force: true }));
