// One surface in every flavor: what is exported, what index.d.ts declares, what the platform packages say.

import { readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dimensionNames } from '../../src/native/index.js';
import { binaryOf, loaded, root } from './addons.js';

/** `name` and `name.method` of every function and class an addon exports. */
function surfaceOf(addon: object): readonly string[] {
  const names = Object.entries(addon).flatMap(([name, value]) => {
    if (typeof value !== 'function') return [];
    const methods = value.prototype === undefined ? [] : Object.getOwnPropertyNames(value.prototype);
    return [name, ...methods.filter((method) => method !== 'constructor').map((method) => `${name}.${method}`)];
  });
  return names.sort();
}

/** The same of index.d.ts. */
function declared(): readonly string[] {
  const text = readFileSync(path.join(root, 'index.d.ts'), 'utf8');
  const functions = [...text.matchAll(/^export declare function (\w+)/gm)].map(([, name]) => name ?? '');
  const classes = [...text.matchAll(/^export declare class (\w+) \{(.*?)^\}/gms)].flatMap(([, name, body = '']) => {
    const methods = [...body.matchAll(/^ {2}(\w+)\(/gm)].map(([, method]) => method).filter((method) => method !== 'constructor');
    return [name ?? '', ...methods.map((method) => `${name}.${method}`)];
  });
  return [...functions, ...classes].sort();
}

describe.each(loaded)('$flavor', ({ flavor, addon, native }) => {
  it('exports what index.d.ts declares', () => {
    expect(surfaceOf(addon)).toEqual(declared());
  });

  it('names the dimensions as the wrapper does', () => {
    expect(addon.dimensionNames()).toEqual(dimensionNames);
  });

  it('gives the capability record of SPEC N2', () => {
    const opened = native.capabilities().kernels === 'onnxruntime';
    const runsModels = flavor === 'candle' || opened;
    const kernels = { candle: /^(scalar|avx2|avx512-vnni|neon)$/, onnx: /^(onnxruntime|none)$/, stub: /^none$/ };
    expect(native.capabilities()).toEqual({
      flavor,
      version: JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).version,
      abi: 4,
      cpu: expect.any(Array),
      kernels: expect.stringMatching(kernels[flavor]),
      features: {
        unifiedBatch: runsModels,
        loraBatch: runsModels,
        tokenClassification: runsModels,
        batchedEmbedding: runsModels,
        multimodalEmbedding: runsModels,
        modalityRouting: runsModels,
        mlpSelector: true,
        reset: runsModels,
      },
      architectures: flavor !== 'stub' ? expect.arrayContaining(['bert', 'modernbert', 'xlm-roberta']) : [],
      models: [],
      unavailable: expect.any(Object),
    });
  });

  it('says for each feature it lacks why, and for no other', () => {
    const { features, unavailable } = native.capabilities();
    const lacking = Object.entries(features).flatMap(([name, here]) => (here ? [] : [name]));
    expect(Object.keys(unavailable).sort()).toEqual(lacking.sort());
    expect(Object.values(unavailable).every((reason) => reason.length > 10)).toBe(true);
  });

  it('holds no folder of the machine that built it', () => {
    const binary = readFileSync(binaryOf(flavor));
    expect([root, homedir()].filter((folder) => folder.length > 4 && binary.includes(`${folder}/`))).toEqual([]);
  });
});

describe('platform packages', () => {
  it('are those that scripts/platforms.mjs lists, each with the manifest it gives', async () => {
    const { flavors, manifestText, packageFolder, platforms } = await import(path.join(root, 'scripts', 'platforms.mjs'));
    const expected = flavors.flatMap((flavor: string) => platforms.map(({ triple }: { readonly triple: string }) => `${flavor}-${triple}`));
    expect(readdirSync(path.join(root, 'npm')).sort()).toEqual(expected.sort());
    for (const flavor of flavors) {
      for (const platform of platforms) {
        expect(readFileSync(path.join(packageFolder(flavor, platform.triple), 'package.json'), 'utf8')).toBe(
          manifestText(flavor, platform),
        );
      }
    }
  });
});
