// What environment variables say: how to start, and where nothing is configured, which vendors to serve.

import { RouterError } from '../errors.js';
import { type Config, configSchema, type DynamoClassifierOptions } from './schema.js';
import type { Environment } from './secrets.js';
import { type Vendor, vendors } from './vendors.js';

/** How to start, as far as the environment says; flags and files come before it. */
export interface StartEnvironment {
  /** SIGNALBOX_CONFIG, or SEMROUTER_CONFIG unless SEMROUTER_ENABLED is set to something other than `true`. */
  readonly configFile?: string;
  readonly host?: string;
  readonly port?: number;
  readonly backend?: 'candle' | 'onnx' | 'stub';
  readonly dynamo: DynamoClassifierOptions;
}

/** Throws CONFIG_INVALID where a variable has a value that it cannot have. */
export function readEnvironment(env: Environment): StartEnvironment {
  const dynamoEnabled = (filled(env, 'SEMROUTER_ENABLED') ?? 'true') === 'true';
  const configFile = filled(env, 'SIGNALBOX_CONFIG') ?? (dynamoEnabled ? filled(env, 'SEMROUTER_CONFIG') : undefined);
  const host = filled(env, 'SIGNALBOX_HOST');
  const port = whole(env, 'SIGNALBOX_PORT', 65_535);
  const backend = readBackend(env);
  return {
    ...(configFile === undefined ? {} : { configFile }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(backend === undefined ? {} : { backend }),
    dynamo: readDynamo(env),
  };
}

/** A configuration from vendors' keys alone; undefined where none is set. */
export function environmentConfig(env: Environment): Config | undefined {
  const found = vendors.flatMap((vendor) => providerOf(vendor, env));
  if (found.length === 0) return undefined;
  const config = configSchema().parse({
    providers: found.map(({ provider }) => provider),
    models: found.flatMap(({ vendor }) => [vendor.general, vendor.hard].map((model) => ({ ...model, provider: vendor.name }))),
    decisions: [
      { name: 'general', models: found.map(({ vendor }) => vendor.general.name) },
      { name: 'hard', models: found.map(({ vendor }) => vendor.hard.name) },
    ],
    defaultDecision: 'general',
    routing: { defaultMode: 'auto' },
    fastPath: { tiers: { SIMPLE: 'general', MEDIUM: 'general', COMPLEX: 'hard', REASONING: 'hard' } },
    server: environmentServer(env),
  });
  return config;
}

/** `server` as far as the environment says. */
export function environmentServer(env: Environment): { readonly host?: string; readonly port?: number } {
  const { host, port } = readEnvironment(env);
  return { ...(host === undefined ? {} : { host }), ...(port === undefined ? {} : { port }) };
}

/** A variable's value; empty counts as unset. */
export function filled(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function providerOf(vendor: Vendor, env: Environment) {
  const apiKey = vendor.keys.map((key) => filled(env, key)).find((key) => key !== undefined);
  const otherUrl = vendor.baseUrlKey === undefined ? undefined : filled(env, vendor.baseUrlKey);
  if (apiKey === undefined && otherUrl === undefined) return [];
  if (otherUrl !== undefined) checkUrl(vendor.baseUrlKey ?? '', otherUrl);
  const type = vendor.name === 'openai' && otherUrl === undefined ? 'openai' : 'openai-compatible';
  return [
    { vendor, provider: { name: vendor.name, type, baseUrl: otherUrl ?? vendor.baseUrl, ...(apiKey === undefined ? {} : { apiKey }) } },
  ];
}

/** Throws CONFIG_INVALID where the variable `name` holds no http or https URL. */
export function checkUrl(name: string, value: string): void {
  const protocol = URL.canParse(value) ? new URL(value).protocol : '';
  if (!/^https?:$/.test(protocol)) throw new RouterError('CONFIG_INVALID', { at: name, expected: 'an http or https URL' });
}

function readDynamo(env: Environment): DynamoClassifierOptions {
  const modelPath = filled(env, 'SEMROUTER_MODEL_PATH');
  const tokenizerPath = filled(env, 'SEMROUTER_TOKENIZER_PATH');
  return {
    ...(modelPath === undefined ? {} : { modelPath }),
    ...(tokenizerPath === undefined ? {} : { tokenizerPath }),
    maxLength: whole(env, 'SEMROUTER_MAX_LENGTH', 1_000_000, 1) ?? 256,
  };
}

function readBackend(env: Environment): StartEnvironment['backend'] {
  const value = filled(env, 'SIGNALBOX_BACKEND');
  if (value === undefined || value === 'candle' || value === 'onnx' || value === 'stub') return value;
  throw new RouterError('CONFIG_INVALID', { at: 'SIGNALBOX_BACKEND', expected: 'candle, onnx or stub', received: JSON.stringify(value) });
}

function whole(env: Environment, name: string, maximum: number, minimum = 0): number | undefined {
  const value = filled(env, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^\d+$/.test(value) && number >= minimum && number <= maximum) return number;
  throw new RouterError('CONFIG_INVALID', {
    at: name,
    expected: `a whole number from ${minimum} to ${maximum}`,
    received: JSON.stringify(value),
  });
}
