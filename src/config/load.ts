// A configuration file to a checked Config, or every fault of it at once with file, line and column.

import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { isDynamoConfig } from '../decisions/dynamo.js';
import { RouterError } from '../errors.js';
import { type CheckContext, crossCheck, defaultDecision } from './cross-check.js';
import { checkDynamo, dynamoConfig, dynamoSchema } from './dynamo.js';
import { environmentServer } from './environment.js';
import { type Extensions, plugIns } from './extensions.js';
import { ConfigError, type Fault, type Path, pathText } from './faults.js';
import { issueFaults, type PathFault, valueAt } from './issues.js';
import { type Config, configSchema } from './schema.js';
import { type Environment, localResolver, type ResolvedValue, resolveSecrets, type SecretResolver } from './secrets.js';
import { type Located, readYaml } from './yaml.js';
import { maxSourceBytes } from './yaml-guard.js';

export interface LoadOptions {
  /** Plug-ins beside the built-in ones. */
  readonly extensions?: Extensions;
  /** Default: `process.env`. */
  readonly env?: Environment;
  /** Where references resolve; default: `env`, and files beside the configuration. */
  readonly secrets?: SecretResolver;
  /** Compiles keyword rules natively and throws where that fails; absent: patterns are checked when the router is built. */
  readonly checkKeywordRules?: CheckContext['checkKeywordRules'];
}

export interface ParseOptions extends LoadOptions {
  /** Named in faults; its folder is where relative secret files are looked for. */
  readonly file: string;
}

/** Reads and checks a file. Rejects with CONFIG_UNREADABLE or a ConfigError. */
export async function loadConfig(file: string, options: LoadOptions = {}): Promise<Config> {
  return parseConfig(await readSource(file), { ...options, file });
}

/** Checks the text of a file. Throws a ConfigError with every fault. */
export function parseConfig(text: string, options: ParseOptions): Config {
  const { file } = options;
  const reading = readYaml(text);
  if ('faults' in reading) throw new ConfigError(reading.faults.map((fault) => ({ code: 'CONFIG_INVALID', file, path: '', ...fault })));
  const env = options.env ?? process.env;
  const resolved = resolveSecrets(reading.located.value, options.secrets ?? localResolver(env, dirname(file)));
  const { config, faults } = check(resolved, env, options);
  const missing = resolved.faults.map((fault): PlacedFault => ({ ...fault, code: fault.missing ? 'SECRET_MISSING' : 'CONFIG_INVALID' }));
  const all = distinct([...missing, ...faults]);
  if (config === undefined || all.length > 0) throw new ConfigError(all.map((fault) => placed(fault, file, reading.located)));
  const { toolDatabase, ...rest } = withServer(config, resolved.value, env);
  return toolDatabase === undefined ? rest : { ...rest, toolDatabase: resolve(dirname(file), toolDatabase) };
}

/** What the file does not say about the server is taken from the environment. */
function withServer(config: Config, root: unknown, env: Environment): Config {
  const written = valueAt(root, ['server']);
  const said = Object.entries(environmentServer(env)).filter(([key]) => valueAt(written, [key]) === undefined);
  return { ...config, server: { ...config.server, ...Object.fromEntries(said) } };
}

type PlacedFault = PathFault & { readonly code?: Fault['code'] };

interface Checked {
  /** Absent where the data has not the right shape. */
  readonly config: Config | undefined;
  readonly faults: readonly PathFault[];
}

function check(resolved: ResolvedValue, env: Environment, { extensions, checkKeywordRules }: LoadOptions): Checked {
  const show = shower(resolved);
  const lists = plugIns(extensions);
  if (isDynamoConfig(resolved.value)) {
    const schema = dynamoSchema(lists);
    const { data, root, issues } = validate(schema, resolved);
    const faults = checkDynamo({ root, lists, show, checkKeywordRules }, env);
    return { config: data && dynamoConfig(data, env), faults: [...issueFaults(issues, { schema, root, show }), ...faults] };
  }
  const schema = configSchema(extensions);
  const { data, root, issues } = validate(schema, resolved);
  const faults = [...issueFaults(issues, { schema, root, show }), ...crossCheck({ root, lists, show, checkKeywordRules })];
  return { config: data && complete(data, root), faults };
}

/** With what the file leaves to us. */
function complete(data: z.infer<ReturnType<typeof configSchema>>, root: unknown): Config {
  const routing = { ...data.routing, defaultMode: data.routing.defaultMode ?? 'auto' };
  return { ...data, routing, defaultDecision: defaultDecision(root) };
}

interface Validated<Output> {
  readonly data: Output | undefined;
  readonly root: unknown;
  readonly issues: readonly z.core.$ZodIssue[];
}

/** Parses; text that came from a reference is read as a number or boolean where one is expected. */
function validate<Output>(schema: z.ZodType<Output>, { value, written }: ResolvedValue): Validated<Output> {
  const first = schema.safeParse(value);
  if (first.success) return { data: first.data, root: value, issues: [] };
  const root = structuredClone(value);
  for (const issue of first.error.issues) {
    if (issue.code === 'invalid_type' && written.has(JSON.stringify(issue.path))) convert(root, issue.path.map(String), issue.expected);
  }
  const second = schema.safeParse(root);
  return second.success ? { data: second.data, root, issues: [] } : { data: undefined, root, issues: second.error.issues };
}

function convert(root: unknown, path: Path, expected: string): void {
  const key = path.at(-1);
  const parent = valueAt(root, path.slice(0, -1)) as Record<string, unknown>;
  const text = valueAt(root, path);
  if (key === undefined || typeof text !== 'string') return;
  if (expected === 'boolean' && (text === 'true' || text === 'false')) parent[key] = text === 'true';
  if ((expected === 'number' || expected === 'int') && text.trim() !== '' && Number.isFinite(Number(text))) parent[key] = Number(text);
}

/** Shows a value in a message; one that came from a reference is shown as the reference. */
function shower({ written }: ResolvedValue): CheckContext['show'] {
  return (path, value) =>
    written.get(JSON.stringify(path)) ??
    (typeof value === 'number' ? String(value) : JSON.stringify(value.length > 64 ? `${value.slice(0, 64)}…` : value));
}

/** One fault a place: what follows from a missing secret or a wrong shape at the same place adds nothing. */
function distinct(faults: readonly PlacedFault[]): readonly PlacedFault[] {
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const place = JSON.stringify(fault.path);
    return !seen.has(place) && seen.add(place);
  });
}

function placed({ path, part, message, code }: PlacedFault, file: string, { at }: Located): Fault {
  return { code: code ?? 'CONFIG_INVALID', file, ...at(path, part), path: pathText(path), message };
}

async function readSource(file: string): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder().decode(bytes).split('\uFFFD')[0]?.split('\n') ?? [];
    const place = { line: Math.max(1, lines.length), column: (lines.at(-1)?.length ?? 0) + 1 };
    throw new ConfigError([{ code: 'CONFIG_INVALID', file, path: '', ...place, message: 'the file is not UTF-8' }]);
  }
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new RouterError('CONFIG_UNREADABLE', { at: file, expected: 'a file' });
    if (found.size <= maxSourceBytes) return await readFile(file);
  } catch (cause) {
    if (cause instanceof RouterError) throw cause;
    throw new RouterError('CONFIG_UNREADABLE', {
      at: file,
      cause,
      received: cause instanceof Error && 'code' in cause ? String(cause.code) : undefined,
    });
  }
  throw new ConfigError([
    { code: 'CONFIG_INVALID', file, path: '', line: 1, column: 1, message: `the file is larger than ${maxSourceBytes} bytes` },
  ]);
}
