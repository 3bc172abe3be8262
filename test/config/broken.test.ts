// SPEC K1: 300 broken configurations, each refused with its place and a message that names the thing.

import { describe, expect, it } from 'vitest';
import { ConfigError, faultLine } from '../../src/config/faults.js';
import { type ParseOptions, parseConfig } from '../../src/config/load.js';
import { goodConfig, goodEnvironment } from './good.js';
import { brokenCases } from './mutations.js';

const checkKeywordRules: ParseOptions['checkKeywordRules'] = (rules) => {
  for (const pattern of rules.flatMap((rule) => rule.patterns ?? [])) new RegExp(pattern, 'u');
};
const options: ParseOptions = { file: 'broken.yaml', env: goodEnvironment, checkKeywordRules };

function refusal(text: string): ConfigError {
  try {
    parseConfig(text, options);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('300 broken configurations', () => {
  const cases = brokenCases(300, 20_260_101);

  it('are 300, and come from one that loads', () => {
    expect(cases).toHaveLength(300);
    expect(parseConfig(goodConfig, options).defaultDecision).toBe('general');
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_, { text, names }) => {
    const error = refusal(text);
    expect(['CONFIG_INVALID', 'SECRET_MISSING']).toContain(error.code);
    for (const { file, line, column, message } of error.faults) {
      expect(file).toBe('broken.yaml');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(text.split('\n').length);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
    }
    expect(error.faults.map(faultLine).join('\n')).toContain(names);
    expect(error.message).not.toContain(goodEnvironment.OPENAI_API_KEY);
  });
});
