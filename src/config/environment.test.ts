// Starting from environment variables alone.

import { describe, expect, it } from 'vitest';
import { environmentConfig, readEnvironment } from './environment.js';
import { vendors } from './vendors.js';

describe('environmentConfig', () => {
  it('is undefined where nothing is set, or set to nothing', () => {
    expect(environmentConfig({})).toBeUndefined();
    expect(environmentConfig({ OPENAI_API_KEY: ' ', PATH: '/bin' })).toBeUndefined();
  });

  it('serves OpenAI from one key', () => {
    const config = environmentConfig({ OPENAI_API_KEY: 'sk-1', SIGNALBOX_PORT: '9000' });
    expect(config?.providers).toMatchObject([{ name: 'openai', type: 'openai', apiKey: 'sk-1', baseUrl: 'https://api.openai.com/v1' }]);
    expect(config?.decisions).toMatchObject([
      { name: 'general', models: ['gpt-4o-mini'] },
      { name: 'hard', models: ['gpt-4.1'] },
    ]);
    expect(config).toMatchObject({
      defaultDecision: 'general',
      server: { port: 9000 },
      fastPath: { tiers: { SIMPLE: 'general', MEDIUM: 'general', COMPLEX: 'hard', REASONING: 'hard' } },
    });
  });

  it('serves another server without a key', () => {
    const provider = environmentConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' })?.providers[0];
    expect(provider).toMatchObject({ type: 'openai-compatible', baseUrl: 'http://127.0.0.1:8000/v1' });
    expect(provider).not.toHaveProperty('apiKey');
    expect(() => environmentConfig({ OPENAI_BASE_URL: 'ftp://x' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', at: 'OPENAI_BASE_URL' }),
    );
  });

  it.each(vendors.flatMap((vendor) => vendor.keys.map((key) => [key, vendor] as const)))('%s is enough', (key, { name, general, hard }) => {
    const config = environmentConfig({ [key]: 'key' });
    expect(config?.providers).toMatchObject([{ name, apiKey: 'key' }]);
    expect(config?.models.map((model) => model.name)).toEqual([general.name, hard.name]);
  });

  it('joins all vendors, every name once', () => {
    const config = environmentConfig(Object.fromEntries(vendors.map((vendor) => [vendor.keys[0], 'key'])));
    expect(new Set(config?.models.map((model) => model.name)).size).toBe(2 * vendors.length);
    expect(config?.decisions[0]?.models).toHaveLength(vendors.length);
  });
});

describe('readEnvironment', () => {
  it.each([
    [{}, { dynamo: { maxLength: 256 } }],
    [{ SIGNALBOX_CONFIG: 'a.yaml', SEMROUTER_CONFIG: 'b.yaml' }, { configFile: 'a.yaml' }],
    [{ SEMROUTER_CONFIG: 'b.yaml' }, { configFile: 'b.yaml' }],
    [{ SEMROUTER_CONFIG: 'b.yaml', SEMROUTER_ENABLED: 'true' }, { configFile: 'b.yaml' }],
    [
      { SIGNALBOX_HOST: '::1', SIGNALBOX_PORT: '0', SIGNALBOX_BACKEND: 'stub' },
      { host: '::1', port: 0, backend: 'stub' },
    ],
    [
      { SEMROUTER_MODEL_PATH: 'm', SEMROUTER_TOKENIZER_PATH: 't', SEMROUTER_MAX_LENGTH: '512' },
      { dynamo: { modelPath: 'm', tokenizerPath: 't', maxLength: 512 } },
    ],
  ])('%j', (env, expected) => expect(readEnvironment(env)).toMatchObject(expected));

  it('leaves a disabled Dynamo file alone', () => {
    expect(readEnvironment({ SEMROUTER_CONFIG: 'b.yaml', SEMROUTER_ENABLED: 'false' })).not.toHaveProperty('configFile');
  });

  it.each([
    ['SIGNALBOX_PORT', '80a'],
    ['SIGNALBOX_PORT', '70000'],
    ['SIGNALBOX_BACKEND', 'gpu'],
    ['SEMROUTER_MAX_LENGTH', '0'],
  ])('refuses %s=%s', (name, value) =>
    expect(() => readEnvironment({ [name]: value })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', at: name })),
  );
});
