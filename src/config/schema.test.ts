// The schema as a whole: described, committed as JSON Schema, open to extensions.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineSelector } from '../selectors/selector.js';
import { defineSignal } from '../signals/signal.js';
import { configJsonSchema } from './json-schema.js';
import { parseConfig } from './load.js';

interface Described {
  readonly description?: unknown;
  readonly $ref?: unknown;
}

/** Every option of the JSON Schema, by its path. */
function options(node: unknown, path: string): readonly (readonly [string, Described])[] {
  if (typeof node !== 'object' || node === null) return [];
  const own =
    'properties' in node
      ? Object.entries(node.properties as Record<string, Described>).map(([key, value]) => [`${path}.${key}`, value] as const)
      : [];
  return [...own, ...Object.entries(node).flatMap(([key, value]) => options(value, key === 'properties' ? path : `${path}.${key}`))];
}

describe('the schema', () => {
  it('describes every option', () => {
    const all = options(configJsonSchema(), '');
    expect(all.length).toBeGreaterThan(60);
    expect(
      all.filter(([, option]) => typeof option.description !== 'string' || option.description.length < 4).map(([path]) => path),
    ).toEqual([]);
  });

  it('is what schema.json holds', () => {
    const committed: unknown = JSON.parse(readFileSync(new URL('../../schema.json', import.meta.url), 'utf8'));
    expect(committed).toEqual(configJsonSchema());
  });

  it('grows with extensions', () => {
    const mood = defineSignal({
      name: 'mood',
      configKey: 'moods',
      options: z.strictObject({ name: z.string().describe('Which mood.') }),
      leafKeys: ['name'],
      values: (entries) => entries.map(({ name }) => name),
      read: () => [],
    });
    const dice = defineSelector({
      name: 'dice',
      options: z.strictObject({ sides: z.int().default(6) }),
      open: () => (all) => all.map((candidate) => ({ candidate, score: 1 })),
    });
    const text = `
providers: [{ name: p, type: openai-compatible, baseUrl: http://127.0.0.1/v1 }]
models: [{ name: m, provider: p }]
signals: { moods: [{ name: glad }] }
decisions:
  - { name: d, models: [m], rules: { signal: mood, name: glad }, algorithm: { type: dice } }
  - { name: e, models: [m] }
`;
    const config = parseConfig(text, { file: 'x.yaml', extensions: { signals: [mood], selectors: [dice] } });
    expect(config.decisions[0]?.algorithm).toEqual({ type: 'dice', sides: 6 });
    expect(config.signals['moods']).toEqual([{ name: 'glad' }]);
    expect(() => parseConfig(text, { file: 'x.yaml' })).toThrow(/unknown key "moods"/);
    expect(() => parseConfig(text, { file: 'x.yaml', extensions: { signals: [mood, mood] } })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT' }),
    );
  });
});
