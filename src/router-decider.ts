// Who decides in one router: the Dynamo policy of the file, or its decisions.

import type { PlugIns } from './config/extensions.js';
import type { Config } from './config/schema.js';
import type { Classifier } from './decisions/classifier.js';
import { type Decider, dynamoDecider, ruleDecider } from './decisions/decider.js';
import type { Decision } from './decisions/decision.js';
import { mockClassifier } from './decisions/mock-classifier.js';
import { RouterError } from './errors.js';
import type { Log } from './telemetry/log.js';
import type { Metrics } from './telemetry/metrics.js';

export interface DeciderContext {
  readonly lists: PlugIns;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Throws CAPABILITY_MISSING for a classifier that the configuration asks for and nothing provides. */
export function openDecider(config: Config, { lists, metrics, log }: DeciderContext): Decider {
  const hooks = {
    onClassified: (latencyMs: number) => metrics.classified('http', latencyMs),
    onError: (cause: unknown) => log.failure('classifier failed', cause),
  };
  if (config.dynamo !== undefined) return dynamoDecider({ policy: config.dynamo, classifier: dynamoClassifier(config, lists), ...hooks });
  const decisions = config.decisions.length > 0 ? config.decisions : [allModels(config)];
  const defaultDecision = config.defaultDecision ?? decisions[0]?.name ?? '';
  const { strategy, domainRouting } = config;
  const domainClassifier = domainRouting === undefined ? undefined : named(lists, 'domain', 'domainRouting');
  return ruleDecider({ decisions, defaultDecision, strategy, domainRouting, domainClassifier, ...hooks });
}

/** A configuration without decisions still serves the alias: with every model, in order. */
function allModels({ models }: Config): Decision {
  return { name: 'default', priority: 0, models: models.map(({ name }) => name) };
}

/** The mock, unless a model is named: that one must be there, it is never replaced by the mock in silence. */
function dynamoClassifier({ dynamoClassifier: options }: Config, lists: PlugIns): Classifier {
  return options?.modelPath === undefined ? mockClassifier : named(lists, 'reasoning', 'SEMROUTER_MODEL_PATH');
}

function named({ classifiers }: PlugIns, name: string, at: string): Classifier {
  const classifier = classifiers.find((one) => one.name === name);
  if (classifier !== undefined) return classifier;
  throw new RouterError('CAPABILITY_MISSING', { at, expected: `a classifier named ${name}`, received: 'none' });
}
