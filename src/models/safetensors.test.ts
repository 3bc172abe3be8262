// Headers of safetensors files: whole ones pass, all others are named.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkSafetensors } from './safetensors.js';

const scratch = mkdtempSync(join(tmpdir(), 'signalbox-safetensors-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function file(header: unknown, dataBytes: number, claimed?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(claimed ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

async function check(content: Buffer): Promise<void> {
  const path = join(scratch, 'model.safetensors');
  writeFileSync(path, content);
  await checkSafetensors(path, 'model.safetensors');
}

const tensor = (from: number, to: number) => ({ dtype: 'F32', shape: [(to - from) / 4], data_offsets: [from, to] });

describe('a safetensors file', () => {
  it.each<[string, Buffer]>([
    ['of a checkpoint', readFileSync('models/tiny/bert/model.safetensors')],
    ['with metadata', file({ __metadata__: { format: 'pt' }, a: tensor(0, 8), b: tensor(8, 16) }, 16)],
  ])('%s passes', async (_name, content) => {
    await expect(check(content)).resolves.toBeUndefined();
  });

  it.each<[string, Buffer]>([
    ['empty', Buffer.alloc(0)],
    ['a page of a hub', Buffer.from('<!doctype html><title>Not found</title>')],
    ['cut off in its tensors', file({ a: tensor(0, 16) }, 15)],
    ['with more than its tensors', file({ a: tensor(0, 16) }, 17)],
    ['cut off in its header', file({ a: tensor(0, 16) }, 0, 1000n)],
    ['with a header beyond memory', file({}, 0, 1n << 62n)],
    ['with a header that is no JSON', file('{"a":', 0)],
    ['with offsets that run backwards', file({ a: { dtype: 'F32', shape: [1], data_offsets: [8, 4] } }, 4)],
  ])('%s is refused', async (_name, content) => {
    await expect(check(content)).rejects.toMatchObject({ code: 'MODEL_INVALID', at: 'model.safetensors' });
  });
});
