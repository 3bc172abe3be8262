// Every tiny model folder from JavaScript, on every flavor that runs models: what transformers says, through strings, windows and heads.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loaded, tinyBert } from './addons.js';

interface Golden {
  readonly text: string;
  readonly pair?: string | null;
  readonly ids: readonly number[];
  readonly embedding?: readonly number[];
  readonly logits?: readonly number[];
}

const tiny = path.dirname(tinyBert);
const engines = loaded.filter(({ addon }) => addon.capabilities().features.batchedEmbedding);

/** Folders with a model and goldens of one base model. */
const folders = readdirSync(tiny).filter((name) => ['config.json', 'golden.json'].every((file) => existsSync(path.join(tiny, name, file))));

function goldensOf(name: string): readonly Golden[] {
  const goldens: readonly (Golden & { adapter?: unknown; adapters?: unknown })[] = JSON.parse(
    readFileSync(path.join(tiny, name, 'golden.json'), 'utf8'),
  );
  // Longer rows go through in windows here, which the goldens of whole passes know nothing of.
  return goldens.filter(({ ids, adapter, adapters }) => ids.length <= 512 && adapter === undefined && adapters === undefined);
}

const inputOf = ({ text, pair }: Golden) => (typeof pair === 'string' ? { text, pair } : text);

function cosine(left: Float32Array, right: readonly number[]): number {
  const length = Math.hypot(...right);
  return left.reduce((sum, value, at) => sum + (value * (right[at] ?? 0)) / length, 0);
}

function softmax(logits: readonly number[]): number[] {
  const raised = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

it('finds the folders', () => {
  expect(folders.length).toBeGreaterThanOrEqual(15);
});

describe.runIf(engines.length > 0).each(engines)('$flavor', ({ native, flavor }) => {
  const here = folders.filter((name) => flavor !== 'onnx' || existsSync(path.join(tiny, name, 'model.onnx')));

  it.each(here)('%s says what transformers says, alone and among others', async (name) => {
    const model = await native.loadModel(path.join(tiny, name));
    const goldens = goldensOf(name).filter(({ ids }) => ids.length <= model.maxTokens && ids.length > 0);
    expect(goldens.length).toBeGreaterThan(3);
    const embeds = goldens.filter(({ embedding }) => embedding !== undefined);
    if (model.dimensions > 0 && embeds.length > 0) {
      const vectors = await model.embed(embeds.map(inputOf), { prompt: '' });
      for (const [at, golden] of embeds.entries()) {
        const vector = vectors[at] ?? new Float32Array();
        expect(cosine(vector, golden.embedding ?? []), golden.text.slice(0, 40)).toBeGreaterThanOrEqual(0.9999);
        const alone = await model.embed(inputOf(golden), { prompt: '' });
        if (model.batchInvariant) expect(alone).toEqual(new Float32Array(vector));
      }
    }
    const head = model.heads.find(({ task }) => task === 'sequence')?.name;
    const labelled = goldens.filter(({ logits }) => logits !== undefined);
    if (head !== undefined && labelled.length > 0) {
      const answers = await model.classify(labelled.map(inputOf), { head });
      for (const [at, { logits = [] }] of labelled.entries()) {
        const found = Object.values(answers[at]?.probabilities ?? {});
        const sum = found.reduce((total, value) => total + value, 0);
        const expected = Math.abs(sum - 1) < 1e-4 ? softmax(logits) : logits.map((logit) => 1 / (1 + Math.exp(-logit)));
        expect(Math.max(...found.map((value, label) => Math.abs(value - (expected[label] ?? 0))))).toBeLessThanOrEqual(1e-3);
      }
    }
    model.dispose();
  });

  it.each(here)('%s gives spans of the caller’s string', async (name) => {
    const model = await native.loadModel(path.join(tiny, name));
    const head = model.heads.find(({ task }) => task === 'token')?.name;
    const texts = ['Ada Lovelace met 😀 José in 北京.\r\nThen e\u0301 left.', '', 'x'.repeat(3000)];
    for (const text of head === undefined ? [] : texts) {
      let end = 0;
      for (const span of await model.tag(text, { head })) {
        expect(span.start).toBeGreaterThanOrEqual(end);
        expect(span.end).toBeGreaterThan(span.start);
        expect(text.slice(span.start, span.end)).toBe(text.slice(span.start, span.end).trim());
        // No half of a surrogate pair.
        expect(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(text.slice(span.start, span.end))).toBe(false);
        end = span.end;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }
    model.dispose();
  });

  it('answers several heads over one pass, each item its own', async () => {
    const model = await native.loadModel(path.join(tiny, 'multi'));
    const names = model.heads.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(2);
    const [whole, some] = await model.analyze(['the small model', { text: 'the large model', heads: [names[1] ?? ''] }]);
    expect(Object.keys(whole ?? {}).sort()).toEqual([...names].sort());
    expect(Object.keys(some ?? {})).toEqual([names[1]]);
    const embedding = whole?.['embedding'];
    expect(embedding).toEqual(await model.embed('the small model'));
    model.dispose();
  });
});
