// Packs what is published: signalbox itself, which then names the candle packages, and this platform's packages. `node scripts/pack.mjs DIR [flavor…] [--release]`.

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureNative } from './native.mjs';
import { currentPlatform, packageFolder, packageName, platforms, root } from './platforms.mjs';

/**
 * Writes the archives into `folder` and gives their paths, signalbox first. The candle packages are added as optional
 * dependencies here and not in package.json, so that a checkout installs from its lock file before they are published.
 */
export async function pack(folder, flavors = ['candle'], { profile = 'dist' } = {}) {
  if (!existsSync(join(root, 'dist', 'index.js'))) throw new Error('There is no dist folder yet: build first (npm run build).');
  await ensureNative(flavors, { profile });
  mkdirSync(folder, { recursive: true });
  const { triple } = currentPlatform();
  const native = flavors.map((flavor) => npmPack(packageFolder(flavor, triple), folder));
  const stage = mkdtempSync(join(tmpdir(), 'signalbox-pack-'));
  try {
    stageRoot(stage);
    return [npmPack(stage, folder), ...native];
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The files of signalbox and its package.json, without what only a checkout needs. */
function stageRoot(stage) {
  const { devDependencies: _development, scripts: _scripts, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const optionalDependencies = Object.fromEntries(platforms.map(({ triple }) => [packageName('candle', triple), manifest.version]));
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify({ ...manifest, optionalDependencies }, null, 2)}\n`);
  for (const file of manifest.files) if (existsSync(join(root, file))) cpSync(join(root, file), join(stage, file), { recursive: true });
}

function npmPack(from, folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const text = execFileSync(npm, ['pack', from, '--pack-destination', folder, '--json', '--ignore-scripts'], {
    encoding: 'utf8',
    cwd: root,
  });
  return join(folder, JSON.parse(text)[0].filename);
}

async function main(args) {
  const [folder, ...flavors] = args.filter((word) => !word.startsWith('--'));
  if (folder === undefined) throw new Error('Say into which folder: node scripts/pack.mjs DIR [flavor…] [--release]');
  const profile = args.includes('--release') ? 'release' : 'dist';
  const archives = await pack(resolve(folder), flavors.length === 0 ? undefined : flavors, { profile });
  process.stdout.write(`${archives.join('\n')}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
