// The platforms and flavors that signalbox is built for, and the packages under npm/ that follow from them. Run with `--write`
// to write their package.json files.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const flavors = ['candle', 'onnx', 'stub'];

export const platforms = [
  { triple: 'linux-x64-gnu', os: 'linux', cpu: 'x64', libc: 'glibc' },
  { triple: 'linux-x64-musl', os: 'linux', cpu: 'x64', libc: 'musl' },
  { triple: 'linux-arm64-gnu', os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { triple: 'linux-arm64-musl', os: 'linux', cpu: 'arm64', libc: 'musl' },
  { triple: 'darwin-x64', os: 'darwin', cpu: 'x64' },
  { triple: 'darwin-arm64', os: 'darwin', cpu: 'arm64' },
  { triple: 'win32-x64-msvc', os: 'win32', cpu: 'x64' },
];

/** The platform this process runs on, or undefined where none is built for it. */
export function currentPlatform() {
  const libc = process.platform === 'linux' ? (isMusl() ? 'musl' : 'glibc') : undefined;
  return platforms.find((entry) => entry.os === process.platform && entry.cpu === process.arch && entry.libc === libc);
}

function isMusl() {
  return process.report.getReport().header.glibcVersionRuntime === undefined;
}

export const packageName = (flavor, triple) => `@signalbox/${flavor}-${triple}`;

/** The folder of one flavor on one platform; local builds land there too. */
export const packageFolder = (flavor, triple) => join(root, 'npm', `${flavor}-${triple}`);

/** What the package.json of one flavor on one platform says. */
export function manifest(flavor, { triple, os, cpu, libc }) {
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return {
    name: packageName(flavor, triple),
    version,
    description: `The ${flavor} flavor of signalbox's native addon for ${triple}.`,
    license,
    engines,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    main: 'signalbox.node',
    files: ['signalbox.node'],
  };
}

/** The text of that package.json. */
export const manifestText = (flavor, platform) => `${JSON.stringify(manifest(flavor, platform), null, 2)}\n`;

function writeAll() {
  for (const flavor of flavors) {
    for (const platform of platforms) {
      const folder = packageFolder(flavor, platform.triple);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'package.json'), manifestText(flavor, platform));
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && process.argv.includes('--write')) writeAll();
