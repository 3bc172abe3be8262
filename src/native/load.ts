// Finds and opens the native addon: which flavor, from which place, and one clear error where there is none.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as surface from '../../index.js';
import { RouterError } from '../errors.js';
import { platformTriple } from './platform.js';

/** The raw surface of one flavor. */
export type Addon = typeof surface;

/** All flavors, in the order in which they are tried. */
export const flavors = ['candle', 'onnx', 'stub'] as const;

/** One binary with one backend. */
export type Flavor = (typeof flavors)[number];

/** The surface that this wrapper was written against; a binary that says another number is refused. */
const abi = 4;

/** What the loader sees of its surroundings; tests put their own in place. */
export interface Surroundings {
  readonly packageRoot: string;
  readonly triple: string;
  /** The value of `SIGNALBOX_BACKEND`. */
  readonly wanted: string | undefined;
  /** Opens a file by its path or a package by its name. */
  readonly open: (specifier: string) => unknown;
}

/** Where the addon is looked for when nothing else is said: this package's own folder, then what is installed. */
export function ownSurroundings(): Surroundings {
  return {
    packageRoot: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    triple: platformTriple(),
    wanted: process.env['SIGNALBOX_BACKEND'],
    open: createRequire(import.meta.url),
  };
}

/**
 * Opens the flavor that `backend` names, else the one `SIGNALBOX_BACKEND` names, else the first that loads.
 * Throws BACKEND_UNAVAILABLE; what was tried is its cause.
 */
export function loadAddon(backend: string | undefined, surroundings: Surroundings = ownSurroundings()): Addon {
  const named = backend ?? (surroundings.wanted === '' ? undefined : surroundings.wanted);
  const at = backend === undefined ? 'SIGNALBOX_BACKEND' : 'backend';
  const faults: unknown[] = [];
  for (const flavor of named === undefined ? flavors : [checkedFlavor(named, at)]) {
    for (const specifier of places(flavor, surroundings)) {
      const addon = attempt(specifier, flavor, surroundings, faults);
      if (addon !== undefined) return addon;
    }
  }
  throw unavailable(named, surroundings, faults);
}

/** First a local build, then the package. */
function places(flavor: Flavor, { packageRoot, triple }: Surroundings): readonly string[] {
  const local = join(packageRoot, 'npm', `${flavor}-${triple}`, 'signalbox.node');
  const installed = packageName(flavor, triple);
  return existsSync(local) ? [local, installed] : [installed];
}

function attempt(specifier: string, flavor: Flavor, { open }: Surroundings, faults: unknown[]): Addon | undefined {
  try {
    const addon = open(specifier);
    const fault = misfit(addon, flavor);
    if (fault === undefined) return addon as Addon;
    faults.push(new Error(`${specifier}: ${fault}`));
  } catch (error) {
    faults.push(error);
  }
  return undefined;
}

/** Why an opened module is not the addon that was asked for. */
function misfit(addon: unknown, flavor: Flavor): string | undefined {
  if (typeof addon !== 'object' || addon === null || !('capabilities' in addon)) return 'not an addon of signalbox';
  const record = (addon as Addon).capabilities();
  if (record.abi !== abi) return `its surface is number ${record.abi}, this version needs ${abi}`;
  return record.flavor === flavor ? undefined : `it is the flavor ${record.flavor}, not ${flavor}`;
}

function checkedFlavor(named: string, at: string): Flavor {
  const flavor = flavors.find((one) => one === named);
  if (flavor === undefined)
    throw new RouterError('BACKEND_UNAVAILABLE', { at, expected: flavors.join(', '), received: JSON.stringify(named) });
  return flavor;
}

function packageName(flavor: string, triple: string): string {
  return `@signalbox/${flavor}-${triple}`;
}

function unavailable(named: string | undefined, { triple }: Surroundings, faults: readonly unknown[]): RouterError {
  const missing = packageName(named ?? 'candle', triple);
  const found = faults.some((fault) => !isNotFound(fault));
  const message = found
    ? `The native addon does not load on this machine; a fitting ${missing} is needed.`
    : `The native addon is not here: install the package ${missing}, or build it from a checkout with a Rust toolchain.`;
  const received = found ? 'one that does not load' : 'none';
  return new RouterError('BACKEND_UNAVAILABLE', {
    message,
    at: missing,
    expected: 'a native addon',
    received,
    cause: new AggregateError(faults),
  });
}

function isNotFound(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'MODULE_NOT_FOUND';
}
