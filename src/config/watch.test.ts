// Watching the file: edits, renames, symlink swaps, and what is no change.

import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConfigWatch, watchConfig } from './watch.js';

const open: ConfigWatch[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((watch) => watch.close()));
});

async function watching(file: string, settleMs = 25) {
  let calls = 0;
  let wake: () => void = () => undefined;
  const watch = watchConfig(file, {
    onChange: () => {
      calls += 1;
      wake();
    },
    settleMs,
  });
  open.push(watch);
  await watch.ready;
  /** Resolves with the milliseconds until the call number `count`. */
  const called = async (count: number): Promise<number> => {
    const startedAtMs = performance.now();
    while (calls < count) await new Promise<void>((resolve) => (wake = resolve));
    return performance.now() - startedAtMs;
  };
  return { called, calls: () => calls };
}

async function folderWith(content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'watch-'));
  const file = join(folder, 'signalbox.yaml');
  await writeFile(file, content);
  return { folder, file };
}

describe('watchConfig', () => {
  it('sees an edit in place within 100 ms', { retry: 3 }, async () => {
    const { file } = await folderWith('a: 1');
    const { called } = await watching(file);
    const tookMs: number[] = [];
    for (let edit = 1; edit <= 10; edit++) {
      await writeFile(file, `a: ${edit + 1}`);
      tookMs.push(await called(edit));
    }
    const median = tookMs.toSorted((one, other) => one - other)[5] ?? Number.NaN;
    expect(median).toBeLessThan(100);
  });

  it('sees renames over the file, again and again', async () => {
    const { folder, file } = await folderWith('a: 1');
    const { called } = await watching(file);
    for (let edit = 1; edit <= 5; edit++) {
      await writeFile(join(folder, '.signalbox.yaml.swp'), `a: ${edit + 1}`);
      await rename(join(folder, '.signalbox.yaml.swp'), file);
      await called(edit);
    }
  });

  it('sees symlinks swapped as Kubernetes does it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watch-'));
    const publish = async (version: number): Promise<void> => {
      await mkdir(join(folder, `..v${version}`));
      await writeFile(join(folder, `..v${version}`, 'signalbox.yaml'), `a: ${version}`);
      await symlink(`..v${version}`, join(folder, '..data_tmp'));
      await rename(join(folder, '..data_tmp'), join(folder, '..data'));
      await rm(join(folder, `..v${version - 1}`), { recursive: true, force: true });
    };
    await publish(1);
    await symlink('..data/signalbox.yaml', join(folder, 'signalbox.yaml'));
    const { called } = await watching(join(folder, 'signalbox.yaml'));
    for (let version = 2; version <= 4; version++) {
      await publish(version);
      await called(version - 1);
    }
  });

  it('sees an edit of the file that a symlink leads to', async () => {
    const { file } = await folderWith('a: 1');
    const folder = await mkdtemp(join(tmpdir(), 'watch-'));
    await symlink(file, join(folder, 'signalbox.yaml'));
    const { called } = await watching(join(folder, 'signalbox.yaml'));
    await writeFile(file, 'a: 2');
    await called(1);
  });

  it('takes many writes as one change, and a removal or a touch as none', async () => {
    const { folder, file } = await folderWith('a: 1');
    const { called, calls } = await watching(file, 300);
    for (let step = 0; step < 50; step++) await writeFile(file, `a: ${'x'.repeat(step)}`);
    await called(1);
    await rm(file);
    await writeFile(join(folder, 'other.yaml'), 'b: 1');
    await writeFile(file, `a: ${'x'.repeat(49)}`);
    await utimes(file, new Date(), new Date());
    await writeFile(file, 'a: 3');
    await called(2);
    expect(calls()).toBe(2);
  });

  it('is silent after it is closed', async () => {
    const { file } = await folderWith('a: 1');
    const first = await watching(file);
    await open[0]?.close();
    const second = await watching(file);
    await writeFile(file, 'a: 2');
    await second.called(1);
    expect(first.calls()).toBe(0);
  });
});
