// Other people's packages that tests and benches run beside ours, each exact, installed on first use into `.cache/peers` and nowhere else.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './platforms.mjs';

/** Exact versions; `scripts` where a package must be compiled by its own install script. */
const peers = {
  'onnxruntime-node': { version: '1.30.0', scripts: false },
  usearch: { version: '2.26.2', scripts: false },
  'hnswlib-node': { version: '3.0.0', scripts: true },
};

/**
 * The folder of `name` as it was installed; `version` other than the usual one may be asked for. Throws an Error in one sentence when it
 * cannot be installed.
 */
export function peerFolder(name, version = peers[name]?.version) {
  if (peers[name] === undefined) throw new Error(`There is no peer called ${name}; there are ${Object.keys(peers).join(', ')}.`);
  const place = join(root, '.cache', 'peers', `${name}-${version}`);
  const installed = join(place, 'node_modules', name);
  if (existsSync(installed)) return installed;
  const half = `${place}.${process.pid}`;
  mkdirSync(half, { recursive: true });
  writeFileSync(join(half, 'package.json'), '{ "private": true }\n');
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error', `--ignore-scripts=${!peers[name].scripts}`];
  const { status, stderr } = spawnSync('npm', ['install', ...options, `${name}@${version}`], { cwd: half, encoding: 'utf8' });
  if (status !== 0) {
    rmSync(half, { recursive: true, force: true });
    throw new Error(`${name} ${version} could not be installed: ${stderr.trim().split('\n')[0] ?? 'npm gives no reason'}`);
  }
  // Somebody else may have been quicker.
  if (existsSync(place)) rmSync(half, { recursive: true, force: true });
  else renameSync(half, place);
  return installed;
}

/** The module of `name`, as `require` gives it. */
export function peer(name, version) {
  const folder = peerFolder(name, version);
  return createRequire(join(folder, 'package.json'))(folder);
}

/** The library inside an installed onnxruntime-node, for this platform. */
export function onnxruntimeLibrary(folder) {
  const names = ['libonnxruntime.so.1', 'libonnxruntime.1.dylib', 'onnxruntime.dll'];
  const bins = readdirSync(join(folder, 'bin')).map((version) => join(folder, 'bin', version, process.platform, process.arch));
  const found = bins.flatMap((bin) => names.map((name) => join(bin, name))).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`onnxruntime-node has no library for ${process.platform} ${process.arch}`);
  return found;
}
