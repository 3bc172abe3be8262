// The flavors whose binaries load here, opened raw and wrapped, for the suites of this folder.

import { createRequire } from 'node:module';
import path from 'node:path';
import { createEngine, type Native } from '../../src/native/engine.js';
import { type Addon, type Flavor, loadAddon, ownSurroundings } from '../../src/native/load.js';

export const root = path.resolve(import.meta.dirname, '..', '..');

/** The tiny random BERT with golden embeddings. */
export const tinyBert = path.join(root, 'models', 'tiny', 'bert');

/** One flavor of this platform, or undefined where it is neither built nor installed. */
export function openAddon(flavor: Flavor): Addon | undefined {
  try {
    return loadAddon(flavor);
  } catch {
    return undefined;
  }
}

/** Flavors that load here; at least stub, or nothing of this folder can be tested. */
export const loaded: readonly { readonly flavor: Flavor; readonly addon: Addon; readonly native: Native }[] = (
  ['candle', 'onnx', 'stub'] as const
).flatMap((flavor) => {
  const addon = openAddon(flavor);
  return addon === undefined ? [] : [{ flavor, addon, native: createEngine(addon) }];
});

/** The file of a flavor's local build. */
export function binaryOf(flavor: Flavor): string {
  const { triple } = ownSurroundings();
  return createRequire(import.meta.url).resolve(path.join(root, 'npm', `${flavor}-${triple}`, 'signalbox.node'));
}

/** The `RouterError` a call throws; fails when it throws nothing. */
export function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
