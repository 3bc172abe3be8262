// What zod found wrong, as sentences for people: where, what was expected, what came, and what was probably meant.

import type { z } from 'zod';
import type { Path } from './faults.js';
import { keysAt, optionFits } from './schema-walk.js';
import { hint } from './suggest.js';

/** A fault that does not know its line yet. */
export interface PathFault {
  readonly path: Path;
  readonly part?: 'key' | 'value';
  readonly message: string;
}

/** What the sentences need to know beside the issues. */
export interface IssueContext {
  readonly schema: z.ZodType;
  /** The data that was parsed. */
  readonly root: unknown;
  /** A value as it may be shown: quoted and short, or the reference it came from. */
  readonly show: (path: Path, value: string | number) => string;
}

/** Of one map; a map with more is not ours at all. */
const maxUnknownKeys = 100;

/** One or more faults for each issue. */
export function issueFaults(issues: readonly z.core.$ZodIssue[], context: IssueContext): readonly PathFault[] {
  return issues.flatMap((issue) => faultsOf(issue, pathOf(issue.path), context));
}

/** The value at a path, undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isIndexable(value) && Object.hasOwn(value, key) ? value[key] : undefined), root);
}

function faultsOf(issue: z.core.$ZodIssue, path: Path, context: IssueContext): readonly PathFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, maxUnknownKeys).map((key) => unknownKey([...path, key], key, context));
  if (issue.code === 'invalid_key') return [unknownKey(path, String(path.at(-1)), context)];
  if (issue.code === 'invalid_union') return unionFaults(issue, path, context);
  return [{ path, message: sentence(issue, path, context) }];
}

function unknownKey(path: Path, key: string, { schema, root }: IssueContext): PathFault {
  const known = keysAt(schema, root, path.slice(0, -1));
  const present = valueAt(root, path.slice(0, -1));
  const free = known.filter((name) => !isIndexable(present) || !Object.hasOwn(present, name));
  return { path, part: 'key', message: `unknown key ${JSON.stringify(key.slice(0, 64))}${hint(key, free.length > 0 ? free : known)}` };
}

function unionFaults(issue: z.core.$ZodIssueInvalidUnion, path: Path, context: IssueContext): readonly PathFault[] {
  if (issue.errors.length === 0) return [{ path, message: notOneOf(discriminants(issue), path, context) }, ...strangers(path, context)];
  const fits = optionFits(context.schema, context.root, path);
  const ranked = issue.errors
    .map((issues, index) => ({ issues, fit: fits[index] ?? 0 }))
    .toSorted((one, other) => other.fit - one.fit || mismatch(one.issues) - mismatch(other.issues));
  return (ranked[0]?.issues ?? []).flatMap((inner) => faultsOf(inner, [...path, ...pathOf(inner.path)], context));
}

/** Where the key that tells the options apart is missing: the keys that no option knows, one of which may be it, misspelled. */
function strangers(path: Path, context: IssueContext): readonly PathFault[] {
  const parent = path.slice(0, -1);
  const map = valueAt(context.root, parent);
  if (valueAt(context.root, path) !== undefined || !isMap(map)) return [];
  const known = keysAt(context.schema, context.root, parent);
  const strange = Object.keys(map).filter((key) => !known.includes(key));
  return strange.slice(0, maxUnknownKeys).map((key) => unknownKey([...parent, key], key, context));
}

/** How unlike a branch is to what was meant: keys that it does not know weigh most, then wrong literals, then what is missing. */
function mismatch(branch: readonly z.core.$ZodIssue[]): number {
  const weights = branch.map((issue) => {
    if (issue.code === 'unrecognized_keys') return 100 * issue.keys.length;
    if (issue.path.length > 1) return 1;
    return issue.code === 'invalid_value' ? 50 : 10;
  });
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function discriminants(issue: z.core.$ZodIssueInvalidUnion): readonly string[] {
  const options: unknown = 'options' in issue ? issue.options : [];
  return Array.isArray(options) ? options.map(String) : [];
}

function sentence(issue: z.core.$ZodIssue, path: Path, context: IssueContext): string {
  const value = valueAt(context.root, path);
  if (issue.code === 'custom') return issue.message;
  if (value === undefined) return `is missing; expected ${expectation(issue)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${expectation(issue)}, received ${kindOf(value)}`;
    case 'invalid_value':
      return notOneOf(issue.values.map(String), path, context);
    case 'too_small':
      return `${tooFew(issue)}${measured(path, value, context)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin)}${measured(path, value, context)}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'expected an http or https URL' : issue.message;
    default:
      return issue.message;
  }
}

function notOneOf(known: readonly string[], path: Path, { root, show }: IssueContext): string {
  const value = valueAt(root, path);
  const choice = known.length === 1 ? known.join() : `one of ${known.join(', ')}`;
  if (value === undefined) return `is missing; expected ${choice}`;
  if (typeof value !== 'string') return `expected ${choice}, received ${kindOf(value)}`;
  const meant = hint(value, known);
  return `expected ${choice}, received ${show(path, value)}${meant.includes('did you mean') ? meant : ''}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'a map',
  record: 'a map',
};

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value')
    return issue.values.length === 1 ? issue.values.map(String).join() : `one of ${issue.values.map(String).join(', ')}`;
  return 'a value';
}

/** The kind of a value in the words of YAML; never the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'boolean') return String(value);
  return `a ${typeof value}`;
}

function tooFew({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'string' && minimum === 1) return 'must not be empty';
  if (origin === 'array' && minimum === 1) return 'must have at least one entry';
  return `must be ${inclusive === false ? 'greater than' : 'at least'} ${minimum}${unit(origin)}`;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters long';
  return origin === 'array' || origin === 'tuple' ? ' entries long' : '';
}

function measured(path: Path, value: unknown, { show }: IssueContext): string {
  return typeof value === 'number' ? `, received ${show(path, value)}` : '';
}

function pathOf(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === 'number' ? part : String(part)));
}

/** True for any map or list. */
export function isIndexable(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

/** True for a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return isIndexable(value) && !Array.isArray(value);
}
