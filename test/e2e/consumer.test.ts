// What a user gets: the packed archives, installed into an empty folder, imported by name, and the bin streaming one request.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pack } from '../../scripts/pack.mjs';
import { type Bin, startBin } from '../rigs/proxy.js';

const run = promisify(execFile);
const flavor = process.env.SIGNALBOX_BACKEND || 'candle';
let folder: string;

/** Runs a module in the consumer's folder and reads the JSON it prints. */
async function evaluate(code: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { cwd: folder });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'signalbox-consumer-'));
  const archives = await pack(path.join(folder, 'archives'), [flavor], { profile: 'release' });
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...archives], { cwd: folder });
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an installed signalbox', () => {
  it('has no install scripts, and none of its sources', async () => {
    const installed = path.join(folder, 'node_modules/signalbox');
    expect((await readdir(installed)).sort()).toEqual(
      expect.arrayContaining(['README.md', 'dist', 'index.d.ts', 'models', 'package.json', 'schema.json']),
    );
    expect(await readdir(installed)).not.toEqual(expect.arrayContaining(['src']));
    const { default: manifest } = await import(path.join(installed, 'package.json'), { with: { type: 'json' } });
    expect(manifest.scripts).toBeUndefined();
    expect(Object.keys(manifest.optionalDependencies)).toContain('@signalbox/candle-linux-x64-gnu');
  });

  it('scores a prompt through signalbox/native, from the platform package', async () => {
    const code = `
      import { loadNative } from 'signalbox/native';
      const native = await loadNative();
      const { tier } = native.scoreFastPath('Prove the theorem and derive it formally, step by step.');
      console.log(JSON.stringify({ tier, flavor: native.capabilities().flavor }));`;
    expect(await evaluate(code)).toEqual({ tier: 'REASONING', flavor });
  });

  it('serves through signalbox and signalbox/server', async () => {
    const code = `
      import { createRouter, parseConfig } from 'signalbox';
      import { createServer } from 'signalbox/server';
      const text = 'providers: [{ name: p, type: openai-compatible, baseUrl: "http://127.0.0.1:1/v1" }]\\nmodels: [{ name: m, provider: p }]\\ndecisions: [{ name: all, models: [m] }]';
      const router = await createRouter(parseConfig(text, { file: 'x.yaml' }));
      const server = createServer(router).listen(0, '127.0.0.1', async () => {
        const url = 'http://127.0.0.1:' + server.address().port;
        const models = await (await fetch(url + '/v1/models')).json();
        console.log(JSON.stringify(models.data.map(({ id }) => id)));
        server.close();
        await router.close();
      });`;
    expect(await evaluate(code)).toEqual(['router', 'm']);
  });

  it('types its exports', async () => {
    await writeFile(
      path.join(folder, 'use.ts'),
      `import { createRouter, loadConfig } from 'signalbox';
       import { loadNative } from 'signalbox/native';
       import { createServer } from 'signalbox/server';
       const router = await createRouter(await loadConfig('x.yaml'));
       export const tier: string = (await loadNative()).scoreFastPath('x').tier;
       export const app = createServer(router);
       // @ts-expect-error a router has no such method
       router.surprise();`,
    );
    const modules = path.resolve(import.meta.dirname, '../../node_modules');
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: 'nodenext',
      target: 'es2023',
      types: ['node'],
      typeRoots: [path.join(modules, '@types')],
    };
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
    const compiler = path.join(modules, 'typescript/bin/tsc');
    await expect(run(process.execPath, [compiler, '-p', folder], { cwd: folder })).resolves.toBeDefined();
  });

  it('streams a request through its bin, with nothing configured', async () => {
    const bin: Bin = await startBin([], {}, path.join(folder, 'node_modules/.bin/signalbox'));
    const stream = await bin.client.chat.completions.create({
      model: 'router',
      stream: true,
      messages: [{ role: 'user', content: 'hello' }],
    });
    let text = '';
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('demo');
    expect(await bin.stop()).toBe(0);
  });
});
