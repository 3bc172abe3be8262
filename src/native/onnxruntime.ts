// Finds the ONNX Runtime that the application has installed, without importing it: the onnx flavor opens the file itself.

import { readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

const packageName = 'onnxruntime-node';

/** Where the search begins, and for which machine; tests put their own in place. */
export interface RuntimeSearch {
  /** Files or folders from whose place the package is resolved, the application's own first. */
  readonly roots: readonly string[];
  readonly platform: string;
  readonly arch: string;
}

/**
 * Opens the library for the onnx flavor; other flavors need none. Where none serves, `capabilities().unavailable` says why; a library
 * that the caller named must serve. Throws CAPABILITY_MISSING, INVALID_INPUT.
 */
export function openRuntime(addon: Addon, library: string | undefined): void {
  if (addon.capabilities().flavor !== 'onnx' && library === undefined) return;
  const opened = addon.openRuntime(library ?? null, library === undefined ? runtimeLibraries() : []);
  if (library !== undefined) unwrap(opened);
}

/** The application's root, its main module, then this package. */
export function ownRuntimeSearch(): RuntimeSearch {
  const main = process.argv[1];
  return {
    roots: [join(process.cwd(), 'index.js'), ...(main === undefined ? [] : [realPath(main)]), fileURLToPath(import.meta.url)],
    platform: process.platform,
    arch: process.arch,
  };
}

/** Paths of the library in every `onnxruntime-node` that is found, each once, in the order of the roots; empty where there is none. */
export function runtimeLibraries({ roots, platform, arch }: RuntimeSearch = ownRuntimeSearch()): string[] {
  const found = roots.flatMap((root) => {
    const folder = packageFolder(root);
    return folder === undefined ? [] : librariesIn(join(folder, 'bin'), platform, arch);
  });
  return [...new Set(found)];
}

function packageFolder(root: string): string | undefined {
  try {
    return realPath(dirname(createRequire(root).resolve(`${packageName}/package.json`)));
  } catch {
    return undefined;
  }
}

/** Versions of the package keep their files in `bin/napi-v3`, `bin/napi-v6`, and so on: the newest first. */
function librariesIn(bin: string, platform: string, arch: string): string[] {
  const versions = names(bin).filter((name) => /^napi-v\d+$/.test(name));
  versions.sort((left, right) => Number(right.slice(6)) - Number(left.slice(6)));
  return versions.flatMap((version) => {
    const folder = join(bin, version, platform, arch);
    const libraries = names(folder).filter((name) => /^(?:onnxruntime\.dll|libonnxruntime\.(?:so|dylib|\d)[.\da-z]*)$/.test(name));
    return libraries.sort((left, right) => left.length - right.length).map((name) => join(folder, name));
  });
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
