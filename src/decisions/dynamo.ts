// The policy files of NVIDIA Dynamo's semantic router: their schema and their decision, binary or by rules over labels.

import { z } from 'zod';
import type { Probabilities } from './classifier.js';

const model = z.string().min(1);
const probability = z.number().min(0).max(1);

const conditionOptions = z.strictObject({
  label: z.string().min(1).describe('A label of the classifier.'),
  min_conf: probability.default(0.5).describe('The probability that is enough, 0 to 1.'),
});

const ruleOptions = z.strictObject({
  when_any: z.array(conditionOptions).min(1).describe('The rule fires where any of these holds.'),
  route_onprem_model: model.describe('The model it leads to.'),
  rationale: z.string().min(1).default('rule').describe('A short word for metrics and logs.'),
});

/** A file with `reasoning_model` is binary and its rules are ignored; else its rules decide. */
export const dynamoOptions = z.strictObject({
  reasoning_model: model.optional().describe('Serves what needs reasoning; makes the policy a binary one.'),
  general_model: model.optional().describe('Serves the rest of a binary policy; by default the abstain model.'),
  abstain_onprem_model: model.describe('Serves where the classifier is not sure, or fails.'),
  threshold_min_conf: probability.default(0.5).describe('Below this probability the classifier is not sure, 0 to 1.'),
  weights: z.record(z.string().min(1), z.number()).default({}).describe('Which label comes first where no rule fires.'),
  rules: z.array(ruleOptions).default([]).describe('Rules over labels, in order; ignored in a binary policy.'),
});

export type DynamoOptions = z.infer<typeof dynamoOptions>;

/** What a policy decides. */
export interface DynamoDecision {
  readonly model: string;
  /** Safe as a header and as a metric label. */
  readonly rationale: string;
  /** The label that decided, or the likeliest where none did; '' where there is no label. */
  readonly winner: string;
  /** The winner's probability, 0..1. */
  readonly confidence: number;
  readonly abstained: boolean;
}

/** True for the contents of a Dynamo policy file, valid or not. */
export function isDynamoConfig(contents: unknown): boolean {
  if (typeof contents !== 'object' || contents === null) return false;
  return Object.hasOwn(contents, 'abstain_onprem_model') || Object.hasOwn(contents, 'reasoning_model');
}

/** The decision for a classifier's answer; equality with a threshold is enough. */
export function decideDynamo(policy: DynamoOptions, probabilities: Probabilities): DynamoDecision {
  const labels = Object.entries(probabilities).map(([label, confidence]) => ({ label, confidence }));
  const ranked = labels.toSorted((one, other) => other.confidence - one.confidence || (one.label < other.label ? -1 : 1));
  return policy.reasoning_model === undefined ? decideByRules(policy, ranked) : decideBinary(policy, policy.reasoning_model, ranked);
}

interface Ranked {
  readonly label: string;
  readonly confidence: number;
}

type RuleOptions = DynamoOptions['rules'][number];

/** `ranked` is likeliest first. */
function decideBinary(policy: DynamoOptions, reasoningModel: string, ranked: readonly Ranked[]): DynamoDecision {
  const top = ranked[0];
  if (top === undefined || !isSure(policy, top)) return abstain(policy, top, 'abstain_low_confidence');
  const reasons = ranked.some(({ label, confidence }) => label === 'reasoning' && confidence > 0.5);
  const chosen = reasons ? reasoningModel : (policy.general_model ?? policy.abstain_onprem_model);
  return { model: chosen, rationale: reasons ? 'reasoning' : 'general', winner: top.label, confidence: top.confidence, abstained: false };
}

function decideByRules(policy: DynamoOptions, ranked: readonly Ranked[]): DynamoDecision {
  for (const rule of policy.rules) {
    const met = ranked.find(({ label, confidence }) => rule.when_any.some((one) => one.label === label && confidence >= one.min_conf));
    if (met !== undefined) return followRule(rule, met);
  }
  const heaviest = ranked.filter((one) => isSure(policy, one)).toSorted((one, other) => weightOf(policy, other) - weightOf(policy, one))[0];
  const naming = policy.rules.find(({ when_any }) => when_any.some(({ label }) => label === heaviest?.label));
  if (heaviest === undefined || naming === undefined) return abstain(policy, heaviest ?? ranked[0], 'abstain');
  return followRule(naming, heaviest);
}

function followRule({ route_onprem_model, rationale }: RuleOptions, { label, confidence }: Ranked): DynamoDecision {
  return { model: route_onprem_model, rationale: metricLabel(rationale), winner: label, confidence, abstained: false };
}

function abstain(policy: DynamoOptions, top: Ranked | undefined, rationale: string): DynamoDecision {
  return { model: policy.abstain_onprem_model, rationale, winner: top?.label ?? '', confidence: top?.confidence ?? 0, abstained: true };
}

function isSure({ threshold_min_conf }: DynamoOptions, { confidence }: Ranked): boolean {
  return confidence >= threshold_min_conf;
}

function weightOf({ weights }: DynamoOptions, { label }: Ranked): number {
  return Object.hasOwn(weights, label) ? (weights[label] ?? 0) : 0;
}

/** A rationale is free text in the file: here it is a short word in ASCII. */
function metricLabel(text: string): string {
  return text.slice(0, 64).replace(/[^\w.:-]/g, '_');
}
