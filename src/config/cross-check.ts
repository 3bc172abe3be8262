// What no single option can check: that names are unique and exist, and that values agree with each other.

import { dimensionNames, type KeywordRule } from '../native/index.js';
import type { PlugIns } from './extensions.js';
import type { Path } from './faults.js';
import { isMap, type PathFault, valueAt } from './issues.js';
import { checkRules } from './rule-check.js';
import { hint } from './suggest.js';

/** The data as written, secrets resolved, and what is known beside it; it need not have the right shape. */
export interface CheckContext {
  readonly root: unknown;
  readonly lists: PlugIns;
  readonly show: (path: Path, value: string | number) => string;
  /** Throws where the native side cannot compile these rules; absent: patterns are checked when the router is built. */
  readonly checkKeywordRules?: ((rules: readonly KeywordRule[]) => void) | undefined;
}

/** A named thing and where its name stands. */
interface Named {
  readonly name: string;
  readonly path: Path;
}

/** Every fault of a signalbox file that its schema cannot see. */
export function crossCheck(context: CheckContext): readonly PathFault[] {
  return [
    ...checkSources(context),
    ...checkDecisions(context),
    ...checkSignals(context),
    ...checkRules(context),
    ...checkFastPath(context.root),
    ...checkDomains(context),
    ...checkPlugins(context),
  ];
}

/** Providers, models and keys: what a Dynamo file may have too. */
export function checkSources(context: CheckContext): readonly PathFault[] {
  const providers = named(context, ['providers']);
  const models = named(context, ['models']);
  const references = textsIn(context.root, ['models'], 'provider');
  return [
    ...twins(providers, 'provider', context),
    ...twins(models, 'model', context),
    ...references.flatMap((reference) => unknown(reference, providers, 'provider', context)),
    ...aliasTwins(models, context),
    ...keyTwins(context.root),
  ];
}

/** The decision that serves where no rules hold: as written, or else the only one without rules. */
export function defaultDecision(root: unknown): string | undefined {
  const written = valueAt(root, ['defaultDecision']);
  if (typeof written === 'string') return written;
  const ruleless = listAt(root, ['decisions']).filter((decision) => isMap(decision) && decision['rules'] === undefined);
  const name = valueAt(ruleless[0], ['name']);
  return ruleless.length === 1 && typeof name === 'string' ? name : undefined;
}

function checkDecisions(context: CheckContext): readonly PathFault[] {
  const { root } = context;
  const decisions = named(context, ['decisions']);
  const models = named(context, ['models']);
  const candidates = listAt(root, ['decisions']).map((_, index) => texts(root, ['decisions', index, 'models']));
  const tiers = Object.keys(mapAt(root, ['fastPath', 'tiers'])).flatMap((tier) => text(root, ['fastPath', 'tiers', tier]));
  return [
    ...twins(decisions, 'decision', context),
    ...candidates.flatMap((list) => list.flatMap((candidate) => unknown(candidate, models, 'model', context))),
    ...candidates.flatMap((list) => twins(list, 'candidate', context)),
    ...[...text(root, ['defaultDecision']), ...tiers].flatMap((reference) => unknown(reference, decisions, 'decision', context)),
    ...emptyLists(root),
    ...noDefault(root, decisions),
  ];
}

function emptyLists(root: unknown): readonly PathFault[] {
  const remedies = {
    providers: 'name at least one endpoint',
    models: 'name at least one model',
    decisions: 'name at least one decision, such as { name: general, models: [MODEL] }',
  };
  return Object.entries(remedies).flatMap(([key, remedy]) => {
    const value = valueAt(root, [key]);
    const empty = value === undefined || (Array.isArray(value) && value.length === 0);
    return empty && isMap(root) ? [{ path: [key], message: `nothing is listed; ${remedy}` }] : [];
  });
}

function noDefault(root: unknown, decisions: readonly Named[]): readonly PathFault[] {
  if (decisions.length === 0 || valueAt(root, ['defaultDecision']) !== undefined || defaultDecision(root) !== undefined) return [];
  const known = decisions.map(({ name }) => name).join(', ');
  return [
    { path: ['defaultDecision'], message: `is missing; it may be left out only where exactly one decision has no rules; known: ${known}` },
  ];
}

function checkSignals(context: CheckContext): readonly PathFault[] {
  return context.lists.signals.flatMap(({ name, configKey }) => twins(named(context, ['signals', configKey]), `${name} signal`, context));
}

const dimensions: readonly string[] = dimensionNames;

