// What a failing command says, and where it refuses to listen.

import { describe, expect, it } from 'vitest';
import { type Config, ConfigError, parseConfig } from '../config/index.js';
import { demoConfig } from '../demo/demo-config.js';
import { RouterError } from '../errors.js';
import { isLoopback, requireKeys } from './bind-policy.js';
import { failureText } from './failure.js';
import { paint } from './terminal.js';

const plain = paint(false);
const fault = { code: 'CONFIG_INVALID', file: 'a.yaml', line: 3, column: 5, path: 'models[0].name', message: 'expected text' } as const;

describe('failureText', () => {
  it.each([
    [
      'an address in use',
      new RouterError('ADDRESS_IN_USE', { at: '127.0.0.1:8080' }),
      /^error 127\.0\.0\.1:8080 is already in use: .*--port.*\(ADDRESS_IN_USE\)\n$/,
    ],
    [
      'a missing file',
      new RouterError('CONFIG_UNREADABLE', { at: 'a.yaml', received: 'ENOENT' }),
      /^error a\.yaml cannot be read: there is no such file\. \(CONFIG_UNREADABLE\)\n$/,
    ],
    [
      'no addon',
      new RouterError('BACKEND_UNAVAILABLE', { message: 'The native addon is not here.' }),
      /^error The native addon is not here\. \(BACKEND_UNAVAILABLE\)\n$/,
    ],
    ['one fault', new ConfigError([fault]), /^error a\.yaml:3:5 models\[0\]\.name: expected text\n1 fault; nothing was started\.\n$/],
    ['a bug, with its place', new TypeError('boom'), /^error signalbox failed in a way it should not: TypeError: boom\n\s+at /],
  ])('tells %s', (_, thrown, expected) => {
    expect(failureText(thrown, plain)).toMatch(expected);
  });

  it('tells every fault on a line of its own', () => {
    const text = failureText(new ConfigError([fault, { ...fault, line: 9 }]), plain);
    expect(text.split('\n')).toEqual([
      'error a.yaml:3:5 models[0].name: expected text',
      'error a.yaml:9:5 models[0].name: expected text',
      '2 faults; nothing was started.',
      '',
    ]);
  });
});

describe('requireKeys', () => {
  const open: Config = parseConfig(demoConfig('http://127.0.0.1:9/v1'), { file: 'demo.yaml', env: {} });
  const keyed: Config = { ...open, identity: { ...open.identity, apiKeys: [{ key: 'k-12345678', tenant: 't', groups: [] }] } };
  const allowed: Config = { ...open, server: { ...open.server, allowUnauthenticated: true } };

  it.each<[string, Config, boolean]>([
    ['127.0.0.1', open, false],
    ['localhost', open, false],
    ['0.0.0.0', keyed, false],
    ['0.0.0.0', open, true],
    ['::', allowed, false],
  ])('lets %s through', (host, config, insecure) => {
    expect(() => requireKeys(host, config, insecure)).not.toThrow();
  });

  it.each(['0.0.0.0', '::', '192.168.1.7', 'example.test'])('refuses %s without keys', (host) => {
    expect(() => requireKeys(host, open, false)).toThrow(
      expect.objectContaining({ code: 'BIND_REFUSED', message: expect.stringContaining('--insecure') }),
    );
  });
});

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['LOCALHOST', true],
    ['::1', true],
    ['[::1]', true],
    ['127.evil.test', false],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});
