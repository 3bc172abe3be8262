// Threads of Node: fifty of them end while the addon works for them, and the process lives.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { binaryOf, loaded, tinyBert } from './addons.js';

const run = promisify(execFile);

describe.each(loaded)('$flavor', ({ flavor }) => {
  it('survives threads that exit while busy', { timeout: 60_000 }, async () => {
    const script = path.join(import.meta.dirname, 'busy-threads.mjs');
    const { stdout, stderr } = await run(process.execPath, [script, binaryOf(flavor), tinyBert], { timeout: 55_000 });
    expect({ stdout, stderr }).toEqual({ stdout: '50 threads ended\n', stderr: '' });
  });
});
