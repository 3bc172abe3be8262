// References to secrets inside string values: ${NAME}, ${NAME:-default}, ${file:/path}; $${ stands for ${ itself.

import { readFileSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import type { Path } from './faults.js';

/** What a value refers to. */
export interface SecretReference {
  readonly kind: 'env' | 'file';
  /** The variable's name, or the path. */
  readonly name: string;
}

/** Where secrets come from; undefined: there is none. */
export interface SecretResolver {
  readonly resolve: (reference: SecretReference) => string | undefined;
}

/** Environment variables, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface ResolvedValue {
  readonly value: unknown;
  /** The values that came from a reference, by `JSON.stringify(path)`: the reference, never what it stands for. */
  readonly written: ReadonlyMap<string, string>;
  readonly faults: readonly { readonly path: Path; readonly message: string; readonly missing: boolean }[];
}

/** What stands for a missing secret, so that the rest of the file can still be checked. */
const missingSecret = 'missing-secret';

/** Variables from `env` and files beside `folder`; an empty one counts as missing. */
export function localResolver(env: Environment, folder: string): SecretResolver {
  return {
    resolve: ({ kind, name }) => {
      const found = kind === 'env' ? env[name] : readSecret(resolvePath(folder, name));
      return found === '' ? undefined : found;
    },
  };
}

function readSecret(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch {
    return undefined;
  }
}

/** A copy of `root` with every reference in its strings replaced. */
export function resolveSecrets(root: unknown, resolver: SecretResolver): ResolvedValue {
  const written = new Map<string, string>();
  const faults: { path: Path; message: string; missing: boolean }[] = [];
  const visit = (value: unknown, path: Path): unknown => {
    if (typeof value === 'string') return replace(value, path);
    if (Array.isArray(value)) return value.map((item, index) => visit(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, [...path, key])]));
  };
  const replace = (text: string, path: Path): string => {
    if (!text.includes('${')) return text;
    return text.replace(/\$\$\{|\$\{([^}]*)(\})?/g, (whole, inner?: string, end?: string) => {
      if (whole === '$${') return '${';
      written.set(JSON.stringify(path), `\${${inner?.replace(/:-.*$/s, '') ?? ''}}`);
      const found = lookUp(end === undefined ? undefined : inner, resolver);
      if (typeof found === 'string') return found;
      faults.push({ path, ...found });
      return missingSecret;
    });
  };
  return { value: visit(root, []), written, faults };
}

function lookUp(inner: string | undefined, resolver: SecretResolver): string | { readonly message: string; readonly missing: boolean } {
  const file = inner?.match(/^file:(.+)$/s)?.[1];
  if (file !== undefined)
    return (
      resolver.resolve({ kind: 'file', name: file }) ?? { message: `the secret file ${file} cannot be read or is empty`, missing: true }
    );
  const [, name, otherwise] = inner?.match(/^([A-Za-z_]\w*)(?::-(.*))?$/s) ?? [];
  if (name === undefined)
    return { message: 'a reference is ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for ${ itself', missing: false };
  return resolver.resolve({ kind: 'env', name }) ?? otherwise ?? { message: `the environment variable ${name} is not set`, missing: true };
}
