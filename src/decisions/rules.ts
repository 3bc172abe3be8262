// Rule trees, AND, OR and NOT over what signals matched: their schema, whether they hold, how surely, and why.

import { z } from 'zod';
import type { LeafKey, SignalMatch } from '../signals/signal.js';

const leafKeys = ['name', 'category', 'level', 'pattern', 'detected'] as const satisfies readonly LeafKey[];

const value = z.string().min(1);

const leafOptions = z
  .strictObject({
    signal: z.string().min(1).describe('The signal to ask, such as keyword.'),
    name: value.optional().describe('The name of an entry of that signal.'),
    category: value.optional().describe('The category it must have found.'),
    level: value.optional().describe('The level it must have found.'),
    pattern: value.optional().describe('A regular expression that must occur in the text.'),
    detected: z.boolean().optional().describe('Whether it must, or must not, have found what it looks for.'),
    minConfidence: z.number().min(0).max(1).default(0).describe('The least confidence of the signal that counts, 0 to 1.'),
  })
  .superRefine((leaf, context) => {
    const found = leafKeys.filter((key) => leaf[key] !== undefined);
    if (found.length === 1) return;
    const received = found.length === 0 ? 'none' : found.join(' and ');
    const message = `expected exactly one of ${leafKeys.join(', ')} beside signal, received ${received}`;
    context.addIssue({ code: 'custom', message, input: leaf, continue: true });
  })
  .meta({ oneOf: leafKeys.map((key) => ({ required: [key] })) });

const groupOptions = z.strictObject({
  type: z.enum(['AND', 'OR']).describe('AND: all conditions hold. OR: at least one does.'),
  get conditions() {
    const list = z.array(ruleOptions).min(1, 'expected at least one rule, received an empty list');
    return list.describe('The rules it joins.');
  },
});

const negationOptions = z.strictObject({
  type: z.literal('NOT').describe('NOT: the condition does not hold.'),
  get condition() {
    return ruleOptions.describe('The rule that must not hold.');
  },
});

type LeafOptions = z.infer<typeof leafOptions>;

/** A rule as configured, defaults filled in. */
export type Rule = LeafOptions | { type: 'AND' | 'OR'; conditions: Rule[] } | { type: 'NOT'; condition: Rule };

/** A rule as written. */
export type RuleInput =
  | z.input<typeof leafOptions>
  | { type: 'AND' | 'OR'; conditions: RuleInput[] }
  | { type: 'NOT'; condition: RuleInput };

/** Explicitly typed, because inference cannot follow a recursion through a union. */
export const ruleOptions: z.ZodType<Rule, RuleInput> = z
  .union([leafOptions, z.discriminatedUnion('type', [groupOptions, negationOptions])], {
    error:
      'expected a rule: { type: AND or OR, conditions: [...] }, { type: NOT, condition: ... } or { signal: ..., name, category, level, pattern or detected: ... }',
  })
  .meta({ id: 'Rule' });

/** What one leaf asks: that `signal` matched `value` of `key`, or with `negated` (`detected: false`) that it did not. */
export interface RuleLeaf {
  readonly signal: string;
  readonly key: LeafKey;
  readonly value: string;
  /** 0..1; equality is enough. */
  readonly minConfidence: number;
  readonly negated: boolean;
}

/** All leaves, in written order. */
export function leaves(rule: Rule): readonly RuleLeaf[] {
  if ('signal' in rule) return [leafOf(rule)];
  if (rule.type === 'NOT') return leaves(rule.condition);
  return rule.conditions.flatMap(leaves);
}

/** The leaf in the form that matches have: a key and a value. */
function leafOf(leaf: LeafOptions): RuleLeaf {
  const { signal, minConfidence, detected } = leaf;
  const key = leafKeys.find((one) => leaf[one] !== undefined) ?? 'detected';
  if (key === 'detected') return { signal, key, value: 'true', minConfidence, negated: detected === false };
  return { signal, key, value: leaf[key] ?? '', minConfidence, negated: false };
}

