// Checks .github/workflows without network: syntax, permissions, pins, and a prebuild for every folder under npm/. With `--prebuilt`: that each holds its binary.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { flavors, packageFolder, platforms, root } from './platforms.mjs';

const folder = join(root, '.github', 'workflows');
const pin = /^[\w./-]+@(v\d+|[0-9a-f]{40})$/;
/** Text of a stranger's that a shell would run. */
const injection = /\$\{\{\s*github\.(event\.|head_ref)/;

/** Everything that is wrong with the workflows, one sentence each. */
export async function workflowFaults() {
  const { parseDocument } = await import('yaml');
  const faults = [];
  for (const file of readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))) {
    const document = parseDocument(readFileSync(join(folder, file), 'utf8'), { uniqueKeys: true, strict: true });
    const found = document.errors.length > 0 ? document.errors.map(({ message }) => message) : faultsOf(document.toJS());
    faults.push(...found.map((fault) => `${file}: ${fault}`));
  }
  return [...faults, ...releaseFaults(parseDocument(readFileSync(join(folder, 'release.yml'), 'utf8')).toJS())];
}

function faultsOf(workflow) {
  const faults = ['name', 'on', 'permissions', 'jobs'].filter((key) => workflow[key] === undefined).map((key) => `${key} is missing`);
  if (workflow.on?.pull_request_target !== undefined) faults.push('pull_request_target gives strangers our secrets');
  if (Object.values(workflow.permissions ?? {}).some((access) => access === 'write'))
    faults.push('write permissions belong to the job that needs them');
  for (const [name, job] of Object.entries(workflow.jobs ?? {})) faults.push(...jobFaults(job).map((fault) => `jobs.${name}: ${fault}`));
  return faults;
}

function jobFaults(job) {
  const faults = ['runs-on', 'timeout-minutes', 'steps'].filter((key) => job[key] === undefined).map((key) => `${key} is missing`);
  for (const { uses, run, with: inputs } of job.steps ?? []) {
    if (uses !== undefined && !pin.test(uses)) faults.push(`${uses} is not pinned to a major version or a commit`);
    if (uses?.startsWith('actions/checkout@') && inputs?.['persist-credentials'] !== false) faults.push('checkout leaves its token behind');
    if (run !== undefined && injection.test(run)) faults.push("a step runs words from outside; hand them over in 'env'");
  }
  return faults;
}

/** The release builds every flavor on every platform that npm/ has a folder for, and publishes with provenance. */
function releaseFaults({ jobs }) {
  const { prebuild, publish } = jobs;
  const built = prebuild.strategy.matrix.include.map(({ triple }) => triple);
  const wanted = platforms.map(({ triple }) => triple);
  const commands = publish.steps.map(({ run = '' }) => run).join('\n');
  const folders = readdirSync(join(root, 'npm'));
  const expected = flavors.flatMap((flavor) => wanted.map((triple) => `${flavor}-${triple}`));
  const checks = [
    [sameSet(built, wanted), `the matrix builds ${built.join(', ')}; the platforms are ${wanted.join(', ')}`],
    [sameSet(prebuild.env.FLAVORS.split(' '), flavors), `the flavors are ${flavors.join(', ')}`],
    [sameSet(folders, expected), `npm/ holds ${folders.length} folders, not ${expected.length}: run node scripts/platforms.mjs --write`],
    [commands.includes('--provenance') && publish.permissions['id-token'] === 'write', 'packages are published without provenance'],
    [commands.includes('sbom'), 'packages are published without an SBOM'],
    [publish.needs.includes('test') && publish.needs.includes('prebuild'), 'publish does not wait for test and prebuild'],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => `release.yml: ${fault}`);
}

const sameSet = (one, other) => one.length === other.length && [...one].sort().join() === [...other].sort().join();

function missingBinaries() {
  const files = flavors.flatMap((flavor) => platforms.map(({ triple }) => join(packageFolder(flavor, triple), 'signalbox.node')));
  return files.filter((file) => !existsSync(file)).map((file) => `${relative(root, file)} is missing`);
}

/** What actionlint says, where it is installed. */
function actionlint() {
  const { error, status, stdout } = spawnSync('actionlint', ['-no-color'], { cwd: root, encoding: 'utf8' });
  if (error !== undefined) return { ran: false, faults: [] };
  return { ran: true, faults: status === 0 ? [] : [stdout.trim()] };
}

async function main() {
  const linted = process.argv.includes('--prebuilt') ? undefined : actionlint();
  const faults = linted === undefined ? missingBinaries() : [...(await workflowFaults()), ...linted.faults];
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = 1;
  else
    console.log(
      linted === undefined ? 'every package holds its binary' : `the workflows hold${linted.ran ? '' : ' (actionlint is not installed)'}`,
    );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main();
