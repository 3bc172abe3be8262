// Checks rule trees against the signals: the signal exists, may be named by that key, has that value, and its pattern compiles.

import { RouterError } from '../errors.js';
import type { AnySignal, Leaf, LeafKey } from '../signals/signal.js';
import type { CheckContext } from './cross-check.js';
import type { Path } from './faults.js';
import { isMap, type PathFault, valueAt } from './issues.js';
import { hint } from './suggest.js';

const leafKeys: readonly LeafKey[] = ['name', 'category', 'level', 'pattern', 'detected'];

/** Every fault of the rules of all decisions, and of keyword entries that do not compile. */
export function checkRules(context: CheckContext): readonly PathFault[] {
  const decisions = valueAt(context.root, ['decisions']);
  const rules = Array.isArray(decisions) ? decisions.flatMap((_, index) => checkRule(['decisions', index, 'rules'], context)) : [];
  return [...rules, ...context.lists.signals.flatMap((signal) => checkEntries(signal, context))];
}

function checkRule(path: Path, context: CheckContext): readonly PathFault[] {
  const rule = valueAt(context.root, path);
  if (!isMap(rule)) return [];
  if (rule['condition'] !== undefined) return checkRule([...path, 'condition'], context);
  const conditions = rule['conditions'];
  if (Array.isArray(conditions)) return conditions.flatMap((_, index) => checkRule([...path, 'conditions', index], context));
  return checkLeaf(rule, path, context);
}

function checkLeaf(leaf: Readonly<Record<string, unknown>>, path: Path, context: CheckContext): readonly PathFault[] {
  const named = leaf['signal'];
  if (typeof named !== 'string') return [];
  const signal = context.lists.signals.find(({ name }) => name === named);
  if (signal === undefined) {
    const known = context.lists.signals.map(({ name }) => name);
    return [{ path: [...path, 'signal'], message: `no signal is named ${context.show([...path, 'signal'], named)}${hint(named, known)}` }];
  }
  return leafKeys.filter((key) => leaf[key] !== undefined).flatMap((key) => checkValue(signal, key, [...path, key], context));
}

function checkValue(signal: AnySignal, key: LeafKey, path: Path, context: CheckContext): readonly PathFault[] {
  if (!signal.leafKeys.includes(key))
    return [{ path, part: 'key', message: `the ${signal.name} signal has no ${key}; a rule may name its ${signal.leafKeys.join(' or ')}` }];
  const value = valueAt(context.root, path);
  if (typeof value !== 'string' && typeof value !== 'boolean') return [];
  const leaf = { key, value: typeof value === 'string' ? value : 'true' };
  const entries = validEntries(signal, context);
  const known = signal
    .open(
      entries.map(({ entry }) => entry),
      [leaf],
    )
    .values(key);
  const allKnown = entries.length === listLength(valueAt(context.root, ['signals', signal.configKey]));
  if (allKnown && known !== undefined && !known.includes(leaf.value)) {
    return [
      { path, message: `no ${key} ${context.show(path, leaf.value)} of the ${signal.name} signal is configured${hint(leaf.value, known)}` },
    ];
  }
  return compile(signal, { entries: [], leaves: [leaf] }, path, context);
}

function checkEntries(signal: AnySignal, context: CheckContext): readonly PathFault[] {
  return validEntries(signal, context).flatMap(({ entry, path }) => compile(signal, { entries: [entry], leaves: [] }, path, context));
}

function validEntries(signal: AnySignal, { root }: CheckContext): readonly { readonly entry: unknown; readonly path: Path }[] {
  const path: Path = ['signals', signal.configKey];
  const entries = valueAt(root, path);
  const all = Array.isArray(entries) ? entries.map((entry: unknown, index) => ({ entry, path: [...path, index] })) : [];
  return all.flatMap(({ entry, path: at }) => {
    const parsed = signal.options.safeParse(entry);
    return parsed.success ? [{ entry: parsed.data, path: at }] : [];
  });
}

function listLength(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function compile(
  signal: AnySignal,
  wanted: { readonly entries: readonly unknown[]; readonly leaves: readonly Leaf[] },
  path: Path,
  { checkKeywordRules }: CheckContext,
): readonly PathFault[] {
  if (checkKeywordRules === undefined) return [];
  const rules = signal.open(wanted.entries, wanted.leaves).keywordRules;
  if (rules.length === 0) return [];
  try {
    checkKeywordRules(rules);
    return [];
  } catch (thrown) {
    const reason = thrown instanceof RouterError || thrown instanceof Error ? thrown.message : 'unknown reason';
    return [{ path, message: `does not compile: ${reason}` }];
  }
}
