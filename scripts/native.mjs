// Builds flavors of the native addon, only where something changed: `node scripts/native.mjs candle stub [--types | --check-types] [--dist]`.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withLock } from './build-lock.mjs';
import { currentPlatform, flavors as known, packageFolder, packageName, root } from './platforms.mjs';

const target = join(root, 'target');
const stamps = join(target, 'native');
/** The file the binding's macros write, in the folder they are told. */
const typesName = 'signalbox-node';
const typesFile = join(root, 'index.d.ts');
const typesHeader =
  '/* The raw native surface, generated from crates/node and the same in every flavor; src/native wraps it. Never edited by hand. */\n\n';

/**
 * Makes sure that each flavor can be loaded here, building it when its sources changed; 'release' is for daily work, 'dist' for
 * packages. Gives the flavors that were built. Throws an Error whose message is one sentence for the user.
 */
export async function ensureNative(flavors, { quiet = false, profile = 'release' } = {}) {
  const { triple } = platformOrThrow();
  const built = [];
  for (const flavor of flavors) {
    if (!known.includes(flavor)) throw new Error(`There is no flavor called ${flavor}; the flavors are ${known.join(', ')}.`);
    const place = join(packageFolder(flavor, triple), 'signalbox.node');
    const isFresh = () => existsSync(place) && hasBuilt(flavor, `${profile}-${sourcesFingerprint()}`);
    if (isFresh()) continue;
    if (hasCargo()) {
      await withLock(join(stamps, 'lock'), async () => isFresh() || build(flavor, { place, profile, quiet }));
      built.push(flavor);
    } else if (!existsSync(place) && !isInstalled(flavor, triple)) {
      throw new Error(missing(flavor, triple));
    }
  }
  return built;
}

/** The text of index.d.ts as the last builds of `flavors` give it; throws when two of them differ. */
export async function generatedTypes(flavors) {
  const { generateTypeDef } = await import('@napi-rs/cli');
  const texts = [];
  for (const flavor of flavors) {
    const folder = join(stamps, stamp(flavor).types);
    if (!existsSync(join(folder, typesName))) throw new Error(`The types of ${flavor} come with its build: build it with cargo.`);
    const { dts } = await generateTypeDef({ typeDefDir: folder, noDtsHeader: true, constEnum: false, cwd: root });
    texts.push({ flavor, text: `${typesHeader}${dts.trim()}\n` });
  }
  const odd = texts.find(({ text }) => text !== texts[0].text);
  if (odd !== undefined) throw new Error(`The native surface of ${odd.flavor} differs from that of ${texts[0].flavor}.`);
  return texts[0].text;
}

