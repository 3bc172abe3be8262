// References to secrets: what resolves, what is a fault, and that values stay out of both.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localResolver, resolveSecrets } from './secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
writeFileSync(join(folder, 'key'), 'from-file\n');
const resolver = localResolver({ A: 'alpha', EMPTY: '' }, folder);
const one = (text: string) => resolveSecrets({ key: [text] }, resolver);

describe('resolveSecrets', () => {
  it.each([
    ['plain', 'plain'],
    ['${A}', 'alpha'],
    ['Bearer ${A}/${A}', 'Bearer alpha/alpha'],
    ['${B:-other}', 'other'],
    ['${A:-other}', 'alpha'],
    ['${B:-}', ''],
    ['${EMPTY:-full}', 'full'],
    ['${file:key}', 'from-file'],
    [`\${file:${folder}/key}`, 'from-file'],
    ['$${A}', '${A}'],
    ['cost: $5', 'cost: $5'],
  ])('%s → %s', (text, expected) => expect(one(text)).toMatchObject({ value: { key: [expected] }, faults: [] }));

  it.each([
    ['${B}', true, 'the environment variable B is not set'],
    ['${EMPTY}', true, 'the environment variable EMPTY is not set'],
    ['${file:nowhere}', true, 'the secret file nowhere cannot be read or is empty'],
    ['${A', false, 'a reference is ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for ${ itself'],
    ['${not a name}', false, 'a reference is ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for ${ itself'],
    ['${}', false, 'a reference is ${NAME}, ${NAME:-default} or ${file:/path}; write $${ for ${ itself'],
  ])('%s is a fault', (text, missing, message) => expect(one(text).faults).toEqual([{ path: ['key', 0], message, missing }]));

  it('does not resolve what a secret says', () => {
    const nested = resolveSecrets('${OUTER}', localResolver({ OUTER: '${A}', A: 'alpha' }, folder));
    expect(nested.value).toBe('${A}');
  });

  it('remembers the reference, never its value or default', () => {
    expect([...one('x${A:-fallback-secret}').written]).toEqual([['["key",0]', '${A}']]);
  });
});
