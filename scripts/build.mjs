// What has to be there before signalbox can run: packages, compiled TypeScript, the native addon; each only where something is missing or old.

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'dist', '.sources');

/**
 * Brings everything up to date. `say` hears a line before and after each thing that is done, nothing where nothing is.
 * Rejects with an Error whose message is one sentence for the user.
 */
export async function prepare({ flavors, say }) {
  if (isFirstRun()) say('first run: installing packages and building; this takes a few minutes, the next start is immediate');
  await ensurePackages(say);
  await ensureTypescript(say);
  const { ensureNative } = await import('./native.mjs');
  await ensureNative(flavors);
}

/**
 * Installs the locked packages where they are missing or older than the lock file. Not by `npm ci`: that refuses a lock file which does
 * not list the optional packages of every platform, and a registry that carries only some of them cannot give a fuller one.
 */
export async function ensurePackages(say) {
  const installed = join(root, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && modifiedAt(installed) >= modifiedAt(join(root, 'package-lock.json'))) return;
  await timed('installing packages', say, () =>
    npm(['install', '--no-save', '--include=dev', '--no-progress', '--loglevel=error']).catch(() => {
      throw new Error('The packages could not be installed; npm says why above.');
    }),
  );
  const now = new Date();
  utimesSync(installed, now, now); // npm leaves it alone where nothing was missing
}

/** Compiles where a source is newer than the last build, or was added or removed since. */
export async function ensureTypescript(say) {
  const sources = sourceFiles();
  const listed = sources.join('\n');
  const before = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : undefined;
  if (before === listed && sources.every((file) => modifiedAt(join(root, file)) <= modifiedAt(stampFile))) return;
  if (before !== undefined && before !== listed) rmSync(join(root, 'dist'), { recursive: true, force: true }); // nothing stays of a removed source
  const startedAt = new Date();
  await timed('compiling TypeScript', say, () =>
    runScript('typescript/bin/tsc', ['-p', 'tsconfig.json']).catch(() => {
      throw new Error('The TypeScript sources do not compile; the compiler says why above.');
    }),
  );
  chmodSync(join(root, 'dist', 'cli', 'main.js'), 0o755);
  writeFileSync(stampFile, listed);
  utimesSync(stampFile, startedAt, startedAt);
}

/** Runs a program with this terminal. Rejects unless it succeeds. */
export function runProgram(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${[command, ...args].join(' ')} failed.`))));
  });
}

/** Runs the JavaScript program of an installed package. */
export function runScript(path, args, options) {
  return runProgram(process.execPath, [join(root, 'node_modules', path), ...args], options);
}

function isFirstRun() {
  return !existsSync(join(root, 'node_modules')) || !existsSync(stampFile);
}

/** With the npm that runs this script, if one does. */
function npm(args) {
  const script = process.env.npm_execpath;
  if (script?.endsWith('.js')) return runProgram(process.execPath, [script, ...args]);
  return runProgram('npm', args, { shell: process.platform === 'win32' });
}

async function timed(what, say, task) {
  say(`${what} …`);
  const startedAt = performance.now();
  await task();
  say(`${what}: done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

/** What dist/ is made from. */
function sourceFiles() {
  const files = readdirSync(join(root, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  return [...files, 'index.d.ts', 'package.json', 'tsconfig.json'].sort();
}

function modifiedAt(file) {
  return statSync(file).mtimeMs;
}

async function main() {
  const { flavors } = await import('./platforms.mjs');
  await prepare({ flavors, say: (text) => process.stderr.write(`signalbox: ${text}\n`) });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main().catch((error) => {
    process.stderr.write(`signalbox: ${error.message}\n`);
    process.exitCode = 1;
  });
}
