// Every list of plug-ins, walked: names are unique, every option says what it is for, and the docs know each member.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configSchema } from '../../src/config/index.js';
import { errorCodes } from '../../src/errors.js';
import { protocols } from '../../src/protocols/index.js';
import { providers } from '../../src/providers/index.js';
import { selectors } from '../../src/selectors/index.js';
import { signals } from '../../src/signals/index.js';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

describe.each([
  { point: 'signals', members: signals },
  { point: 'selectors', members: selectors },
  { point: 'providers', members: providers },
  { point: 'protocols', members: protocols.map((protocol) => ({ ...protocol, options: z.strictObject({}) })) },
])('the list of $point', ({ point, members }) => {
  it('has members with names of their own, in kebab-case', () => {
    const names = members.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-z0-9-]*$/.test(name))).toEqual([]);
  });

  it.each(members.map((member) => [member.name, member] as const))('%s: describes every option', (_, { options }) => {
    expect(undescribed(z.toJSONSchema(options, { io: 'input' }))).toEqual([]);
  });

  it.each(members.map(({ name }) => name))('%s is documented', (name) => {
    expect(read(`docs/${point}.md`)).toContain(`\`${name}\``);
  });
});

describe('the configuration', () => {
  it('describes every option, at every depth', () => {
    expect(undescribed(z.toJSONSchema(configSchema(), { io: 'input' }))).toEqual([]);
  });
});

describe('errors', () => {
  it('are documented, each code once, in the order of the table', () => {
    const documented = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect(documented).toEqual(errorCodes);
  });

  it('hold every code of the native side', () => {
    const native = [...read('crates/base/src/error.rs').matchAll(/Self::\w+ => "([A-Z_]+)"/g)].map((match) => match[1]);
    expect(native.length).toBeGreaterThan(0);
    expect(native.filter((code) => !errorCodes.some((known) => known === code))).toEqual([]);
  });
});

/** Paths of the properties of a JSON Schema that carry no description. */
function undescribed(schema: unknown, at = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const properties: [string, unknown][] = 'properties' in schema && schema.properties ? Object.entries(schema.properties) : [];
  const silent = properties.flatMap(([name, property]) => (says(property) || name === 'type' ? [] : [`${at}.${name}`]));
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    key === 'enum' || key === 'default' ? [] : undescribed(value, `${at}/${key}`),
  );
  return [...silent, ...inner];
}

function says(property: unknown): boolean {
  return typeof property === 'object' && property !== null && ('description' in property || '$ref' in property);
}