function checkFastPath(root: unknown): readonly PathFault[] {
  const path: Path = ['fastPath', 'weights'];
  const weights = mapAt(root, path);
  const names = Object.keys(weights);
  const strange = names.filter((name) => !dimensions.includes(name));
  const negative = names.filter((name) => Number(weights[name]) < 0);
  const allZero = dimensions.every((name) => weights[name] === 0);
  const boundaries = listAt(root, ['fastPath', 'boundaries']).filter((value) => typeof value === 'number');
  const descends = boundaries.findIndex((value, index) => index > 0 && value <= (boundaries[index - 1] ?? value));
  return [
    ...strange.map((name) => ({
      path: [...path, name],
      part: 'key' as const,
      message: `unknown dimension ${JSON.stringify(name)}${hint(name, dimensions)}`,
    })),
    ...negative.map((name) => ({ path: [...path, name], message: 'a weight must not be negative' })),
    ...(allZero ? [{ path, message: 'at least one weight must be greater than 0' }] : []),
    ...(descends < 0 ? [] : [{ path: ['fastPath', 'boundaries', descends], message: 'boundaries must ascend' }]),
  ];
}

function checkDomains(context: CheckContext): readonly PathFault[] {
  const models = named(context, ['models']);
  const path: Path = ['domainRouting', 'categories'];
  const categories = Object.keys(mapAt(context.root, path));
  const references = categories.flatMap((category) =>
    ['model', 'specialized'].flatMap((key) => text(context.root, [...path, category, key])),
  );
  return references.flatMap((reference) => unknown(reference, models, 'model', context));
}

/** Models of degradation, and tools that can be added from somewhere only. */
function checkPlugins(context: CheckContext): readonly PathFault[] {
  const { root } = context;
  const models = named(context, ['models']);
  const places = [['plugins'], ...listAt(root, ['decisions']).map((_, index) => ['decisions', index, 'plugins'])];
  const pools = places.map((place) => [...place, 'degradationPolicy', 'fallbackModel']);
  const references = pools.flatMap((path) => [...text(root, path), ...texts(root, path)]);
  const adding = places.map((place) => [...place, 'toolSelection', 'mode']).filter((path) => valueAt(root, path) === 'add');
  const homeless = valueAt(root, ['toolDatabase']) === undefined ? adding : [];
  return [
    ...references.flatMap((reference) => unknown(reference, models, 'model', context)),
    ...homeless.map((path) => ({ path, message: 'there is nothing to add from; name a file under toolDatabase:' })),
  ];
}

function aliasTwins(models: readonly Named[], { root }: CheckContext): readonly PathFault[] {
  const written = valueAt(root, ['routing', 'alias']);
  const alias = typeof written === 'string' ? written : 'router';
  return models
    .filter(({ name }) => name === alias)
    .map(({ path }) => ({
      path,
      message: `${JSON.stringify(alias)} is the word that asks for routing (routing.alias); give the model another name`,
    }));
}

function keyTwins(root: unknown): readonly PathFault[] {
  const path: Path = ['identity', 'apiKeys'];
  const keys = textsIn(root, path, 'key');
  return repeated(keys).map((key) => ({ path: key.path, message: 'the same key stands here a second time' }));
}

function twins(all: readonly Named[], kind: string, { show }: CheckContext): readonly PathFault[] {
  return repeated(all).map(({ name, path }) => ({ path, message: `a second ${kind} named ${show(path, name)}` }));
}

function repeated(all: readonly Named[]): readonly Named[] {
  const seen = new Set<string>();
  return all.filter(({ name }) => seen.has(name) || !seen.add(name));
}

/** Where nothing at all is known, that is a fault of its own. */
function unknown({ name, path }: Named, known: readonly Named[], kind: string, { show }: CheckContext): readonly PathFault[] {
  const names = [...new Set(known.map((entry) => entry.name))];
  return names.length === 0 || names.includes(name)
    ? []
    : [{ path, message: `no ${kind} is named ${show(path, name)}${hint(name, names)}` }];
}

function named({ root }: CheckContext, path: Path): readonly Named[] {
  return textsIn(root, path, 'name');
}

function textsIn(root: unknown, path: Path, key: string): readonly Named[] {
  return listAt(root, path).flatMap((_, index) => text(root, [...path, index, key]));
}

function texts(root: unknown, path: Path): readonly Named[] {
  return listAt(root, path).flatMap((_, index) => text(root, [...path, index]));
}

function text(root: unknown, path: Path): readonly Named[] {
  const value = valueAt(root, path);
  return typeof value === 'string' && value !== '' ? [{ name: value, path }] : [];
}

function listAt(root: unknown, path: Path): readonly unknown[] {
  const value = valueAt(root, path);
  return Array.isArray(value) ? value : [];
}

function mapAt(root: unknown, path: Path): Readonly<Record<string, unknown>> {
  const value = valueAt(root, path);
  return isMap(value) ? value : {};
}
