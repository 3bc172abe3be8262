// The configuration: its schema, its file, its faults, what stands in for it, and watching it.

export { environmentConfig, readEnvironment, type StartEnvironment } from './environment.js';
export type { Extensions } from './extensions.js';
export { ConfigError, type Fault, faultLine } from './faults.js';
export { configJsonSchema } from './json-schema.js';
export { type LoadOptions, loadConfig, type ParseOptions, parseConfig } from './load.js';
export { type AlgorithmEntry, type Config, configSchema, type DynamoClassifierOptions, type ProviderEntry } from './schema.js';
export type { SecretReference, SecretResolver } from './secrets.js';
export { watchConfig } from './watch.js';
