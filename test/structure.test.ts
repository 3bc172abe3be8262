// The house rules that a reader should not have to check: sizes, names, first lines, import direction, lists that agree with docs and schema.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { longFunctions } from './structure/functions.js';
import { importsOf, layerOf, layers } from './structure/layers.js';

const root = path.resolve(import.meta.dirname, '..');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '');
const code = tracked.filter((file) => /^(src|crates|test|bench|scripts)\/.*\.(ts|rs|mjs)$/.test(file) && !/fixtures/.test(file));
const typescript = code.filter((file) => /^(src|test|bench)\/.*\.ts$/.test(file));
const sources = typescript.filter((file) => file.startsWith('src/') && !file.endsWith('.test.ts'));
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const lineCount = (file: string) => read(file).replace(/\n$/, '').split('\n').length;

describe('sizes', () => {
  it('keeps every file within 400 lines', () => {
    expect(code.filter((file) => lineCount(file) > 400)).toEqual([]);
  });

  it('keeps every function of src within 60 lines', () => {
    expect(sources.flatMap((file) => longFunctions(read(file), 60).map(({ name, lines }) => `${file}: ${name} ${lines}`))).toEqual([]);
  });

  it('sees a function that is too long', () => {
    const body = 'x();\n'.repeat(61);
    expect(longFunctions(`function long() {\n${body}}\nconst short = () => {\n x();\n};`, 60).map(({ name }) => name)).toEqual(['long']);
  });
});

describe('names', () => {
  it('has no drawer for things without a place', () => {
    expect(tracked.filter((file) => /(^|\/)(utils?|helpers?|common|misc|types|manager)(\.|\/)/.test(file))).toEqual([]);
  });

  it('writes file names in kebab-case (TypeScript) and snake_case (Rust)', () => {
    const odd = code.filter((file) => {
      const name = path.basename(file).replace(/\.(test\.)?(ts|rs|mjs)$/, '');
      return file.endsWith('.rs') ? !/^[a-z0-9_]+$/.test(name) : !/^[a-z0-9-]+$/.test(name);
    });
    expect(odd).toEqual([]);
  });
});

describe('first lines', () => {
  it('opens every file with one sentence on what it is for', () => {
    const silent = code.filter((file) => {
      const [first = '', second = ''] = read(file).split('\n');
      const line = first.startsWith('#!') ? second : first;
      return !(file.endsWith('.rs') ? /^\/\/! \S.*/ : /^\/\/ \S.*/).test(line);
    });
    expect(silent).toEqual([]);
  });
});

describe('words', () => {
  const stripped = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'|"[^"\n]*"|`[^`]*`/gm, '');

  it('has no `any`', () => {
    expect(sources.filter((file) => /(?:[:<,|&]|\bas)\s*any\b(?!\s+[a-z])/.test(stripped(read(file))))).toEqual([]);
  });

  it('casts only in native/ and config/', () => {
    const casts = sources.filter(
      (file) =>
        !/^src\/(native|config)\//.test(file) && /[\w)\]}>]\s+as\s+(?!const\b)[A-Za-z{[(]/.test(stripped(withoutImports(read(file)))),
    );
    expect(casts).toEqual([]);
  });

  it('leaves no open end', () => {
    const words = new RegExp(['TO', 'DO|FIX', 'ME|XX', 'X'].join(''));
    expect(code.filter((file) => words.test(read(file)))).toEqual([]);
  });
});

describe('imports', () => {
  it('knows the layer of every source file', () => {
    expect(sources.filter((file) => layerOf(file) === undefined)).toEqual([]);
  });

  it('point downwards only', () => {
    const upward = sources.flatMap((file) =>
      importsOf(file, read(file))
        .filter((target) => (layerOf(target) ?? -1) > (layerOf(file) ?? -1))
        .map((target) => `${file} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  it('sees an import that points upwards', () => {
    const [target] = importsOf('src/errors.ts', "import { createRouter } from './router.js';");
    expect(layerOf(target ?? '')).toBeGreaterThan(layerOf('src/errors.ts') ?? Number.POSITIVE_INFINITY);
  });

  it('reach the addon through native/ only', () => {
    expect(sources.filter((file) => !file.startsWith('src/native/') && /\.node['"]|@signalbox\//.test(read(file)))).toEqual([]);
  });

  it('has a layer for everything it lists', () => {
    expect(layers.flat().filter((entry) => !sources.some((file) => file === `src/${entry}` || file.startsWith(`src/${entry}/`)))).toEqual(
      [],
    );
  });
});

function withoutImports(text: string): string {
  return text.replace(/^(?:import|export)\s[^;]*?from\s+'[^']*';/gms, '');
}
