// Adding a signal takes one file and one list line: a copy of the source gets both, and rules, schema and routing know it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.cache/trial-signal');

const file = `// A trial signal: how many words the user wrote.

import { z } from 'zod';
import { defineSignal } from './signal.js';

export const wordCount = defineSignal({
  name: 'word-count',
  configKey: 'wordCounts',
  options: z.strictObject({
    name: z.string().min(1).describe('The name rules use.'),
    atLeast: z.int().positive().describe('Words from which it matches.'),
  }),
  leafKeys: ['name'],
  values: (entries) => entries.map((entry) => entry.name),
  read: ({ prompt }, entries) => {
    const words = prompt.user.split(/\\s+/).filter((word) => word !== '').length;
    return entries.filter((entry) => words >= entry.atLeast).map(({ name }) => ({ signal: 'word-count', key: 'name', value: name, confidence: 1 }));
  },
});
`;

const config = `
providers: [{ name: up, type: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" }]
models: [{ name: small, provider: up }, { name: big, provider: up }]
signals:
  wordCounts: [{ name: long, atLeast: 5 }]
decisions:
  - { name: wordy, rules: { signal: word-count, name: long }, models: [big] }
  - { name: brief, models: [small] }
`;

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(path.join(root, 'src'), path.join(folder, 'src'), { recursive: true });
  for (const name of ['package.json', 'index.d.ts']) cpSync(path.join(root, name), path.join(folder, name));
  symlinkSync(path.join(root, 'npm'), path.join(folder, 'npm'));
  writeFileSync(path.join(folder, 'src/signals/word-count.ts'), file);
  const list = path.join(folder, 'src/signals/index.ts');
  writeFileSync(list, oneLineMore(readFileSync(list, 'utf8')));
  writeFileSync(path.join(folder, 'signalbox.yaml'), config);
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/.tsbuildinfo' },
      include: ['src'],
      exclude: ['src/**/*.test.ts'],
    }),
  );
  execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { cwd: folder, stdio: 'pipe' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a new signal', () => {
  it.each([
    ['one two three four five', 'wordy', 'big'],
    ['one two', 'brief', 'small'],
  ])('decides: %s → %s', async (content, decision, model) => {
    const { createRouter, loadConfig } = await import(path.join(folder, 'dist/index.js'));
    const router = await createRouter(await loadConfig(path.join(folder, 'signalbox.yaml')));
    const result = await router.route({ body: { model: 'router', messages: [{ role: 'user', content }] } });
    expect(result).toMatchObject({ decision, model });
    await router.close();
  });

  it('is in the schema, with what may be written there', async () => {
    const { configSchema } = await import(path.join(folder, 'dist/index.js'));
    expect(configSchema().safeParse({ signals: { wordCounts: [{ name: 'x', atLeast: 0 }] } }).success).toBe(false);
    expect(configSchema().safeParse({ signals: { wordCounts: [{ name: 'x', atLeast: 1 }] } }).success).toBe(true);
  });

  it('has its leaves checked', async () => {
    const { parseConfig } = await import(path.join(folder, 'dist/index.js'));
    const wrong = config.replace('word-count, name: long', 'word-count, name: lang');
    expect(() => parseConfig(wrong, { file: 'x.yaml', env: {} })).toThrow(/long/);
  });
});

/** An import is not a registration: the list itself grows by one name. */
function oneLineMore(list: string): string {
  return `import { wordCount } from './word-count.js';\n${list.replace(/\[keyword/, '[keyword, wordCount')}`;
}
