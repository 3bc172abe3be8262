// Whole runs of the commands that end by themselves: what they write, and what they exit with.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoConfig } from '../demo/demo-config.js';
import { run } from './run.js';
import { paint, type Terminal } from './terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const good = demoConfig('http://127.0.0.1:9/v1');

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function cli(args: readonly string[], env: Terminal['env'] = {}) {
  let out = '';
  let err = '';
  const plain = paint(false);
  const code = await run(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    paintOut: plain,
    paintErr: plain,
    env,
    interactive: false,
  });
  return { code, out, err };
}

describe('check', () => {
  it('counts what a good file holds', async () => {
    const path = file('good.yaml', good);
    expect(await cli(['check', path])).toEqual({ code: 0, out: `ok ${path}: 1 provider, 3 models, 4 decisions, 3 signals\n`, err: '' });
  });

  it('lists every fault with its place', async () => {
    const path = file(
      'bad.yaml',
      good
        .replace('provider: demo, contextTokens: 32000', 'provider: dmo, contextTokens: -1')
        .replace('{ signal: keyword, name: proof }', '{ signal: keyword, name: prof }'),
    );
    const { code, out, err } = await cli(['check', path]);
    const lines = out.trimEnd().split('\n');
    expect({ code, err, last: lines.at(-1) }).toEqual({ code: 1, err: '', last: `3 faults in ${path}` });
    for (const line of lines.slice(0, -1)) expect(line.replace(path, 'FILE')).toMatch(/^error FILE:\d+:\d+ \S/);
    const report = JSON.parse((await cli(['check', path, '--json'])).out);
    expect(report).toMatchObject({ ok: false, file: path });
    expect(report.faults).toHaveLength(3);
  });

  it('finds a pattern that does not compile', async () => {
    const path = file('pattern.yaml', good.replace('{ signal: keyword, name: proof }', '{ signal: keyword, pattern: "(open" }'));
    expect(await cli(['check', path])).toMatchObject({ code: 1, out: expect.stringContaining('does not compile') });
  });

  it('says in one sentence that there is no such file', async () => {
    const { code, out, err } = await cli(['check', join(folder, 'none.yaml')]);
    expect({ code, out, err }).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error .*none\.yaml cannot be read: there is no such file\. \(CONFIG_UNREADABLE\)\n$/),
    });
  });
});

describe('explain', () => {
  it('routes by the demo where nothing is configured, and prints the whole report', async () => {
    const { code, out, err } = await cli(['explain', 'Refactor this SQL query, please', '--json']);
    expect([code, err]).toEqual([0, '']);
    const report = JSON.parse(out);
    expect(Object.keys(report)).toEqual(
      expect.arrayContaining(['decision', 'model', 'tier', 'confidence', 'signals', 'rules', 'candidates', 'timingsMs']),
    );
    expect(report).toMatchObject({ decision: 'code', model: 'demo-large' });
  });

  it('routes by the file that the environment names, unless a flag names another', async () => {
    const renamed = file('renamed.yaml', good.replaceAll('demo-small', 'from-environment'));
    const flagged = file('flagged.yaml', good.replaceAll('demo-small', 'from-flag'));
    const env = { SIGNALBOX_CONFIG: renamed };
    expect((await cli(['explain', 'hello'], env)).out).toContain('from-environment');
    expect((await cli(['explain', 'hello', '--config', flagged], env)).out).toContain('from-flag');
  });

  it('passes the keys of a keyed file, and shows none', async () => {
    const path = file('keyed.yaml', `${good}identity: { apiKeys: [{ key: sk-canary-123, tenant: t }] }\n`);
    const { code, out } = await cli(['explain', 'hello', '--config', path]);
    expect([code, out.includes('canary')]).toEqual([0, false]);
  });

  it('fails as a request would', async () => {
    expect(await cli(['explain', 'hello', '--model', 'nope'])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('(MODEL_UNKNOWN)'),
    });
  });
});

describe('doctor', () => {
  it('names variables without their values', async () => {
    const { code, out } = await cli(['doctor', '--json'], { OPENAI_API_KEY: 'sk-canary', SIGNALBOX_PORT: '0', PATH: 'canary' });
    const diagnosis = JSON.parse(out);
    expect(diagnosis).toMatchObject({ ok: true, node: process.versions.node, environment: ['OPENAI_API_KEY', 'SIGNALBOX_PORT'] });
    expect([code, out.includes('canary')]).toEqual([0, false]);
  });

  it('fails where the configuration is faulty, and says why', async () => {
    const path = file('faulty.yaml', 'providers: 7\n');
    const { code, out } = await cli(['doctor', '--config', path]);
    expect(code).toBe(1);
    expect(out).toMatch(/fail {2}configuration/);
    expect(out).toContain('Not ready');
  });
});

describe('serve', () => {
  it.each([
    ['a faulty file', ['serve', '--config', file('broken.yaml', 'models: 7\n')], /^error .*broken\.yaml:1:9 models: expected a list/m],
    ['an address beyond loopback without keys', ['serve', '--host', '0.0.0.0', '--port', '0', '--log-level', 'silent'], /BIND_REFUSED/],
    ['an unknown backend in the environment', ['serve'], /SIGNALBOX_BACKEND/],
  ])('does not start with %s', async (name, args, expected) => {
    const env = name.startsWith('an unknown') ? { SIGNALBOX_BACKEND: 'cuda' } : {};
    const { code, err } = await cli(args, env);
    expect(code).toBe(1);
    expect(err).toMatch(expected);
  });
});