async function build(flavor, { place, profile, quiet }) {
  const say = quiet ? () => {} : (text) => process.stderr.write(`signalbox: ${text}\n`);
  say(`building the native addon, flavor ${flavor}${existsSync(place) ? '' : ' (the first time this takes minutes)'}`);
  const started = Date.now();
  const fingerprint = `${profile}-${sourcesFingerprint()}`;
  // A new name each time: cargo compiles the crate again when the variable below changes, and so writes the types again.
  const types = `${flavor}-${started}`;
  const folder = join(stamps, types);
  mkdirSync(folder, { recursive: true });
  // The compiler's flags name the folders of fetched packages; they must not change between the first build and the second.
  await cargo(['fetch', '--locked'], { quiet, env: {} });
  const options = ['--profile', profile, '-p', 'signalbox-node', '--no-default-features', '--features', flavor];
  await cargo(['build', '--locked', ...options], { quiet, env: { NAPI_TYPE_DEF_TMP_FOLDER: folder } });
  install(join(target, profile, artifact()), place);
  writeFileSync(join(stamps, flavor), JSON.stringify({ fingerprint, types }));
  const stale = readdirSync(stamps).filter((name) => name.startsWith(`${flavor}-`) && name !== types);
  for (const name of stale) rmSync(join(stamps, name), { recursive: true, force: true });
  say(`built ${flavor} in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** Copies so that a process that starts meanwhile sees the old file or the new one, never half of it. */
function install(from, place) {
  const half = `${place}.${process.pid}.tmp`;
  copyFileSync(from, half);
  renameSync(half, place);
}

function cargo(args, { quiet, env }) {
  return new Promise((resolve, reject) => {
    const child = spawn('cargo', quiet ? [...args, '--quiet'] : args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: compilerFlags(), ...env },
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error('The native addon did not build; cargo says why above.'))));
  });
}

/** Keeps the folders of the building machine, and where its packages came from, out of the binary. */
function compilerFlags() {
  const own = process.env.CARGO_ENCODED_RUSTFLAGS?.split('\x1f') ?? process.env.RUSTFLAGS?.split(' ') ?? [];
  const cargoHome = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const sources = join(cargoHome, 'registry', 'src');
  const registries = existsSync(sources) ? readdirSync(sources).sort() : [];
  const remaps = [
    `--remap-path-prefix=${root}=.`,
    `--remap-path-prefix=${cargoHome}=cargo`,
    ...registries.map((name) => `--remap-path-prefix=${join(sources, name)}=dependencies`),
  ];
  const musl = currentPlatform()?.libc === 'musl' ? ['-C', 'target-feature=-crt-static'] : [];
  return [...own.filter((flag) => flag !== ''), ...remaps, ...musl].join('\x1f');
}

/** Changes with any file that the addon is built from. Contents, not dates: a checkout must not rebuild what it did not change. */
function sourcesFingerprint() {
  const hash = createHash('sha256');
  const crates = readdirSync(join(root, 'crates'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/[\\/](benches|tests)[\\/]/.test(file.slice(root.length)));
  for (const file of [join(root, 'Cargo.toml'), join(root, 'Cargo.lock'), ...crates.sort()]) {
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

/** What is known of the last build of a flavor: its sources, and where its types lie. */
function stamp(flavor) {
  try {
    return JSON.parse(readFileSync(join(stamps, flavor), 'utf8'));
  } catch {
    return { fingerprint: '', types: '' };
  }
}

function hasBuilt(flavor, fingerprint) {
  const last = stamp(flavor);
  return last.fingerprint === fingerprint && existsSync(join(stamps, last.types, typesName));
}

function artifact() {
  if (process.platform === 'win32') return 'signalbox_node.dll';
  return process.platform === 'darwin' ? 'libsignalbox_node.dylib' : 'libsignalbox_node.so';
}

function hasCargo() {
  return spawnSync('cargo', ['--version'], { stdio: 'ignore' }).status === 0;
}

function isInstalled(flavor, triple) {
  try {
    createRequire(join(root, 'package.json')).resolve(packageName(flavor, triple));
    return true;
  } catch {
    return false;
  }
}

function platformOrThrow() {
  const platform = currentPlatform();
  if (platform === undefined) throw new Error(`signalbox has no native addon for ${process.platform} on ${process.arch}.`);
  return platform;
}

const missing = (flavor, triple) =>
  `The native addon is neither built nor installed: install a Rust toolchain (cargo), or the package ${packageName(flavor, triple)}.`;

async function main(args) {
  const flags = args.filter((word) => word.startsWith('--'));
  const named = args.filter((word) => !word.startsWith('--'));
  const flavors = named.length === 0 ? known : named;
  const odd = flags.find((flag) => !['--types', '--check-types', '--dist', '--quiet'].includes(flag));
  if (odd !== undefined) throw new Error(`There is no option ${odd}.`);
  await ensureNative(flavors, { quiet: flags.includes('--quiet'), profile: flags.includes('--dist') ? 'dist' : 'release' });
  if (flags.includes('--types')) writeFileSync(typesFile, await generatedTypes(flavors));
  if (flags.includes('--check-types') && readFileSync(typesFile, 'utf8') !== (await generatedTypes(flavors))) {
    throw new Error('index.d.ts is not what the addon exports: run node scripts/native.mjs --types and commit it.');
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
