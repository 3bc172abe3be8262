// Configuration files, good and broken: what loads, and what each fault says and where.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goodConfig, goodEnvironment } from '../../test/config/good.js';
import { RouterError } from '../errors.js';
import { selectors } from '../selectors/index.js';
import { ConfigError, type Fault } from './faults.js';
import { loadConfig, type ParseOptions, parseConfig } from './load.js';

const options = { file: 'signalbox.yaml', env: goodEnvironment };

function faultsOf(text: string, over: Partial<ParseOptions> = {}): readonly Fault[] {
  try {
    parseConfig(text, { ...options, ...over });
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.faults;
    throw thrown;
  }
}

describe('a good file', () => {
  it('loads with every default filled in', () => {
    const config = parseConfig(goodConfig, options);
    expect(config.providers[0]).toMatchObject({
      name: 'openai',
      type: 'openai',
      apiKey: 'sk-canary-7f3a',
      baseUrl: 'https://api.openai.com/v1',
    });
    expect(config.decisions.map(({ name, algorithm }) => [name, algorithm])).toEqual([
      ['hard', { type: 'static' }],
      ['general', { type: 'static' }],
    ]);
    expect(config.signals['keywords']).toEqual([
      { name: 'urgent', operator: 'OR', keywords: ['urgent', 'asap'], caseSensitive: false, method: 'exact' },
    ]);
    expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8081, drainSeconds: 10, heartbeatSeconds: 15 });
    expect(config.routing.defaultMode).toBe('auto');
    expect(config.strategy).toBe('confidence');
    expect(config.dynamo).toBeUndefined();
  });

  it('takes the only decision without rules as the default', () => {
    expect(parseConfig(goodConfig.replace('defaultDecision: general\n', ''), options).defaultDecision).toBe('general');
  });

  it('takes host and port from the environment where it does not say', () => {
    const env = { ...goodEnvironment, SIGNALBOX_PORT: '9999', SIGNALBOX_HOST: '::1' };
    expect(parseConfig(goodConfig, { ...options, env }).server).toMatchObject({ host: '::1', port: 8081 });
  });

  it('reads a reference as the number or boolean that is expected', () => {
    const text = goodConfig.replace('port: 8081', 'port: "${PORT:-9000}", allowUnauthenticated: "${OPEN}"');
    expect(parseConfig(text, { ...options, env: { ...goodEnvironment, OPEN: 'true' } }).server).toMatchObject({
      port: 9000,
      allowUnauthenticated: true,
    });
  });

  it('is read from a file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'config-')), 'signalbox.yaml');
    await writeFile(file, goodConfig);
    expect((await loadConfig(file, { env: goodEnvironment })).models).toHaveLength(2);
    await writeFile(file, Buffer.from([0x61, 0x0a, 0x62, 0xff]));
    await expect(loadConfig(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID', faults: [{ line: 2, column: 2 }] });
    await writeFile(file, 'x'.repeat(1_048_577));
    await expect(loadConfig(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('is refused where it cannot be read', async () => {
    await expect(loadConfig('/nowhere/signalbox.yaml')).rejects.toMatchObject({
      code: 'CONFIG_UNREADABLE',
      at: '/nowhere/signalbox.yaml',
      received: 'ENOENT',
    });
    await expect(loadConfig(tmpdir())).rejects.toMatchObject({ code: 'CONFIG_UNREADABLE' });
  });
});

/** [what is replaced, by what, where the fault is, what it says] */
const broken: readonly (readonly [string, string, string, string])[] = [
  ['providers:', 'provders:', '1:1 provders', 'unknown key "provders"; did you mean providers?'],
  [
    'type: openai,',
    'type: opnai,',
    '2:27 providers[0].type',
    'expected one of openai, openai-compatible, received "opnai"; did you mean openai?',
  ],
  ['type: openai,', '', '2:5 providers[0].type', 'is missing; expected one of openai, openai-compatible'],
  ['http://127', 'ftp://127', '3:54 providers[1].baseUrl', 'expected an http or https URL'],
  ['name: local', 'name: openai', '3:13 providers[1].name', 'a second provider named "openai"'],
  ['provider: local', 'provider: locl', '6:36 models[1].provider', 'no provider is named "locl"; did you mean local?'],
  ['128000', '128k', '5:59 models[0].contextTokens', 'expected a number, received a string'],
  ['128000', '-5', '5:59 models[0].contextTokens', 'must be greater than 0, received -5'],
  [
    'vision',
    'vison',
    '5:127 models[0].capabilities[1]',
    'expected one of tools, vision, json, reasoning, received "vison"; did you mean vision?',
  ],
  [
    'name: deepseek-r1',
    'name: router',
    '6:13 models[1].name',
    '"router" is the word that asks for routing (routing.alias); give the model another name',
  ],
  ['threshold: 0.7', 'threshold: 7', '7:39 fastPath.threshold', 'must be at most 1, received 7'],
  [
    'threshold: 0.7',
    'weights: { tokenCont: 1 }',
    '7:39 fastPath.weights.tokenCont',
    'unknown dimension "tokenCont"; did you mean tokenCount?',
  ],
  ['threshold: 0.7', 'weights: { tokenCount: -1 }', '7:51 fastPath.weights.tokenCount', 'a weight must not be negative'],
  ['threshold: 0.7', 'boundaries: [0, 0.5, 0.3]', '7:49 fastPath.boundaries[2]', 'boundaries must ascend'],
  ['SIMPLE: general', 'SIMPEL: general', '7:53 fastPath.tiers.SIMPEL', 'unknown key "SIMPEL"; did you mean SIMPLE?'],
  ['SIMPLE: general', 'SIMPLE: generall', '7:61 fastPath.tiers.SIMPLE', 'no decision is named "generall"; did you mean general?'],
  ['keywords: [urgent, asap]', 'keywords: []', '10:47 signals.keywords[0].keywords', 'must have at least one entry'],
  ['type: OR', 'type: ORR', '15:13 decisions[0].rules.type', 'expected one of AND, OR, NOT, received "ORR"; did you mean OR?'],
  [
    'signal: keyword, name',
    'signal: keywrd, name',
    '17:21 decisions[0].rules.conditions[0].signal',
    'no signal is named "keywrd"; did you mean keyword?',
  ],
  [
    'name: urgent, min',
    'name: urgnt, min',
    '17:36 decisions[0].rules.conditions[0].name',
    'no name "urgnt" of the keyword signal is configured; did you mean urgent?',
  ],
  [
    'name: urgent, min',
    'level: high, min',
    '17:30 decisions[0].rules.conditions[0].level',
    'the keyword signal has no level; a rule may name its name or pattern',
  ],
  ['[deepseek-r1, gpt', '[deepsek-r1, gpt', '20:14 decisions[0].models[0]', 'no model is named "deepsek-r1"; did you mean deepseek-r1?'],
  ['[deepseek-r1, gpt-4o-mini]', '[deepseek-r1, deepseek-r1]', '20:27 decisions[0].models[1]', 'a second candidate named "deepseek-r1"'],
  [
    'type: static',
    'type: statick',
    '21:24 decisions[0].algorithm.type',
    `expected one of ${selectors.map(({ name }) => name).join(', ')}, received "statick"; did you mean static?`,
  ],
  ['defaultDecision: general', 'defaultDecision: generl', '23:18 defaultDecision', 'no decision is named "generl"; did you mean general?'],
  ['key: team-a-secret', 'key: 12345678', '26:14 identity.apiKeys[0].key', 'expected a string, received a number'],
  ['port: 8081', 'port: 80810', '27:17 server.port', 'must be at most 65535, received 80810'],
  [
    'level: warn',
    'level: warning',
    '28:16 logs.level',
    'expected one of trace, debug, info, warn, error, silent, received "warning"; did you mean warn?',
  ],
  ['apiKey: "${OPENAI_API_KEY}"', 'apiKey: "${OPENAI_KEY}"', '2:43 providers[0].apiKey', 'the environment variable OPENAI_KEY is not set'],
  [
    'apiKey: "${OPENAI_API_KEY}"',
    'apiKey: "${file:/nowhere}"',
    '2:43 providers[0].apiKey',
    'the secret file /nowhere cannot be read or is empty',
  ],
  ['logs: {', 'logs: { level: info,', '28:22', 'the key "level" stands here a second time'],
];

describe('a broken file', () => {
  it.each(broken)('%s → %s', (from, to, where, message) => {
    const found = faultsOf(goodConfig.replace(from, to)).map((fault) => [
      `${fault.line}:${fault.column}${fault.path && ` ${fault.path}`}`,
      fault.message,
    ]);
    expect(found).toContainEqual([where, message]);
  });

  it('reports every fault at once, in file order', () => {
    const text = goodConfig
      .replace('provider: local', 'provider: locl')
      .replace('threshold: 0.7', 'threshold: 7')
      .replace('type: static', 'type: statick');
    expect(faultsOf(text).map(({ path }) => path)).toEqual(['models[1].provider', 'fastPath.threshold', 'decisions[0].algorithm.type']);
  });

  it('needs a default decision', () => {
    const text = goodConfig
      .replace('defaultDecision: general\n', '')
      .replace(
        '  - { name: general, models: [gpt-4o-mini] }',
        '  - { name: general, models: [gpt-4o-mini] }\n  - { name: other, models: [gpt-4o-mini] }',
      );
    expect(faultsOf(text)).toMatchObject([{ path: 'defaultDecision' }]);
  });

  it('needs providers, models and decisions', () => {
    expect(faultsOf('logs: { level: info }').map(({ path }) => path)).toEqual(['providers', 'models', 'decisions']);
  });

  it('is SECRET_MISSING where nothing but secrets is wrong', () => {
    expect(() => parseConfig(goodConfig, { ...options, env: {} })).toThrow(
      expect.objectContaining({ code: 'SECRET_MISSING', at: 'signalbox.yaml:2:43' }),
    );
  });

  it('names a rule that does not compile natively', () => {
    const checkKeywordRules: ParseOptions['checkKeywordRules'] = (rules) => {
      if (JSON.stringify(rules).includes('hello')) throw new RouterError('INVALID_INPUT', { message: 'look-around is not supported' });
    };
    expect(faultsOf(goodConfig, { checkKeywordRules })).toMatchObject([
      { path: 'decisions[0].rules.conditions[1].condition.pattern', line: 19, message: 'does not compile: look-around is not supported' },
    ]);
  });

  it('never shows a secret', () => {
    const secrets = { OPENAI_API_KEY: 'sk-canary-7f3a', PORT: '77777', NAME: 'canary-name', LEVEL: 'canary-level' };
    const text = goodConfig
      .replace('port: 8081', 'port: "${PORT}"')
      .replace('provider: local', 'provider: "${NAME}"')
      .replace('level: warn', 'level: "${LEVEL}"')
      .replace('type: openai-compatible', 'type: "${OPENAI_API_KEY}"');
    const faults = faultsOf(text, { env: secrets });
    expect(faults.length).toBeGreaterThanOrEqual(4);
    expect(JSON.stringify(faults)).not.toMatch(/canary|77777/);
    expect(JSON.stringify(faultsOf('apiKey: "sk-canary\\q" sk-canary\nb: *sk-canary\nc: !sk-canary x'))).not.toContain('canary');
  });
});
