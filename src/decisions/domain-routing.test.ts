// Category routing: both thresholds, and categories without models.

import { describe, expect, test } from 'vitest';
import { chooseByDomain, domainRoutingOptions } from './domain-routing.js';

const options = domainRoutingOptions.parse({ categories: { math: { specialized: 'math-large', model: 'math-small' } } });

const high = { models: ['math-large'], fallback: false, reason: 'High confidence specialized routing', rationale: 'domain_high' };
const medium = { models: ['math-small'], fallback: true, reason: 'Medium confidence routing with fallback', rationale: 'domain_medium' };
const low = { models: [], fallback: true, reason: 'Low confidence, using general model', rationale: 'domain_low' };
const unknown = { models: [], fallback: true, rationale: 'domain_unknown' };

const rows: [string, Record<string, number>, object][] = [
  ['sure', { math: 0.9, law: 0.1 }, { ...high, category: 'math', confidence: 0.9 }],
  ['just above high', { math: 0.8501 }, high],
  ['exactly high', { math: 0.85 }, medium],
  ['just above medium', { math: 0.6001 }, medium],
  ['exactly medium', { math: 0.6 }, low],
  ['unsure', { math: 0.4, law: 0.35 }, { ...low, category: 'math', confidence: 0.4 }],
  ['a category without models', { law: 0.99, math: 0.01 }, { ...unknown, category: 'law' }],
  ['an unsure category without models', { law: 0.5 }, low],
  ['a name that every object has', { constructor: 0.99 }, unknown],
  ['no labels', {}, { ...low, category: '', confidence: 0 }],
];

test.each(rows)('%s', (_, probabilities, expected) => expect(chooseByDomain(options, probabilities)).toMatchObject(expected));

describe('the schema', () => {
  test('has the documented thresholds', () => expect(options).toMatchObject({ highConfidence: 0.85, mediumConfidence: 0.6 }));

  const refused: [string, object][] = [
    ['medium above high', { highConfidence: 0.5, mediumConfidence: 0.6, categories: {} }],
    ['a category without a model', { categories: { math: { specialized: 'x' } } }],
    ['an unknown key', { categories: {}, threshold: 0.5 }],
    ['no categories', {}],
    ['a threshold above 1', { highConfidence: 1.1, categories: {} }],
  ];
  test.each(refused)('refuses %s', (_, value) => expect(domainRoutingOptions.safeParse(value).success).toBe(false));
});
