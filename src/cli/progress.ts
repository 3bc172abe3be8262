// Progress of files on stderr: one line that changes where somebody watches, else one line a file.

import type { Terminal } from './terminal.js';

export interface ByteProgress {
  readonly bytes: (file: string, done: number, total: number | undefined) => void;
  /** A file is whole. */
  readonly done: (file: string) => void;
  /** Leaves a clean line behind. */
  readonly end: () => void;
}

const redrawMs = 100;

export function byteProgress({ err, interactive, paintErr }: Pick<Terminal, 'err' | 'interactive' | 'paintErr'>): ByteProgress {
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let open = false;
  const clear = () => {
    if (open) err('\r\u001b[K');
    open = false;
  };
  return {
    bytes: (file, done, total) => {
      const nowMs = performance.now();
      if (!interactive || (nowMs - drawnAtMs < redrawMs && done !== total)) return;
      drawnAtMs = nowMs;
      const part = total === undefined || total === 0 ? '' : ` ${Math.floor((100 * done) / total)} % of ${megabytes(total)}`;
      err(`\r\u001b[K${file}${paintErr.dim(part === '' ? ` ${megabytes(done)}` : part)}`);
      open = true;
    },
    done: (file) => {
      clear();
      err(`${paintErr.dim(file)}\n`);
    },
    end: clear,
  };
}

function megabytes(count: number): string {
  return `${(count / 1e6).toFixed(1)} MB`;
}
