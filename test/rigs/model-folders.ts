// Folders as publishers put them on a hub, made of the tiny checkpoints: the true architectures in a few kilobytes.

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const tiny = path.resolve(import.meta.dirname, '../../models/tiny');

/** Prompt Guard's architecture with three labels; `labels` as the publisher writes them. */
export function guardFolder(folder: string, labels: readonly string[] = ['LABEL_0', 'LABEL_1', 'LABEL_2']): string {
  copy('deberta', folder);
  const config = readJson(path.join(folder, 'config.json'));
  config['id2label'] = Object.fromEntries(labels.map((label, id) => [String(id), label]));
  config['label2id'] = Object.fromEntries(labels.map((label, id) => [label, id]));
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

/** An embedder of sentence-transformers without prompts, as e5 and MiniLM are published. */
export function embedderFolder(folder: string): string {
  copy('bert', folder);
  const modules = [
    { idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' },
    { idx: 1, name: '1', path: '1_Pooling', type: 'sentence_transformers.models.Pooling' },
  ];
  writeFileSync(path.join(folder, 'modules.json'), JSON.stringify(modules));
  mkdirSync(path.join(folder, '1_Pooling'), { recursive: true });
  const pooling = { word_embedding_dimension: 32, pooling_mode_mean_tokens: true, pooling_mode_cls_token: false };
  writeFileSync(path.join(folder, '1_Pooling', 'config.json'), JSON.stringify(pooling));
  return folder;
}

export function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function copy(name: string, folder: string): void {
  for (const file of ['config.json', 'tokenizer.json', 'model.safetensors', 'onnx']) {
    cpSync(path.join(tiny, name, file), path.join(folder, file), { recursive: true });
  }
}
