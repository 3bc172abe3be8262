// Dynamo's own policy files as a Config: their keys unchanged, their models found in the same file or behind OPENAI_BASE_URL.

import { z } from 'zod';
import { type DynamoOptions, dynamoOptions } from '../decisions/dynamo.js';
import { type CheckContext, checkSources } from './cross-check.js';
import { checkUrl, filled, readEnvironment } from './environment.js';
import type { PlugIns } from './extensions.js';
import type { Path } from './faults.js';
import { type PathFault, valueAt } from './issues.js';
import { type Config, commonShape, configSchema } from './schema.js';
import type { Environment } from './secrets.js';

const urlKey = 'OPENAI_BASE_URL';

/** The keys of a Dynamo file, and of ours those that a policy does not decide. */
export function dynamoSchema(lists: PlugIns) {
  const { shape } = dynamoOptions;
  return z.strictObject({ ...commonShape(lists), ...shape });
}

type DynamoFile = z.infer<ReturnType<typeof dynamoSchema>>;

/** The policy as a Config: routing is off unless a request asks for it, as in Dynamo. */
export function dynamoConfig(file: DynamoFile, env: Environment): Config {
  const policy = dynamoOptions.parse(Object.fromEntries(Object.entries(file).filter(([key]) => Object.hasOwn(dynamoOptions.shape, key))));
  const known = file.models.map((model) => model.name);
  const missing = modelNames(policy).filter((name) => !known.includes(name));
  const { providers, models, server, identity, limits, upstream, sessions, plugins, toolDatabase, logs, routing } = file;
  const provider =
    missing.length === 0
      ? undefined
      : environmentProvider(
          providers.map(({ name }) => name),
          env,
        );
  return {
    ...configSchema().parse({}),
    ...{ server, identity, limits, upstream, sessions, plugins, toolDatabase, logs },
    routing: { ...routing, defaultMode: routing.defaultMode ?? 'off' },
    providers: provider === undefined ? providers : [...providers, provider],
    models: provider === undefined ? models : [...models, ...missing.map((name) => ({ name, provider: provider.name }))],
    dynamo: policy,
    dynamoClassifier: readEnvironment(env).dynamo,
  };
}

/** What a Dynamo file's schema cannot see: where its models are served. */
export function checkDynamo(context: CheckContext, env: Environment): readonly PathFault[] {
  const models = valueAt(context.root, ['models']);
  const known = Array.isArray(models) ? models.map((_, index) => valueAt(models, [index, 'name'])) : [];
  const url = filled(env, urlKey);
  if (url !== undefined) checkUrl(urlKey, url);
  const unresolved = url !== undefined ? [] : modelPlaces(context.root).filter(({ name }) => !known.includes(name));
  return [
    ...checkSources(context),
    ...unresolved.map(({ name, path }) => ({
      path,
      message: `no model is named ${context.show(path, name)}; list it under models: (with its provider under providers:), or set ${urlKey} to the endpoint that serves it`,
    })),
  ];
}

function environmentProvider(taken: readonly string[], env: Environment) {
  const baseUrl = filled(env, urlKey);
  if (baseUrl === undefined) return undefined;
  const apiKey = filled(env, 'OPENAI_API_KEY');
  const name = taken.includes('openai') ? `openai-${taken.length}` : 'openai';
  return { type: 'openai-compatible', name, baseUrl, ...(apiKey === undefined ? {} : { apiKey }) };
}

function modelNames(policy: DynamoOptions): readonly string[] {
  return [...new Set(modelPlaces(policy).map(({ name }) => name))];
}

/** Where the policy names models; the rules of a binary one are ignored. */
function modelPlaces(root: unknown): readonly { readonly name: string; readonly path: Path }[] {
  const binary = valueAt(root, ['reasoning_model']) !== undefined;
  const rules = binary ? undefined : valueAt(root, ['rules']);
  const paths: readonly Path[] = [
    ...['reasoning_model', 'general_model', 'abstain_onprem_model'].map((key) => [key]),
    ...(Array.isArray(rules) ? rules.map((_, index) => ['rules', index, 'route_onprem_model']) : []),
  ];
  return paths.flatMap((path) => {
    const name = valueAt(root, path);
    return typeof name === 'string' && name !== '' ? [{ name, path }] : [];
  });
}
