// The order of the pipeline is checked by the compiler: a stage moved above one it needs does not compile.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const folder = path.join(root, '.cache/order');
const source = readFileSync(path.join(root, 'src/pipeline/index.ts'), 'utf8');
const uses = [...source.matchAll(/^\s*\.use\((\w+)[^\n]*\)/gm)].map((match) => ({ name: match[1] ?? '', line: match[0] }));

/** Neighbours that do not need each other: swapping them is allowed. All other swaps must not compile. */
const independent = new Set(['trace identity', 'identity decode', 'tools session']);

const pairs = uses.slice(1).map((below, index) => ({ above: uses[index] ?? below, below, file: `swap-${index}.ts` }));
let failed: ReadonlySet<string>;

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  const relocated = source.replaceAll(/from '\.\//g, "from '../../src/pipeline/").replaceAll(/from '\.\.\//g, "from '../../src/");
  writeFileSync(path.join(folder, 'unchanged.ts'), relocated);
  for (const { above, below, file } of pairs) {
    writeFileSync(
      path.join(folder, file),
      relocated.replace(`${above.line}${between(above.line, below.line)}${below.line}`, () => `${below.line}\n${above.line}`),
    );
  }
  writeFileSync(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: { rootDir: '../..', noEmit: true, incremental: false, tsBuildInfoFile: null },
      include: ['*.ts'],
      exclude: [],
    }),
  );
  failed = compile();
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the order of the stages', () => {
  it('is the order of SPEC §6 for the stages that exist', () => {
    expect(uses.map(({ name }) => name)).toEqual([
      'trace',
      'identity',
      'decode',
      'validate',
      'routing',
      'prescan',
      'signals',
      'decide',
      'tools',
      'session',
      'select',
      'degrade',
    ]);
  });

  it('compiles as it stands', () => {
    expect(failed.has('unchanged.ts')).toBe(false);
  });

  it.each(pairs)('$below.name above $above.name: does not compile where it is needed', ({ above, below, file }) => {
    expect(failed.has(file)).toBe(!independent.has(`${above.name} ${below.name}`));
  });
});

function between(above: string, below: string): string {
  const start = source.indexOf(above) + above.length;
  return source.slice(start, source.indexOf(below, start));
}

/** The files that do not compile. Anything else that fails is a failure of this test. */
function compile(): ReadonlySet<string> {
  const output = (() => {
    try {
      return execFileSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'], {
        cwd: root,
        encoding: 'utf8',
      });
    } catch (error) {
      return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    }
  })();
  const errors = [...output.matchAll(/^(\S+?)\(\d+,\d+\): error (TS\d+)/gm)];
  for (const [, file = '', code] of errors) {
    if (!file.includes('.cache/order/') || code !== 'TS2345') throw new Error(`tsc failed elsewhere: ${output}`);
  }
  return new Set(errors.map(([, file = '']) => path.basename(file)));
}
