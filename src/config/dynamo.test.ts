// Dynamo's policy files, unchanged, and where their models come from.

import { describe, expect, it } from 'vitest';
import { ConfigError } from './faults.js';
import { parseConfig } from './load.js';

const binary = `# File: semantic-router-binary.yaml
reasoning_model: deepseek-ai/DeepSeek-R1-Distill-Llama-8B
general_model: meta-llama/Meta-Llama-3.1-8B-Instruct
abstain_onprem_model: meta-llama/Meta-Llama-3.1-8B-Instruct
threshold_min_conf: 0.6
`;
const multi = `abstain_onprem_model: small
threshold_min_conf: 0.5
weights:
  reasoning: 60
  math: 60
rules:
  - when_any:
      - { label: "reasoning", min_conf: 0.55 }
      - { label: "math", min_conf: 0.55 }
    route_onprem_model: large
    rationale: "reasoning"
`;
const parse = (text: string, env: Record<string, string> = {}) => parseConfig(text, { file: 'dynamo.yaml', env });

function faults(text: string, env: Record<string, string> = {}) {
  try {
    parse(text, env);
    return [];
  } catch (thrown) {
    return thrown instanceof ConfigError ? thrown.faults : [thrown];
  }
}

describe('a Dynamo file', () => {
  it('loads unchanged, its models behind OPENAI_BASE_URL', () => {
    const config = parse(binary, { OPENAI_BASE_URL: 'http://127.0.0.1:8999/v1', OPENAI_API_KEY: 'sk-1', SEMROUTER_MAX_LENGTH: '128' });
    expect(config.dynamo).toMatchObject({ reasoning_model: 'deepseek-ai/DeepSeek-R1-Distill-Llama-8B', threshold_min_conf: 0.6 });
    expect(config.providers).toEqual([{ type: 'openai-compatible', name: 'openai', baseUrl: 'http://127.0.0.1:8999/v1', apiKey: 'sk-1' }]);
    expect(config.models.map(({ name, provider }) => [name, provider])).toEqual([
      ['deepseek-ai/DeepSeek-R1-Distill-Llama-8B', 'openai'],
      ['meta-llama/Meta-Llama-3.1-8B-Instruct', 'openai'],
    ]);
    expect(config).toMatchObject({ routing: { defaultMode: 'off' }, decisions: [], dynamoClassifier: { maxLength: 128 } });
  });

  it('takes models from the same file', () => {
    const text = `${multi}providers:\n  - { name: local, type: openai-compatible, baseUrl: http://127.0.0.1:8000/v1 }\nmodels:\n  - { name: small, provider: local }\n  - { name: large, provider: local }\nrouting: { defaultMode: auto }\n`;
    const config = parse(text);
    expect(config.providers).toHaveLength(1);
    expect(config.routing.defaultMode).toBe('auto');
    expect(config.dynamo?.weights).toEqual({ reasoning: 60, math: 60 });
  });

  it('mixes both sources', () => {
    const text = `${multi}providers:\n  - { name: openai, type: openai-compatible, baseUrl: http://127.0.0.1:8000/v1 }\nmodels:\n  - { name: small, provider: openai }\n`;
    const config = parse(text, { OPENAI_BASE_URL: 'http://127.0.0.1:8001/v1' });
    expect(config.models.map(({ name, provider }) => `${name} ${provider}`)).toEqual(['small openai', 'large openai-1']);
  });

  it('names each model nobody serves, and both remedies', () => {
    const found = faults(multi);
    expect(found).toMatchObject([
      { line: 1, column: 23, path: 'abstain_onprem_model' },
      { line: 10, column: 25, path: 'rules[0].route_onprem_model' },
    ]);
    expect(JSON.stringify(found)).toMatch(/no model is named \\"large\\".*models:.*OPENAI_BASE_URL/);
  });

  it('ignores the rules of a binary policy', () => {
    const text = `${multi}reasoning_model: large\nproviders:\n  - { name: p, type: openai-compatible, baseUrl: http://127.0.0.1:8000/v1 }\nmodels:\n  - { name: small, provider: p }\n  - { name: large, provider: p }\n`;
    expect(faults(text.replace('route_onprem_model: large', 'route_onprem_model: gone'))).toEqual([]);
  });

  it.each([
    ['threshold_min_conf: 0.5', 'threshold_min_conf: 5', 'threshold_min_conf', 'must be at most 1, received 5'],
    [
      'threshold_min_conf: 0.5',
      'treshold_min_conf: 0.5',
      'treshold_min_conf',
      'unknown key "treshold_min_conf"; did you mean threshold_min_conf?',
    ],
    [
      'min_conf: 0.55',
      'min_confidence: 0.55',
      'rules[0].when_any[0].min_confidence',
      'unknown key "min_confidence"; did you mean min_conf?',
    ],
    ['weights:', 'decisions: []\nweights:', 'decisions', 'unknown key "decisions"'],
  ])('%s → %s', (from, to, path, message) => {
    const found = faults(multi.replace(from, to), { OPENAI_BASE_URL: 'http://127.0.0.1:8001/v1' });
    expect(found).toContainEqual(expect.objectContaining({ path, message: expect.stringContaining(message) }));
  });
});
