// The choice among decisions: those whose rules hold, put in order by confidence and priority.

import type { SignalMatch } from '../signals/signal.js';
import type { Decision, Strategy } from './decision.js';
import type { DecisionTrace } from './outcome.js';
import { evaluate, trace } from './rules.js';

/** The part of a decision that choosing reads. */
export type Choosable = Pick<Decision, 'name' | 'priority' | 'rules'>;

export interface Choice<D extends Choosable> {
  readonly decision: D;
  /** 0..1 */
  readonly confidence: number;
}

/** The first decision in the strategy's order, then in configured order; undefined where no rules hold. */
export function choose<D extends Choosable>(
  decisions: readonly D[],
  matches: readonly SignalMatch[],
  { strategy }: { readonly strategy: Strategy },
): Choice<D> | undefined {
  const holding = decisions.flatMap((decision) => {
    if (decision.rules === undefined) return [];
    const { matched, confidence } = evaluate(decision.rules, matches);
    return matched ? [{ decision, confidence }] : [];
  });
  return holding.toSorted(strategy === 'priority' ? byPriority : byConfidence)[0];
}

/** The rule tree of every decision that has one, in configured order. */
export function traceDecisions(decisions: readonly Choosable[], matches: readonly SignalMatch[]): readonly DecisionTrace[] {
  return decisions.flatMap(({ name, rules }) => {
    if (rules === undefined) return [];
    const tree = trace(rules, matches);
    return [{ decision: name, matched: tree.matched, confidence: tree.confidence, rules: tree }];
  });
}

type Holding = Choice<Choosable>;

function byConfidence(one: Holding, other: Holding): number {
  return compareConfidence(one, other) || comparePriority(one, other);
}

function byPriority(one: Holding, other: Holding): number {
  return comparePriority(one, other) || compareConfidence(one, other);
}

function comparePriority(one: Holding, other: Holding): number {
  return other.decision.priority - one.decision.priority;
}

/** Rounded, so that the float noise of 1 − x breaks no tie. */
function compareConfidence(one: Holding, other: Holding): number {
  return Math.round(other.confidence * 1e9) - Math.round(one.confidence * 1e9);
}
