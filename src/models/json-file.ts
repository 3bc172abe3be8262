// JSON files of model folders, read with a typed fault and written whole or not at all.

import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { invalidModel } from './fault.js';

const anyObject = z.record(z.string(), z.unknown());

/** An object of a JSON file. Rejects with MODEL_INVALID that names `name`. */
export async function readObject(path: string, name: string): Promise<Record<string, unknown>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw invalidModel(name, 'a file that can be read', cause.code === 'ENOENT' ? 'nothing' : (cause.code ?? 'an error'), cause);
  });
  const parsed = anyObject.safeParse(parse(text));
  if (!parsed.success) throw invalidModel(name, 'a JSON object', text.trim() === '' ? 'an empty file' : 'something else');
  return parsed.data;
}

/** Writes beside the place first, so that no reader ever sees half of it. */
export async function writeObject(path: string, value: object): Promise<void> {
  const beside = `${path}.${process.pid}.new`;
  await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`);
  await rename(beside, path);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
