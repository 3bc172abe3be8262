// Which configuration a command works on: a flag, else a file the environment names, else vendors' keys, else the demo.

import { type Config, environmentConfig, loadConfig, parseConfig, readEnvironment } from '../config/index.js';
import type { RoutingMode } from '../decisions/modes.js';
import { demoConfig } from '../demo/demo-config.js';
import type { Demo } from '../demo/index.js';
import type { Native } from '../native/index.js';
import type { Terminal } from './terminal.js';

/** Where the configuration comes from. */
export type Source = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'environment' } | { readonly kind: 'demo' };

/** SPEC K2: flags come before files, files before the environment. */
export function chooseSource(flag: string | undefined, env: Terminal['env']): Source {
  const file = flag ?? readEnvironment(env).configFile;
  if (file !== undefined) return { kind: 'file', file };
  return environmentConfig(env) === undefined ? { kind: 'demo' } : { kind: 'environment' };
}

/** The demo as configuration only: for commands that call no model. Nobody listens there. */
export const sampleDemo: ReadContext['demo'] = { yaml: demoConfig('http://127.0.0.1:9/v1'), file: 'demo.yaml' };

export interface ReadContext {
  readonly native: Native;
  readonly env: Terminal['env'];
  /** Stands for the demo's models; used where the source is the demo. */
  readonly demo: Pick<Demo, 'yaml' | 'file'>;
}

/** Reads and checks it. Rejects with a `ConfigError` or CONFIG_UNREADABLE. */
export async function readChosen(source: Source, { native, env, demo }: ReadContext): Promise<Config> {
  const options = { env, checkKeywordRules: keywordCheck(native) };
  if (source.kind === 'file') return loadConfig(source.file, options);
  const vendors = source.kind === 'environment' ? environmentConfig(env) : undefined;
  return vendors ?? parseConfig(demo.yaml, { ...options, file: demo.file });
}

/** The mode of requests that do not say. */
export function usualMode({ routing, dynamo }: Config): RoutingMode {
  return routing.defaultMode ?? (dynamo === undefined ? 'auto' : 'off');
}

/** Compiles keyword rules and throws where that fails. */
export function keywordCheck(native: Native): NonNullable<Parameters<typeof loadConfig>[1]>['checkKeywordRules'] {
  return (rules) => void new native.KeywordMatcher(rules);
}
