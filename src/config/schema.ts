// The configuration as one schema: the sum of the options that every part declares.

import { z } from 'zod';
import { decisionShape, strategyOptions } from '../decisions/decision.js';
import { domainRoutingOptions } from '../decisions/domain-routing.js';
import type { DynamoOptions } from '../decisions/dynamo.js';
import { routingOptions } from '../decisions/modes.js';
import { learningOptions } from '../learning/options.js';
import { fastPathOptions, identityOptions, limitOptions, sessionOptions, upstreamOptions } from '../pipeline/options.js';
import { pluginOptions } from '../pipeline/plugins.js';
import { modelOptions } from '../providers/target.js';
import { type Extensions, type PlugIns, plugIns } from './extensions.js';
import { logOptions, serverOptions } from './options.js';

/** One entry of `providers:`, as its provider's `open` takes it. */
export interface ProviderEntry {
  readonly type: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

/** `algorithm:` of a decision; a selector's `open` takes it without `type`. */
export interface AlgorithmEntry {
  readonly type: string;
  readonly [option: string]: unknown;
}

/** `signals:` by config key, each list parsed by its signal's options. */
export type SignalEntries = Readonly<Record<string, readonly unknown[]>>;

/** The schema of a signalbox file, built anew from the built-in lists and `extensions`. */
export function configSchema(extensions: Extensions = {}) {
  const lists = plugIns(extensions);
  return z
    .strictObject({
      ...commonShape(lists),
      decisions: z.array(decisionSchema(lists)).default([]).describe('What may be decided: rules and the models they lead to.'),
      defaultDecision: z
        .string()
        .min(1)
        .optional()
        .describe('The decision when no rules hold; by default the only decision without rules.'),
      strategy: strategyOptions,
      signals: signalsSchema(lists),
      fastPath: fastPathOptions.prefault({}),
      domainRouting: domainRoutingOptions.optional(),
      learning: learningOptions.prefault({}),
    })
    .meta({ title: 'signalbox configuration', description: 'What signalbox serves, and how it decides.' });
}

/** The keys that a Dynamo file may have too. */
export function commonShape(lists: PlugIns) {
  return {
    providers: z.array(providerSchema(lists)).default([]).describe('The endpoints that serve models.'),
    models: z.array(modelOptions).default([]).describe('The models that decisions and clients may name.'),
    routing: routingOptions.prefault({}),
    identity: identityOptions.prefault({}),
    limits: limitOptions.prefault({}),
    upstream: upstreamOptions.prefault({}),
    sessions: sessionOptions.optional(),
    plugins: pluginOptions.prefault({}),
    toolDatabase: z
      .string()
      .min(1)
      .optional()
      .describe('A JSON file of tools, beside this file: what tool selection may add, and knows of tools.'),
    server: serverOptions.prefault({}),
    logs: logOptions.prefault({}),
  };
}

type Parsed = z.infer<ReturnType<typeof configSchema>>;

/** How a Dynamo policy's classifier is opened. */
export interface DynamoClassifierOptions {
  /** Unset: the mock. */
  readonly modelPath?: string;
  readonly tokenizerPath?: string;
  readonly maxLength: number;
}

/** A checked configuration: every default filled in, every name known to exist. */
export interface Config extends Readonly<Parsed> {
  /** Set where the file is a Dynamo policy; there are no decisions then. */
  readonly dynamo?: DynamoOptions;
  readonly dynamoClassifier?: DynamoClassifierOptions;
}

function decisionSchema({ selectors }: PlugIns) {
  const options = selectors.map((selector) => {
    if (!(selector.options instanceof z.ZodObject))
      throw new TypeError(`The options of selector ${selector.name} must be an object schema.`);
    return selector.options.extend({ type: z.literal(selector.name).describe('The selector.') });
  });
  const algorithm = discriminated<AlgorithmEntry>(options)
    .default({ type: 'static' })
    .describe('How the candidate models are put in order.');
  return z.strictObject({ ...decisionShape, algorithm, plugins: pluginOptions.optional() });
}

function providerSchema({ providers }: PlugIns): z.ZodType<ProviderEntry> {
  return discriminated<ProviderEntry>(providers.map((provider) => provider.options));
}

function signalsSchema({ signals }: PlugIns): z.ZodType<SignalEntries> {
  const shape = signals.map((signal) => {
    const entries = z.array(signal.options).default([]).describe(`Entries of the ${signal.name} signal.`);
    return [signal.configKey, entries] as const;
  });
  const schema = z.strictObject(Object.fromEntries(shape)).prefault({}).describe('What the signals that rules name look for.');
  return schema as z.ZodType<SignalEntries>;
}

/** Plug-ins hide their option types; here they are put together by their `type` and seen as `Entry`. */
function discriminated<Entry>(options: readonly z.ZodType[]): z.ZodType<Entry> {
  const branches = options as unknown as readonly [z.ZodObject, ...z.ZodObject[]];
  return z.discriminatedUnion('type', branches) as unknown as z.ZodType<Entry>;
}
