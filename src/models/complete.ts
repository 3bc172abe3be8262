// Writes into a model's folder what its publisher says on the card only: labels by name, and prompts that belong before texts.

import { join } from 'node:path';
import { sha256 } from './hash.js';
import { readObject, writeObject } from './json-file.js';
import { ourLabels, readLabels } from './labels.js';
import type { LabelledHead, PublishedModel } from './manifest.js';

const configFile = 'config.json';
const promptsFile = 'config_sentence_transformers.json';

/**
 * So that every engine reads the same: a guard is known by its labels, and what alarms in one window of a long text speaks
 * for the whole of it. Gives the files that changed, with the hash they came with; null for a new one.
 */
export async function completeFolder(folder: string, model: PublishedModel): Promise<Record<string, string | null>> {
  const completed: Record<string, string | null> = {};
  for (const head of model.heads) {
    if (head.task === 'embedding') await addPrompts(folder, head, completed);
    else await nameLabels(folder, head, completed);
  }
  return completed;
}

async function nameLabels(folder: string, head: LabelledHead, completed: Record<string, string | null>): Promise<void> {
  const path = join(folder, configFile);
  const config = await readObject(path, configFile);
  const found = readLabels(config);
  const file = head.labelsFile === undefined ? undefined : await readIfThere(folder, head.labelsFile);
  const labels = ourLabels(found, head, file);
  if (labels.every((label, id) => label === found[id])) return;
  completed[configFile] = await sha256(path);
  const id2label = Object.fromEntries(labels.map((label, id) => [String(id), label]));
  const label2id = Object.fromEntries(labels.map((label, id) => [label, id]));
  await writeObject(path, { ...config, id2label, label2id });
}

type EmbeddingHead = Extract<PublishedModel['heads'][number], { task: 'embedding' }>;

async function addPrompts(
  folder: string,
  { prompts, usualPrompt }: EmbeddingHead,
  completed: Record<string, string | null>,
): Promise<void> {
  if (prompts === undefined) return;
  const found = await readIfThere(folder, promptsFile);
  if (Object.keys(found?.['prompts'] ?? {}).length > 0) return;
  const path = join(folder, promptsFile);
  completed[promptsFile] = found === undefined ? null : await sha256(path);
  await writeObject(path, { ...found, prompts, default_prompt_name: usualPrompt ?? null });
}

async function readIfThere(folder: string, file: string): Promise<Record<string, unknown> | undefined> {
  return readObject(join(folder, file), file).catch((fault: { readonly received?: unknown }) => {
    if (fault.received === 'nothing') return undefined;
    throw fault;
  });
}
