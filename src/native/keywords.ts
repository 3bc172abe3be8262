// Keyword rules as callers write them, checked and completed, and the matcher of the public API.

import type { RawKeywordRule } from '../../index.js';
import { checkCount, checkNumber, checkObject, checkString, checkStrings, invalid, reading } from './check.js';
import { unwrap } from './failure.js';
import type { Addon } from './load.js';

/** One rule: at least one keyword or pattern. */
export interface KeywordRule {
  readonly name: string;
  /** OR (the default): any is enough. AND: all must be there. NOR: none may be. */
  readonly operator?: 'OR' | 'AND' | 'NOR' | undefined;
  /** Words or phrases, matched at word boundaries. */
  readonly keywords?: readonly string[] | undefined;
  /** Regular expressions that run in linear time: no look-around, no backreferences. */
  readonly patterns?: readonly string[] | undefined;
  readonly caseSensitive?: boolean | undefined;
  /**
   * How keywords are looked for. exact (the default): as written. fuzzy: word by word with typing errors. ngram: by the character
   * n-grams they share with as many words of the text. bm25: by the words they share with the text, rare ones counting more.
   * Patterns go with exact only, and each of the settings below with its method only.
   */
  readonly method?: KeywordMethod | undefined;
  /** The most typing errors of a word, 0 to 2 (the default); words of 4 to 7 characters have one at most, shorter ones none. */
  readonly fuzzyThreshold?: number | undefined;
  /** The least BM25 score, above 0; by default 0.1. */
  readonly bm25Threshold?: number | undefined;
  /** The least similarity of n-grams (Jaccard), above 0, at most 1; by default 0.4. */
  readonly ngramThreshold?: number | undefined;
  /** Characters in an n-gram, 1 to 6; by default 3. */
  readonly ngramArity?: number | undefined;
}

export type KeywordMethod = 'exact' | 'fuzzy' | 'ngram' | 'bm25';

/** A rule that a text satisfies. */
export interface KeywordMatch {
  /** The rule's name. */
  readonly rule: string;
  /** The keywords and patterns that were found, as they were written; empty for NOR. */
  readonly matched: readonly string[];
  /** 0..1 */
  readonly confidence: number;
}

/** A place of a keyword or pattern, in UTF-16 code units of the text: `text.slice(start, end)`. */
export interface KeywordSpan {
  /** The keyword or pattern, as it was written. */
  readonly keyword: string;
  readonly start: number;
  readonly end: number;
}

/** A rule that a text satisfies, and where. */
export interface KeywordFinding extends KeywordMatch {
  /** In the order of the text. A bm25 keyword stands wherever one of its words does. */
  readonly spans: readonly KeywordSpan[];
}

export interface FindOptions {
  /** The most places of each keyword that are given, the first ones; 1 to 10000, by default 100. */
  readonly limit?: number | undefined;
}

/** All rules, compiled together. */
export interface KeywordMatcher {
  /** The rules that `text` satisfies, in their order. */
  match(text: string): KeywordMatch[];
  /** The same rules, and where their keywords stand; slower. */
  find(text: string, options?: FindOptions): KeywordFinding[];
}

/** `new KeywordMatcher(rules)`; throws INVALID_INPUT naming the rule that is faulty. */
export type KeywordMatcherClass = new (rules: readonly KeywordRule[]) => KeywordMatcher;

export function keywordMatcherClass(addon: Addon): KeywordMatcherClass {
  return class implements KeywordMatcher {
    readonly #matcher: InstanceType<Addon['KeywordMatcher']>;
    readonly #names: readonly string[];

    constructor(rules: readonly KeywordRule[]) {
      const checked = checkRules(rules, 'rules');
      this.#names = checked.map((rule) => rule.name);
      this.#matcher = unwrap(addon.createKeywordMatcher(checked));
    }

    match(text: string): KeywordMatch[] {
      const found = unwrap(this.#matcher.match(checkString(text, 'text')));
      return found.map(({ rule, matched, confidence }) => ({ rule: this.#names[rule] ?? '', matched, confidence }));
    }

    find(text: string, options: FindOptions = {}): KeywordFinding[] {
      const limit = reading('options', () => checkLimit(checkObject(options, 'options') as Record<string, unknown>));
      const findings = unwrap(this.#matcher.find(checkString(text, 'text'), limit));
      return findings.map(({ found, spans }) => ({
        ...found,
        rule: this.#names[found.rule] ?? '',
        spans: readSpans(found.matched, spans),
      }));
    }
  };
}

/** Rules as the addon takes them; throws INVALID_INPUT. */
export function checkRules(rules: unknown, at: string): RawKeywordRule[] {
  return reading(at, () => {
    if (!Array.isArray(rules)) throw invalid(at, 'an array of keyword rules', rules);
    return Array.from(rules, (rule, index) => checkRule(rule, `${at}[${index}]`));
  });
}

function checkRule(rule: unknown, at: string): RawKeywordRule {
  const fields = checkObject(rule, at) as Record<string, unknown>;
  const { name, operator = 'OR', keywords = [], patterns = [], caseSensitive = false } = fields;
  if (operator !== 'OR' && operator !== 'AND' && operator !== 'NOR') throw invalid(`${at}.operator`, 'OR, AND or NOR', operator);
  if (typeof caseSensitive !== 'boolean') throw invalid(`${at}.caseSensitive`, 'true or false', caseSensitive);
  return {
    name: checkString(name, `${at}.name`),
    operator,
    keywords: checkStrings(keywords, `${at}.keywords`),
    patterns: checkStrings(patterns, `${at}.patterns`),
    caseSensitive,
    ...checkMethod(fields, at),
  };
}

/** Which settings go with which method. */
const settings: Readonly<Record<KeywordMethod, readonly string[]>> = {
  exact: [],
  fuzzy: ['fuzzyThreshold'],
  ngram: ['ngramThreshold', 'ngramArity'],
  bm25: ['bm25Threshold'],
};
const allSettings = Object.values(settings).flat();

function checkMethod(fields: Record<string, unknown>, at: string): Pick<RawKeywordRule, 'method' | 'threshold' | 'arity'> {
  const { method = 'exact' } = fields;
  if (typeof method !== 'string' || !Object.hasOwn(settings, method))
    throw invalid(`${at}.method`, Object.keys(settings).join(', '), method);
  const known = method as KeywordMethod;
  const odd = allSettings.find((name) => fields[name] !== undefined && !settings[known].includes(name));
  if (odd !== undefined) throw invalid(`${at}.${odd}`, `nothing with the method ${known}`, fields[odd]);
  const threshold = fields[`${known}Threshold`];
  const arity = fields['ngramArity'];
  const checkThreshold = known === 'fuzzy' ? checkCount : checkNumber;
  return {
    method: known as RawKeywordRule['method'],
    ...(threshold === undefined ? {} : { threshold: checkThreshold(threshold, `${at}.${known}Threshold`) }),
    ...(arity === undefined ? {} : { arity: checkCount(arity, `${at}.ngramArity`) }),
  };
}

function checkLimit({ limit = 100 }: Record<string, unknown>): number {
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw invalid('options.limit', 'a whole number from 1 to 10000', limit);
  return limit;
}

/** Three numbers a place: which of `matched`, start, end. */
function readSpans(matched: readonly string[], numbers: readonly number[]): KeywordSpan[] {
  const spans: KeywordSpan[] = [];
  for (let at = 0; at < numbers.length; at += 3)
    spans.push({ keyword: matched[numbers[at] ?? 0] ?? '', start: numbers[at + 1] ?? 0, end: numbers[at + 2] ?? 0 });
  return spans;
}
