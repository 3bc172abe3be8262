// Keyword rules as callers write them, checked and completed, and the matcher of the public API.

import type { RawKeywordRule } from '../../index.js';
import { checkObject, checkString, checkStrings, invalid, reading } from './check.js';
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
}

/** A rule that a text satisfies. */
export interface KeywordMatch {
  /** The rule's name. */
  readonly rule: string;
  /** The keywords and patterns that were found, as they were written; empty for NOR. */
  readonly matched: readonly string[];
  /** 0..1 */
  readonly confidence: number;
}

/** All rules, compiled together. */
export interface KeywordMatcher {
  /** The rules that `text` satisfies, in their order. */
  match(text: string): KeywordMatch[];
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
  const { name, operator = 'OR', keywords = [], patterns = [], caseSensitive = false } = checkObject(rule, at) as Record<string, unknown>;
  if (operator !== 'OR' && operator !== 'AND' && operator !== 'NOR') throw invalid(`${at}.operator`, 'OR, AND or NOR', operator);
  if (typeof caseSensitive !== 'boolean') throw invalid(`${at}.caseSensitive`, 'true or false', caseSensitive);
  return {
    name: checkString(name, `${at}.name`),
    operator,
    keywords: checkStrings(keywords, `${at}.keywords`),
    patterns: checkStrings(patterns, `${at}.patterns`),
    caseSensitive,
  };
}
