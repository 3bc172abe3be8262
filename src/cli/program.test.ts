// The command line: what each way of writing it means, and what wrong usage is told.

import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { version } from '../version.js';
import { createProgram } from './program.js';

interface Parsed {
  /** The command that ran and what it was given. */
  readonly call: readonly unknown[] | undefined;
  readonly good: boolean | undefined;
  readonly exitCode: number | undefined;
  readonly out: string;
  readonly err: string;
}

async function parse(line: string, outcome = true): Promise<Parsed> {
  let call: readonly unknown[] | undefined;
  let good: boolean | undefined;
  let out = '';
  let err = '';
  const told =
    (command: string) =>
    async (...given: readonly unknown[]) => {
      call = [command, ...given];
      return outcome;
    };
  const models = { list: told('list'), pull: told('pull'), import: told('import'), verify: told('verify') };
  const commands = { serve: told('serve'), check: told('check'), explain: told('explain'), doctor: told('doctor'), models };
  const streams = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const program = createProgram(commands, streams, (result) => {
    good = result;
  });
  const args = line === '' ? [] : line.split(' ');
  const exitCode = await program.parseAsync(args, { from: 'user' }).then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof CommanderError) return thrown.exitCode;
      throw thrown;
    },
  );
  return { call, good, exitCode, out, err };
}

describe('what is written and what runs', () => {
  it.each<[string, readonly unknown[]]>([
    ['serve', ['serve', {}]],
    ['serve --config a.yaml', ['serve', { config: 'a.yaml' }]],
    ['serve -c a.yaml -p 0 --host ::1', ['serve', { config: 'a.yaml', port: 0, host: '::1' }]],
    ['serve --port=65535 --backend stub', ['serve', { port: 65_535, backend: 'stub' }]],
    ['serve --log-level silent --insecure', ['serve', { logLevel: 'silent', insecure: true }]],
    ['check a.yaml', ['check', 'a.yaml', {}]],
    ['check --json a.yaml', ['check', 'a.yaml', { json: true }]],
    ['explain hello', ['explain', 'hello', {}]],
    [
      'explain hello -c a.yaml --system be --model m --json',
      ['explain', 'hello', { config: 'a.yaml', system: 'be', model: 'm', json: true }],
    ],
    ['explain -- --hello', ['explain', '--hello', {}]],
    ['doctor', ['doctor', {}]],
    ['doctor --json --config a.yaml', ['doctor', { json: true, config: 'a.yaml' }]],
    ['models list', ['list', {}]],
    ['models list --json', ['list', { json: true }]],
    ['models pull minilm-l6', ['pull', 'minilm-l6', {}]],
    ['models pull minilm-l6 --from a/b', ['pull', 'minilm-l6', { from: 'a/b' }]],
    ['models import minilm-l6 a --link', ['import', 'minilm-l6', 'a', { link: true }]],
    ['models verify', ['verify', undefined]],
    ['models verify minilm-l6', ['verify', 'minilm-l6']],
  ])('%s', async (line, expected) => {
    const { call, good, exitCode } = await parse(line);
    expect(call?.slice(0, expected.length)).toEqual(expected);
    expect([good, exitCode]).toEqual([true, undefined]);
  });

  it('hands on that a command found fault', async () => {
    expect(await parse('check a.yaml', false)).toMatchObject({ good: false, exitCode: undefined });
  });
});

describe('wrong usage runs nothing and says what was meant', () => {
  it.each([
    ['serv', 'Did you mean serve?'],
    ['chekc a.yaml', 'Did you mean check?'],
    ['serve --prot 1', 'Did you mean --port?'],
    ['serve --confg a.yaml', 'Did you mean --config?'],
    ['serve --port 65536', 'A port is a whole number from 0 to 65535.'],
    ['serve --port -1', 'A port is a whole number'],
    ['serve --port 80a', 'A port is a whole number'],
    ['serve --port', 'argument missing'],
    ['serve --backend cuda', 'Allowed choices are candle, onnx, stub.'],
    ['serve --log-level loud', 'Allowed choices are trace, debug, info, warn, error, silent.'],
    ['serve extra', 'too many arguments'],
    ['check', "missing required argument 'file'"],
    ['explain', "missing required argument 'prompt'"],
    ['models', 'Usage: signalbox models'],
    ['models pul minilm-l6', 'Did you mean pull?'],
    ['models pull', "missing required argument 'id'"],
    ['models import minilm-l6', "missing required argument 'folder'"],
    ['', 'Usage: signalbox'],
  ])('%s', async (line, message) => {
    const { call, exitCode, out, err } = await parse(line);
    expect(err).toContain(message);
    expect({ call, out, wrong: exitCode !== 0 && exitCode !== undefined }).toEqual({ call: undefined, out: '', wrong: true });
  });
});

describe('help', () => {
  it.each([
    ['--version', version],
    ['--help', 'OPENAI_API_KEY'],
    ['help', 'Exit codes: 0'],
    ['serve --help', '--insecure'],
    ['help serve', 'SIGHUP'],
    ['check --help', 'file:line:column'],
    ['explain --help', '--system'],
    ['doctor --help', '--json'],
    ['models --help', 'SIGNALBOX_MODELS'],
    ['models pull --help', '--from'],
    ['models import --help', '--link'],
  ])('%s', async (line, text) => {
    const { out, err, exitCode } = await parse(line);
    expect(out).toContain(text);
    expect([err, exitCode]).toEqual(['', 0]);
  });
});
