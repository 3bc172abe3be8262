// models/manifest.json: it fits its schema, agrees with itself, and the docs name every model.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestSchema, packageRoot, publishedModels } from './manifest.js';

const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');
const models = publishedModels();

/** What candle runs, in the words of `model_type`. */
const architectures = ['bert', 'xlm-roberta', 'modernbert', 'deberta-v2', 'qwen3', 'gemma3_text', 'siglip'];

describe('models/manifest.json', () => {
  it('names each model once', () => {
    for (const key of ['id', 'repository'] as const) {
      const values = models.map((model) => model[key]);
      expect(new Set(values).size).toBe(values.length);
    }
    expect(models.map(({ id }) => id)).not.toContain('bundled');
  });

  it.each(models)('$id agrees with itself', ({ architecture, files, optionalFiles, heads }) => {
    expect(architectures).toContain(architecture);
    expect(files).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json', 'model.safetensors']));
    expect(files.filter((file) => optionalFiles.includes(file))).toEqual([]);
    for (const head of heads) {
      if (head.task === 'embedding') {
        if (head.usualPrompt !== undefined) expect(Object.keys(head.prompts ?? {})).toContain(head.usualPrompt);
        continue;
      }
      const labels = head.labels ?? [];
      expect(new Set(labels).size).toBe(labels.length);
      expect([...(head.alarms ?? []), ...Object.values(head.published ?? {})].filter((label) => !labels.includes(label))).toEqual([]);
      if (head.labelsFile !== undefined) expect(optionalFiles).toContain(head.labelsFile);
    }
  });

  it('is in the docs and in the package, every model of it', () => {
    const docs = read('docs/models.md');
    expect(models.filter(({ id }) => !docs.includes(`| \`${id}\` |`)).map(({ id }) => id)).toEqual([]);
    expect(JSON.parse(read('package.json')).files).toContain('models/manifest.json');
  });

  it.each(['../secret', '/etc/passwd', 'a/../b', 'a\\b', ''])('refuses the file %j', (file) => {
    const [first] = models;
    expect(manifestSchema.safeParse({ version: 1, models: [{ ...first, files: [file] }] }).success).toBe(false);
    expect(manifestSchema.safeParse({ version: 1, models: [first] }).success).toBe(true);
  });
});
