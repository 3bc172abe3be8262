// The log: one JSON line per event, nothing of a prompt in it, no line lost on the way to a file.

import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RouterError } from '../errors.js';
import { createLog, type LogLevel, type RequestLine, silentLog } from './log.js';

const canary = 'canary-2f7c';

const request: RequestLine = {
  id: 'r1',
  status: 200,
  ended: 'complete',
  decision: 'general',
  by: 'fast-path',
  reason: 'The fast path settled it.',
  model: 'small',
  tier: undefined,
  confidence: 0.98,
  stream: true,
  attempts: 1,
  inputTokens: 12,
  outputTokens: 34,
  usd: 0.00002,
  durationMs: 12.345678,
  timingsMs: new Map([
    ['prescan', 0.0123456],
    ['upstream', 11],
  ]),
};

/** Everything a log wrote, parsed. */
function lines(write: (log: ReturnType<typeof createLog>) => void, level: LogLevel = 'info'): readonly Readonly<Record<string, unknown>>[] {
  const written: string[] = [];
  write(createLog({ level, destination: { write: (line: string) => void written.push(line) } }));
  return written.map((line) => JSON.parse(line));
}

describe('lines', () => {
  it('are flat JSON with a level, an ISO time and a message', () => {
    const [line] = lines((log) => log.info('hello', { port: 8080, names: ['a'] }));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      port: 8080,
      names: ['a'],
      msg: 'hello',
    });
  });

  it('tell of a request, times in microseconds at most, unknown facts left out', () => {
    const [line] = lines((log) => log.request(request));
    expect(line).toMatchObject({
      msg: 'request',
      id: 'r1',
      status: 200,
      decision: 'general',
      durationMs: 12.346,
      timingsMs: { prescan: 0.012, upstream: 11 },
    });
    expect(line).not.toHaveProperty('tier');
    expect(line).not.toHaveProperty('error');
  });

  it.each<[LogLevel, readonly string[]]>([
    ['info', ['request', 'a', 'b', 'c']],
    ['warn', ['b', 'c']],
    ['error', ['c']],
    ['silent', []],
  ])('at level %s', (level, messages) => {
    const written = lines((log) => {
      log.request(request);
      log.info('a');
      log.warn('b');
      log.error('c');
    }, level);
    expect(written.map(({ msg }) => msg)).toEqual(messages);
  });

  it('of the silent log go nowhere', () => {
    expect(() => silentLog.failure('x', new Error('y'))).not.toThrow();
  });
});

describe('failures', () => {
  it.each([
    ['an error', new SyntaxError(`Unexpected token in "${canary}"`), { thrown: 'SyntaxError' }],
    ['its cause', new RouterError('INTERNAL', { cause: new TypeError(canary) }), { thrown: 'TypeError', code: 'INTERNAL' }],
    ['many lines', new Error(`first\n${canary}\n    at ${canary}`), { thrown: 'Error' }],
    ['no error at all', canary, { thrown: 'string' }],
    [
      'what was received',
      new RouterError('REQUEST_INVALID', { at: 'messages', received: canary }),
      { code: 'REQUEST_INVALID', at: 'messages' },
    ],
  ])('show %s without its text', (_, thrown, expected) => {
    const [line] = lines((log) => log.failure('it failed', thrown, { id: 'r1' }));
    expect(line).toMatchObject({ level: 'error', msg: 'it failed', id: 'r1', ...expected });
    expect(JSON.stringify(line)).not.toContain(canary);
  });

  it('show where it was thrown', () => {
    const [line] = lines((log) => log.failure('it failed', new Error(canary)));
    expect(line?.['stack']).toEqual(expect.arrayContaining([expect.stringContaining('log.test.ts')]));
  });
});

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-log-'));
  const file = join(folder, 'log');
  let descriptor = -1;
  beforeAll(() => {
    descriptor = openSync(file, 'w');
  });
  afterAll(() => {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });

  it('has every line once the log is closed, in order', async () => {
    const log = createLog({ level: 'info', destination: descriptor });
    for (let index = 0; index < 5000; index++) log.info('line', { index });
    await log.close();
    const written = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(written.map((line) => JSON.parse(line).index)).toEqual(Array.from({ length: 5000 }, (_, index) => index));
  });
});
