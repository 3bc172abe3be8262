// The one direction in which imports may point, written once: a file may import from its own layer and those before it.

import path from 'node:path';

/** Lowest first. Members of one line may import each other. */
export const layers: readonly (readonly string[])[] = [
  ['errors.ts', 'version.ts'],
  ['chat'],
  ['models'],
  ['native', 'telemetry', 'transport', 'learning', 'sessions'],
  ['signals', 'decisions', 'selectors', 'providers', 'protocols', 'guards', 'tools'],
  ['pipeline'],
  ['config'],
  ['stores.ts', 'router-targets.ts', 'router-signals.ts', 'router-decider.ts', 'router-plugins.ts', 'router.ts'],
  ['live-router.ts', 'index.ts'],
  ['server', 'demo'],
  ['cli'],
];

/** The index of a source file's layer; undefined for a file that no layer names. */
export function layerOf(file: string): number | undefined {
  const inside = file.replace(/^src\//, '');
  const index = layers.findIndex((entries) => entries.some((entry) => inside === entry || inside.startsWith(`${entry}/`)));
  return index === -1 ? undefined : index;
}

/** The project's own files that a source imports, type imports included. */
export function importsOf(file: string, text: string): readonly string[] {
  const targets = [...text.matchAll(/from\s+'(\.[^']*)'|import\('(\.[^']*)'\)/g)].map((match) => match[1] ?? match[2] ?? '');
  const resolved = targets.map((target) => path.posix.join(path.posix.dirname(file), target).replace(/\.js$/, '.ts'));
  return resolved.filter((target) => target.startsWith('src/'));
}