/** `confidence` is 0..1, and 0 where the rule does not hold; a rule may hold with confidence 0. */
export interface Truth {
  readonly matched: boolean;
  readonly confidence: number;
}

/** A rule tree with the truth of every node. */
export type RuleTrace = GroupTrace | LeafTrace;

export interface GroupTrace extends Truth {
  readonly type: 'AND' | 'OR' | 'NOT';
  readonly children: readonly RuleTrace[];
}

export interface LeafTrace extends Truth {
  readonly type: 'signal';
  readonly signal: string;
  readonly key: LeafKey;
  /** As written: `detected: false` has the value 'false'. */
  readonly value: string;
  readonly minConfidence: number;
  /** What the signal reported, however little; undefined where it reported nothing. */
  readonly actual: number | undefined;
}

/** `raw` is the confidence that was found whether or not it sufficed: what a NOT above is sure against. Equals `confidence` where the rule holds. */
interface Weighed extends Truth {
  readonly raw: number;
}

/** AND: the least confidence; OR: the greatest of those that hold; NOT: one less the raw confidence of its condition. */
export function evaluate(rule: Rule, matches: readonly SignalMatch[]): Truth {
  const { matched, confidence } = weigh(rule, matches);
  return { matched, confidence };
}

/** The whole tree, nothing skipped; each node agrees with `evaluate` of it. */
export function trace(rule: Rule, matches: readonly SignalMatch[]): RuleTrace {
  const truth = evaluate(rule, matches);
  if ('signal' in rule) {
    const { signal, key, value, minConfidence, negated } = leafOf(rule);
    const actual = reported({ signal, key, value }, matches);
    return { ...truth, type: 'signal', signal, key, value: negated ? 'false' : value, minConfidence, actual };
  }
  const conditions = rule.type === 'NOT' ? [rule.condition] : rule.conditions;
  return { ...truth, type: rule.type, children: conditions.map((condition) => trace(condition, matches)) };
}

function weigh(rule: Rule, matches: readonly SignalMatch[]): Weighed {
  if ('signal' in rule) return weighLeaf(leafOf(rule), matches);
  if (rule.type === 'NOT') return negate(weigh(rule.condition, matches));
  const children = rule.conditions.map((condition) => weigh(condition, matches));
  return rule.type === 'AND' ? weakest(children) : strongest(children);
}

function weighLeaf(leaf: RuleLeaf, matches: readonly SignalMatch[]): Weighed {
  const actual = reported(leaf, matches);
  const found = weighed(actual !== undefined && actual >= leaf.minConfidence, actual ?? 0);
  return leaf.negated ? negate(found) : found;
}

function weakest(children: readonly Weighed[]): Weighed {
  const matched = children.every((child) => child.matched);
  return weighed(matched, Math.min(...children.map(({ raw }) => raw)));
}

function strongest(children: readonly Weighed[]): Weighed {
  const holding = children.filter(({ matched }) => matched);
  const counted = holding.length === 0 ? children : holding;
  return weighed(holding.length > 0, Math.max(...counted.map(({ raw }) => raw)));
}

function negate({ matched, raw }: Weighed): Weighed {
  return weighed(!matched, 1 - raw);
}

function weighed(matched: boolean, raw: number): Weighed {
  return { matched, confidence: matched ? raw : 0, raw };
}

/** The greatest confidence a signal reported for this; undefined where it reported none. */
function reported({ signal, key, value }: Pick<RuleLeaf, 'signal' | 'key' | 'value'>, matches: readonly SignalMatch[]): number | undefined {
  let greatest: number | undefined;
  for (const match of matches) {
    const same = match.value === value && match.signal === signal && match.key === key;
    if (same && (greatest === undefined || match.confidence > greatest)) greatest = match.confidence;
  }
  return greatest;
}
