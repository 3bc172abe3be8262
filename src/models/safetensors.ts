// The header of a safetensors file: whether it describes exactly the bytes that follow it.

import { open } from 'node:fs/promises';
import { z } from 'zod';
import { bytes, invalidModel } from './fault.js';

/** The format's own limit (huggingface/safetensors, MAX_HEADER_SIZE). */
const mostHeaderBytes = 100_000_000;
const lengthBytes = 8;

const headerSchema = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(z.int().nonnegative()),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
  }),
);

/** Rejects with MODEL_INVALID naming `name` when the file is cut off, too long, or no safetensors file. */
export async function checkSafetensors(path: string, name: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(lengthBytes), 0, lengthBytes, 0);
    if (bytesRead < lengthBytes) throw invalidModel(name, 'a safetensors file', bytes(size));
    const length = buffer.readBigUInt64LE();
    if (length > BigInt(mostHeaderBytes) || length > BigInt(size - lengthBytes)) {
      throw invalidModel(name, `a safetensors header within ${bytes(size)}`, `one of ${length} bytes`);
    }
    const header = Buffer.alloc(Number(length));
    await file.read(header, 0, header.length, lengthBytes);
    checkEnd(name, header.toString('utf8'), size - lengthBytes - header.length);
  } finally {
    await file.close();
  }
}

function checkEnd(name: string, header: string, dataBytes: number): void {
  const end = lastByte(header);
  if (end === undefined) throw invalidModel(name, 'a safetensors header', 'something else');
  if (end !== dataBytes) throw invalidModel(name, `${bytes(end)} of tensors`, bytes(dataBytes));
}

function lastByte(header: string): number | undefined {
  try {
    const { __metadata__: _metadata, ...tensors } = z.record(z.string(), z.unknown()).parse(JSON.parse(header));
    const ends = Object.values(headerSchema.parse(tensors)).map(({ data_offsets: [from, to] }) => (from <= to ? to : Number.NaN));
    return ends.reduce((most, end) => Math.max(most, end), 0);
  } catch {
    return undefined;
  }
}
