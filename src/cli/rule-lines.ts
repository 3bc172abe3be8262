// A traced rule tree as indented lines, each with whether it holds and how surely.

import type { DecisionTrace } from '../decisions/outcome.js';
import type { RuleTrace } from '../decisions/rules.js';
import type { Paint } from './terminal.js';

/** The decision first, its tree below. */
export function ruleLines({ decision, rules, matched, confidence }: DecisionTrace, paint: Paint): readonly string[] {
  return [line({ name: paint.bold(decision), matched, confidence }, paint), ...treeLines(rules, paint, 1)];
}

function treeLines(trace: RuleTrace, paint: Paint, depth: number): readonly string[] {
  const { matched, confidence } = trace;
  const indent = '  '.repeat(depth);
  if (trace.type !== 'signal') {
    const own = `${indent}${line({ name: trace.type, matched, confidence }, paint)}`;
    return [own, ...trace.children.flatMap((child) => treeLines(child, paint, depth + 1))];
  }
  const { signal, key, value, minConfidence, actual } = trace;
  const wanted = minConfidence === 0 ? '' : ` at least ${minConfidence.toFixed(2)}`;
  const found = !matched && actual !== undefined ? ` (found ${actual.toFixed(2)})` : '';
  return [`${indent}${line({ name: `${signal} ${key}=${value}${wanted}`, matched, confidence }, paint)}${paint.dim(found)}`];
}

interface Truth {
  readonly name: string;
  readonly matched: boolean;
  readonly confidence: number;
}

function line({ name, matched, confidence }: Truth, paint: Paint): string {
  return matched ? `${paint.good('✓')} ${name}  ${confidence.toFixed(2)}` : `${paint.bad('✗')} ${name}`;
}
