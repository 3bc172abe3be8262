// Where the application's ONNX Runtime is looked for: by folders that are made here, never by importing the package.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownRuntimeSearch, runtimeLibraries } from '../../src/native/onnxruntime.js';

let base = '';

beforeAll(() => {
  base = realpathSync(mkdtempSync(path.join(tmpdir(), 'signalbox-runtime-')));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** An application with an installed package that holds these files under `bin`. */
function application(name: string, files: readonly string[]): string {
  const root = path.join(base, name);
  const folder = path.join(root, 'node_modules', 'onnxruntime-node');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name: 'onnxruntime-node', main: 'missing.js' }));
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, 'bin', file)), { recursive: true });
    writeFileSync(path.join(folder, 'bin', file), '');
  }
  return root;
}

const search = (roots: readonly string[], platform = 'linux', arch = 'x64') => ({
  roots: roots.map((root) => path.join(root, 'index.js')),
  platform,
  arch,
});

const inside = (found: readonly string[]) => found.map((file) => path.relative(base, file).replaceAll(path.sep, '/'));

it('finds the library of each platform', () => {
  const files = [
    'napi-v6/linux/x64/libonnxruntime.so.1',
    'napi-v6/linux/x64/onnxruntime_binding.node',
    'napi-v6/linux/x64/libonnxruntime_providers_shared.so',
    'napi-v6/darwin/arm64/libonnxruntime.1.30.0.dylib',
    'napi-v6/darwin/arm64/libonnxruntime.1.dylib',
    'napi-v6/win32/x64/onnxruntime.dll',
    'napi-v6/win32/x64/DirectML.dll',
  ];
  const root = application('platforms', files);
  const found = (platform: string, arch: string) => runtimeLibraries(search([root], platform, arch)).map((file) => path.basename(file));
  expect(found('linux', 'x64')).toEqual(['libonnxruntime.so.1']);
  expect(found('darwin', 'arm64')).toEqual(['libonnxruntime.1.dylib', 'libonnxruntime.1.30.0.dylib']);
  expect(found('win32', 'x64')).toEqual(['onnxruntime.dll']);
  expect(found('linux', 'arm64')).toEqual([]);
  expect(found('freebsd', 'x64')).toEqual([]);
});

it('asks the application first, and the newest binding of a package', () => {
  const old = application('old', ['napi-v3/linux/x64/libonnxruntime.so.1', 'napi-v6/linux/x64/libonnxruntime.so.1']);
  const own = application('own', ['napi-v6/linux/x64/libonnxruntime.so.1']);
  const place = (name: string, version: string) => `${name}/node_modules/onnxruntime-node/bin/${version}/linux/x64/libonnxruntime.so.1`;
  expect(inside(runtimeLibraries(search([own, old, own])))).toEqual([
    place('own', 'napi-v6'),
    place('old', 'napi-v6'),
    place('old', 'napi-v3'),
  ]);
});

it('finds nothing where nothing is installed', () => {
  mkdirSync(path.join(base, 'empty'));
  expect(runtimeLibraries(search([path.join(base, 'empty'), path.join(base, 'not-there')]))).toEqual([]);
});

it('begins at the working directory and ends at this package', () => {
  const { roots } = ownRuntimeSearch();
  expect(path.dirname(roots[0] ?? '')).toBe(process.cwd());
  expect(roots.at(-1)).toMatch(/src[\\/]native[\\/]onnxruntime/);
});
