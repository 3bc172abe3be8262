// Who decides: one interface, implemented for decisions with rules and for Dynamo policies.

import { RouterError } from '../errors.js';
import type { Prescan } from '../native/index.js';
import type { SignalMatch } from '../signals/signal.js';
import { ask, type ClassifierHooks } from './ask.js';
import { choose, traceDecisions } from './choose.js';
import type { Classifier, Probabilities } from './classifier.js';
import type { Decision, Strategy } from './decision.js';
import { chooseByDomain, type DomainRoutingOptions } from './domain-routing.js';
import { type DynamoOptions, decideDynamo } from './dynamo.js';
import type { Outcome } from './outcome.js';

export interface DecideInput {
  /** What the user wrote. */
  readonly text: string;
  readonly matches: readonly SignalMatch[];
  readonly prescan?: Pick<Prescan, 'tier' | 'confidence' | 'agentic'> | undefined;
  /** The decision a confident tier jumps to. */
  readonly jump?: string | undefined;
  /** Trace every rule. */
  readonly explain: boolean;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Decider {
  /** Rejects only where `signal` aborts or the configuration was not checked. */
  readonly decide: (input: DecideInput) => Promise<Outcome>;
  /** What serves where nothing is to be decided. */
  readonly defaultOutcome: () => Outcome;
}

export interface RuleDeciderOptions extends ClassifierHooks {
  readonly decisions: readonly Decision[];
  /** A name among `decisions`. */
  readonly defaultDecision: string;
  readonly strategy: Strategy;
  /** Takes effect only with a classifier of categories. */
  readonly domainRouting?: DomainRoutingOptions | undefined;
  readonly domainClassifier?: Classifier | undefined;
}

export interface DynamoDeciderOptions extends ClassifierHooks {
  readonly policy: DynamoOptions;
  readonly classifier: Classifier;
}

/** Fast-path jump, then rules, then the category, then the default decision. A domain classifier that fails leads to the default decision. */
export function ruleDecider(options: RuleDeciderOptions): Decider {
  const fallback = named(options, options.defaultDecision);
  return {
    decide: async (input) => {
      const outcome =
        jumped(options, input) ?? ruled(options, input) ?? (await byDomain(options, fallback, input)) ?? byDefault(fallback, input);
      return input.explain ? { ...outcome, rules: traceDecisions(options.decisions, input.matches) } : outcome;
    },
    defaultOutcome: () => ({ ...byDefault(fallback, {}), reason: 'Nothing was decided; the default decision serves.' }),
  };
}

/** The classifier's label through the policy. A classifier that fails leads to the abstain model: routing fails open. */
export function dynamoDecider({ policy, classifier, ...hooks }: DynamoDeciderOptions): Decider {
  return {
    decide: async (input) => {
      const probabilities = await ask(classifier, input, hooks);
      return probabilities === undefined
        ? abstained(policy, 'classifier_error', 'The classifier failed; the abstain model serves.', input)
        : followPolicy(policy, probabilities, input);
    },
    defaultOutcome: () => abstained(policy, 'default', 'Nothing was decided; the abstain model serves.', {}),
  };
}

type Scanned = Pick<DecideInput, 'prescan'>;

function jumped(options: RuleDeciderOptions, { jump, prescan }: DecideInput): Outcome | undefined {
  if (jump === undefined) return undefined;
  const { name, models } = named(options, jump);
  const scanned = prescan === undefined ? '' : ` with tier ${prescan.tier}${prescan.agentic ? ', agentic' : ''}`;
  return {
    decision: name,
    models,
    confidence: prescan?.confidence ?? 1,
    tier: prescan?.tier,
    by: 'fast-path',
    reason: `The fast path settled it${scanned}.`,
    rationale: 'fast_path',
    winner: prescan?.tier ?? '',
  };
}

function ruled({ decisions, strategy }: RuleDeciderOptions, { matches, prescan }: DecideInput): Outcome | undefined {
  const choice = choose(decisions, matches, { strategy });
  if (choice === undefined) return undefined;
  const { decision, confidence } = choice;
  const reason = `The rules of decision ${decision.name} hold.`;
  return {
    decision: decision.name,
    models: decision.models,
    confidence,
    tier: prescan?.tier,
    by: 'rules',
    reason,
    rationale: 'rules',
    winner: decision.name,
  };
}

async function byDomain(options: RuleDeciderOptions, fallback: Decision, input: DecideInput): Promise<Outcome | undefined> {
  const { domainRouting, domainClassifier } = options;
  if (domainRouting === undefined || domainClassifier === undefined) return undefined;
  const probabilities = await ask(domainClassifier, input, options);
  if (probabilities === undefined) {
    return {
      ...byDefault(fallback, input),
      confidence: 0,
      rationale: 'classifier_error',
      reason: 'The domain classifier failed; the default decision serves.',
    };
  }
  const choice = chooseByDomain(domainRouting, probabilities);
  const { confidence, reason, rationale, category } = choice;
  const models = [...new Set([...choice.models, ...(choice.fallback ? fallback.models : [])])];
  const general = choice.models.length === 0;
  return {
    decision: general ? fallback.name : `domain:${category}`,
    models,
    confidence,
    tier: input.prescan?.tier,
    by: general ? 'default' : 'domain',
    reason,
    rationale,
    winner: category,
  };
}

function followPolicy(policy: DynamoOptions, probabilities: Probabilities, { prescan }: Scanned): Outcome {
  const { model, confidence, rationale, winner, abstained: unsure } = decideDynamo(policy, probabilities);
  const reason = unsure ? 'The classifier is not sure; the abstain model serves.' : `The classifier says ${winner}.`;
  const decision = unsure ? 'abstain' : rationale;
  return { decision, models: [model], confidence, tier: prescan?.tier, by: 'classifier', reason, rationale, winner };
}

function abstained({ abstain_onprem_model }: DynamoOptions, rationale: string, reason: string, { prescan }: Scanned): Outcome {
  const decision = 'abstain';
  return { decision, models: [abstain_onprem_model], confidence: 0, tier: prescan?.tier, by: 'default', reason, rationale, winner: '' };
}

function byDefault({ name, models }: Decision, { prescan }: Scanned): Outcome {
  const reason = 'No rules hold; the default decision serves.';
  return { decision: name, models, confidence: 0, tier: prescan?.tier, by: 'default', reason, rationale: 'default', winner: '' };
}

/** Throws INTERNAL for a name that checking the configuration should have refused. */
function named({ decisions }: RuleDeciderOptions, name: string): Decision {
  const decision = decisions.find((one) => one.name === name);
  if (decision !== undefined) return decision;
  throw new RouterError('INTERNAL', { at: 'decision', expected: decisions.map((one) => one.name).join(' or '), received: name });
}
