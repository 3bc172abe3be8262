// Whether a folder holds what the manifest says of a model: its files, the right architecture, a tokeniser, whole weights.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { invalidModel } from './fault.js';
import { readObject } from './json-file.js';
import { readLabels } from './labels.js';
import type { PublishedModel } from './manifest.js';
import { checkSafetensors } from './safetensors.js';

const weights = 'model.safetensors';
const weightsIndex = 'model.safetensors.index.json';
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string().regex(/^\w[\w.-]*\.safetensors$/)) });

/** Graphs that the onnx flavor runs; taken where somebody exported them into the folder. */
const graphs = ['model.onnx', 'onnx/model.onnx', 'model_quantized.onnx', 'onnx/model_quantized.onnx'];

/** The files of the model that are in `folder`. Rejects with MODEL_INVALID naming the first that is missing. */
export async function filesIn(folder: string, { files, optionalFiles }: PublishedModel): Promise<readonly string[]> {
  const found: string[] = [];
  for (const file of files) {
    if (await isFile(join(folder, file))) found.push(file);
    else if (file === weights && (await isFile(join(folder, weightsIndex)))) found.push(weightsIndex, ...(await shards(folder)));
    else throw invalidModel(file, 'a file', 'nothing');
  }
  for (const file of [...optionalFiles, ...graphs]) if (await isFile(join(folder, file))) found.push(file);
  return [...new Set(found)];
}

async function shards(folder: string): Promise<readonly string[]> {
  const parsed = indexSchema.safeParse(await readObject(join(folder, weightsIndex), weightsIndex));
  if (!parsed.success) throw invalidModel(weightsIndex, 'weight_map with the names of files', 'another index');
  return [...new Set(Object.values(parsed.data.weight_map))].toSorted();
}

/** Opens configuration, tokeniser and weights. Rejects with MODEL_INVALID naming the first fault. */
export async function inspectFolder(folder: string, model: PublishedModel, files: readonly string[]): Promise<void> {
  for (const file of files) if (!(await isFile(join(folder, file)))) throw invalidModel(file, 'a file', 'nothing');
  const config = await readObject(join(folder, 'config.json'), 'config.json');
  const architecture = config['model_type'];
  if (architecture !== model.architecture) {
    throw invalidModel('config.json:model_type', model.architecture, typeof architecture === 'string' ? architecture : 'nothing');
  }
  const head = model.heads.find((head) => head.task !== 'embedding');
  if (head?.labels !== undefined) checkCount(readLabels(config).length, head.labels.length);
  const tokenizer = await readObject(join(folder, 'tokenizer.json'), 'tokenizer.json');
  if (typeof tokenizer['model'] !== 'object') throw invalidModel('tokenizer.json:model', 'a tokeniser', 'nothing');
  for (const file of files) if (file.endsWith('.safetensors')) await checkSafetensors(join(folder, file), file);
}

function checkCount(found: number, wanted: number): void {
  if (found !== wanted) throw invalidModel('config.json:id2label', `${wanted} labels`, String(found));
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
