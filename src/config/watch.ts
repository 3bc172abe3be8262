// Tells when a configuration file has changed: edits, atomic renames, and symlink swaps as Kubernetes makes them.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { watch } from 'chokidar';

export interface WatchOptions {
  /** Called once the content differs from what it was and has settled. */
  readonly onChange: () => void;
  /** Silence after the last event before the file is read, milliseconds. */
  readonly settleMs?: number;
}

export interface ConfigWatch {
  /** Resolves when events are being received. */
  readonly ready: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Watches the file's folder, because a rename or a swapped symlink puts another file in its place.
 * A file that is missing or cannot be read is not a change: a writer may be between two steps.
 */
export function watchConfig(file: string, { onChange, settleMs = 25 }: WatchOptions): ConfigWatch {
  const path = resolve(file);
  const folder = dirname(path);
  const concerns = (entry: string): boolean => entry === path || basename(entry).startsWith('..');
  const watcher = watch(folder, {
    depth: 0,
    ignoreInitial: true,
    atomic: false,
    persistent: true,
    ignored: (entry) => resolve(entry) !== folder && !concerns(resolve(entry)),
  });
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let seen = digest(path);
  const look = async (): Promise<void> => {
    const before = seen;
    seen = digest(path).then(async (found) => found ?? (await before));
    const [old, found] = await Promise.all([before, seen]);
    if (!closed && found !== undefined && found !== old) onChange();
  };
  const wake = (): void => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(() => void look(), settleMs);
  };
  watcher.on('all', wake).on('raw', wake).on('error', wake);
  const ready = new Promise<void>((done) => watcher.once('ready', done));
  return {
    ready: Promise.all([ready, seen]).then(() => undefined),
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await watcher.close();
    },
  };
}

async function digest(path: string): Promise<string | undefined> {
  try {
    return createHash('sha256')
      .update(await readFile(path))
      .digest('base64');
  } catch {
    return undefined;
  }
}
