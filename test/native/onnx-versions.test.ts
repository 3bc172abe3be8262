// The onnx flavor beside the application's own onnxruntime-node, of the same version and of others: whoever comes first, both work.
//
// Two versions are needed: folders with an installed onnxruntime-node each, named by SIGNALBOX_ONNXRUNTIME_FOLDERS (separated as in PATH),
// beside the one of the development dependencies. Cases that need what is not there are skipped, and say so.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runtimeLibraries } from '../../src/native/onnxruntime.js';
import { binaryOf, openAddon, root, tinyBert } from './addons.js';

interface Installed {
  readonly folder: string;
  readonly version: string;
  readonly library: string;
}

const flavor = openAddon('onnx') === undefined ? 'the onnx flavor is not built here' : undefined;
const folders = (process.env['SIGNALBOX_ONNXRUNTIME_FOLDERS'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
const installed = [root, ...folders].flatMap(atFolder);
const [one] = installed;
const other = installed.find(({ version }) => version !== one?.version);
const missing = one === undefined ? 'no onnxruntime-node is installed' : undefined;
const alone = other === undefined ? 'a second version of onnxruntime-node is not installed' : undefined;

function atFolder(folder: string): readonly Installed[] {
  const [library] = runtimeLibraries({ roots: [path.join(folder, 'index.js')], platform: process.platform, arch: process.arch });
  const manifest = path.join(folder, 'node_modules', 'onnxruntime-node', 'package.json');
  if (library === undefined || !existsSync(manifest)) return [];
  const { version }: { version: string } = JSON.parse(readFileSync(manifest, 'utf8'));
  return [{ folder, version, library }];
}

/** What each step gave, after the process ended well. */
function steps(...list: readonly object[]): readonly unknown[] {
  const graph = path.join(root, 'crates', 'onnx', 'tests', 'graphs', 'wide.onnx');
  const task = { binary: binaryOf('onnx'), graph, model: tinyBert, steps: list };
  const env = { ...process.env };
  delete env['ORT_DYLIB_PATH'];
  const script = path.join(root, 'test', 'native', 'onnx-process.mjs');
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [script, JSON.stringify(task)], { encoding: 'utf8', env });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const open = (at: Installed | undefined) => ({ do: 'open', library: at?.library });
const offer = (at: Installed | undefined) => ({ do: 'open', candidates: at === undefined ? [] : [at.library] });
const run = (at: Installed | undefined) => ({ do: 'run', folder: at?.folder });
const embed = { do: 'embed' };
const sums = [6, 6, 6, 6];

/** A case that is left out, with the reason in its name, where something is missing. */
function only(reason: string | undefined, name: string, body: () => void): void {
  it.skipIf(reason !== undefined)(reason === undefined ? name : `${name} (skipped: ${reason})`, body, 60_000);
}

describe('without a library', () => {
  only(flavor, 'says why no model runs, and ends well', () => {
    const [before, features, unavailable, failure] = steps(
      { do: 'open', candidates: ['/no/such/libonnxruntime.so.1'] },
      { do: 'features' },
      { do: 'unavailable' },
      embed,
    );
    expect(before).toMatchObject({ code: 'CAPABILITY_MISSING', at: 'onnxruntime' });
    expect(features).toBe(false);
    expect(unavailable).toMatch(/there is no such file/);
    expect(failure).toMatchObject({ code: 'CAPABILITY_MISSING', at: 'onnxruntime' });
  });
});

describe('with one version', () => {
  const reason = flavor ?? missing;

  only(reason, 'both work, the addon first', () => {
    expect(steps(open(one), embed, run(one), embed)).toEqual([opened(one), 'embedded', sums, 'embedded']);
  });

  only(reason, 'both work, the application first', () => {
    expect(steps(run(one), offer(undefined), embed, run(one))).toEqual([sums, opened(one), 'embedded', sums]);
  });

  only(reason, 'all features are there once it is open', () => {
    expect(steps({ do: 'features' }, open(one), { do: 'features' })).toEqual([false, opened(one), true]);
  });

  only(reason, 'worker threads come and go, and the process may leave at any time', () => {
    expect(steps(open(one), { do: 'worker' }, { do: 'worker' }, embed, { do: 'leave' })).toEqual([
      opened(one),
      0,
      0,
      'embedded',
      'leaving',
    ]);
  });
});

describe('with two versions', () => {
  const reason = flavor ?? missing ?? alone;

  only(reason, 'the addon opens one, the application requires the other afterwards', () => {
    for (const [ours, theirs] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(steps(open(ours), embed, run(theirs), embed, run(theirs))).toEqual([opened(ours), 'embedded', sums, 'embedded', sums]);
    }
  });

  only(reason, 'the addon takes what the application has loaded, whatever is offered', () => {
    for (const [theirs, offered] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(steps(run(theirs), offer(offered), embed, run(theirs))).toEqual([sums, opened(theirs), 'embedded', sums]);
    }
  });

  only(reason, 'a library that is named is opened beside the one of the application', () => {
    for (const [theirs, ours] of [
      [one, other],
      [other, one],
    ] as const) {
      expect(steps(run(theirs), open(ours), embed, run(theirs))).toEqual([sums, opened(ours), 'embedded', sums]);
    }
  });
});

function opened(at: Installed | undefined): object {
  return { path: at?.library, version: at?.version, api: 20 };
}
