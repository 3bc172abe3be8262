// The loader: which flavor is opened from where, and what is said when none is.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterError } from '../../src/errors.js';
import { loadNative } from '../../src/native/index.js';
import { type Flavor, loadAddon, type Surroundings } from '../../src/native/load.js';
import { platformTriple } from '../../src/native/platform.js';
import { loaded, root, thrown } from './addons.js';

const triple = 'linux-x64-gnu';
let packageRoot = '';

beforeAll(() => {
  packageRoot = mkdtempSync(path.join(tmpdir(), 'signalbox-load-'));
});
afterAll(() => rmSync(packageRoot, { recursive: true, force: true }));

type Place = `${'local' | 'package'} ${Flavor}`;

/** An addon that says of itself where it came from. */
function fake(flavor: string, from: string, abi = 4) {
  return { capabilities: () => ({ flavor, abi, version: from }) };
}

function nothing(specifier: string): never {
  throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
}

/** A machine on which exactly `places` hold an addon; `odd` replaces what some of them give. */
function machine(
  places: readonly Place[],
  { wanted, odd = {} }: { wanted?: string; odd?: Partial<Record<Place, () => unknown>> } = {},
): Surroundings {
  rmSync(path.join(packageRoot, 'npm'), { recursive: true, force: true });
  const known = new Map<string, Place>();
  for (const place of places) {
    const [kind, flavor = ''] = place.split(' ');
    const folder = path.join(packageRoot, 'npm', `${flavor}-${triple}`);
    if (kind === 'package') {
      known.set(`@signalbox/${flavor}-${triple}`, place);
      continue;
    }
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'signalbox.node'), '');
    known.set(path.join(folder, 'signalbox.node'), place);
  }
  const open = (specifier: string) => {
    const place = known.get(specifier);
    if (place === undefined) return nothing(specifier);
    return odd[place]?.() ?? fake(place.split(' ')[1] ?? '', place);
  };
  return { packageRoot, triple, wanted, open };
}

describe('which addon is opened', () => {
  const table: readonly [name: string, places: readonly Place[], wanted: string | undefined, backend: string | undefined, from: Place][] = [
    ['candle comes first', ['local stub', 'package onnx', 'package candle'], undefined, undefined, 'package candle'],
    ['a local build comes before the package', ['package candle', 'local candle'], undefined, undefined, 'local candle'],
    ['candle as a package comes before stub as a build', ['local stub', 'package candle'], undefined, undefined, 'package candle'],
    ['then onnx', ['package stub', 'package onnx'], undefined, undefined, 'package onnx'],
    ['then stub', ['package stub'], undefined, undefined, 'package stub'],
    ['SIGNALBOX_BACKEND chooses', ['local candle', 'local stub'], 'stub', undefined, 'local stub'],
    ['an empty SIGNALBOX_BACKEND is none', ['local candle', 'local stub'], '', undefined, 'local candle'],
    ['an explicit option wins over SIGNALBOX_BACKEND', ['local candle', 'local stub'], 'candle', 'stub', 'local stub'],
  ];
  it.each(table)('%s', (_name, places, wanted, backend, from) => {
    expect(loadAddon(backend, machine(places, wanted === undefined ? {} : { wanted })).capabilities().version).toBe(from);
  });

  it('passes over what does not load, is another flavor or has another surface', () => {
    const broken = () => {
      throw new Error('invalid ELF header');
    };
    const all: readonly Place[] = ['local candle', 'package candle', 'local onnx', 'package onnx', 'package stub'];
    const odd = {
      'local candle': broken,
      'package candle': () => fake('candle', 'old', 0),
      'local onnx': () => fake('stub', 'swapped'),
      'package onnx': () => ({}),
    };
    expect(loadAddon(undefined, machine(all, { odd })).capabilities().version).toBe('package stub');
  });
});

describe('what is said when none loads', () => {
  const missing = (surroundings: Surroundings, backend?: string) => thrown(() => loadAddon(backend, surroundings));

  it('names the missing package when nothing is there', () => {
    const error = missing(machine([]));
    expect(error).toBeInstanceOf(RouterError);
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', at: `@signalbox/candle-${triple}`, received: 'none' });
    expect(error).toHaveProperty('message', expect.stringContaining(`@signalbox/candle-${triple}`));
  });

  it('never falls back from a flavor that was asked for', () => {
    const surroundings = machine(['local stub', 'package stub']);
    expect(missing(surroundings, 'onnx')).toMatchObject({ code: 'BACKEND_UNAVAILABLE', at: `@signalbox/onnx-${triple}` });
    expect(missing({ ...surroundings, wanted: 'candle' })).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      at: `@signalbox/candle-${triple}`,
    });
  });

  it('refuses a word that is no flavor, naming where it came from', () => {
    expect(missing(machine(['local stub'], { wanted: 'cuda' }))).toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      at: 'SIGNALBOX_BACKEND',
      received: '"cuda"',
    });
    expect(missing(machine(['local stub']), 'cuda')).toMatchObject({ code: 'BACKEND_UNAVAILABLE', at: 'backend' });
  });

  it('refuses a binary of another surface, and keeps what was tried as the cause', () => {
    const error = missing(machine(['package candle'], { odd: { 'package candle': () => fake('candle', 'old', 7) } }), 'candle');
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', received: 'one that does not load' });
    expect(error).toHaveProperty('cause.errors.0.message', expect.stringContaining('its surface is number 7, this version needs 4'));
  });

  it('shows no folder of the machine in its own text', () => {
    const error = missing(machine(['local candle'], { odd: { 'local candle': () => fake('stub', 'swapped') } }), 'candle');
    expect(JSON.stringify({ ...(error as RouterError), message: (error as RouterError).message, cause: undefined })).not.toContain(
      packageRoot,
    );
  });
});

describe('on this machine', () => {
  it('has at least one flavor', () => {
    expect(loaded.length).toBeGreaterThan(0);
  });

  it.each(loaded.map(({ flavor }) => flavor))('loads %s beside the others', async (flavor) => {
    const native = await loadNative({ backend: flavor });
    expect(native.capabilities().flavor).toBe(flavor);
    expect(native.scoreFastPath('hello').tier).toBe('SIMPLE');
  });

  it('rejects, and does not throw, for what cannot be', async () => {
    await expect(loadNative(null as never)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(loadNative({ backend: 'cuda' as Flavor })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('has a package folder for this platform', async () => {
    const { platforms } = await import(path.join(root, 'scripts', 'platforms.mjs'));
    expect(platforms.map((platform: { readonly triple: string }) => platform.triple)).toContain(platformTriple());
  });
});
