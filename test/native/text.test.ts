// Languages and tokens over every flavor: what the addon tells, that the lists agree, and what is refused.

import { describe, expect, it } from 'vitest';
import { encodings, languageCodes } from '../../src/native/index.js';
import { loaded, thrown } from './addons.js';

describe.each(loaded)('$flavor', ({ addon, native }) => {
  it('names the languages as the wrapper does', () => {
    expect(addon.languageNames()).toEqual([...languageCodes, 'unknown']);
  });

  it.each([
    ['Could you explain to me how the stock market works?', 'en'],
    ['Kannst du mir bitte erklären, warum der Himmel blau ist?', 'de'],
    ['このプログラムの使い方を説明してください。', 'ja'],
    ['for (int i = 0; i < n; i++) { sum += a[i]; }', 'unknown'],
    ['', 'unknown'],
    ['\ud83d', 'unknown'],
  ])('%s is %s', (text, language) => {
    const found = native.detectLanguage(text);
    expect(found.language).toBe(language);
    expect(found.confidence).toBeGreaterThanOrEqual(0.5);
    expect(found.confidence).toBeLessThanOrEqual(1);
  });

  it.each([
    ['hello world', 2, 2],
    ['', 0, 0],
    ['<|endoftext|>', 7, 7],
    ['안녕하세요', 5, 2],
    ['x\n  ', 3, 3],
    ['\ud83d', 1, 1],
  ])('counts %j', (text, cl100k, o200k) => {
    expect(native.countTokens(text, 'cl100k_base')).toBe(cl100k);
    expect(native.countTokens(text, 'o200k_base')).toBe(o200k);
  });

  it('stays linear where no piece ends', () => {
    for (const encoding of encodings) {
      for (const unit of ['a', ' ', '😀', '字', '\n']) {
        const count = native.countTokens(unit.repeat(100_000), encoding);
        expect(count).toBeGreaterThan(0);
        expect(count).toBeLessThanOrEqual(400_000);
      }
    }
  });

  it('estimates near the exact count', () => {
    const text = 'The committee met on Tuesday to discuss the proposal, which nobody had read. '.repeat(20);
    const exact = native.countTokens(text, 'o200k_base');
    expect(Math.abs(native.estimateTokens(text) - exact) / exact).toBeLessThan(0.31);
  });

  it('refuses what is no text and no vocabulary', () => {
    const table: readonly (readonly [call: () => unknown, at: string])[] = [
      [() => native.detectLanguage(7 as never), 'text'],
      [() => native.estimateTokens(null as never), 'text'],
      [() => native.countTokens(undefined as never, 'o200k_base'), 'text'],
      [() => native.countTokens('x', 'p50k_base' as never), 'encoding'],
      [() => native.createPrescanner({ language: 1 as never }), 'language'],
    ];
    for (const [call, at] of table) expect(thrown(call), at).toMatchObject({ code: 'INVALID_INPUT', at });
  });

  it('tells the language within a prescan when asked to', () => {
    const user = 'Pourriez-vous m’expliquer comment fonctionne ce programme ?';
    const scanner = native.createPrescanner({ language: true });
    expect(scanner.scan({ user }).language).toEqual(native.detectLanguage(user));
    expect(scanner.scan({ user: 'x = [1, 2];' }).language?.language).toBe('unknown');
    expect(native.createPrescanner({ language: true, enabled: false }).scan({ user }).language?.language).toBe('fr');
    expect(native.createPrescanner().scan({ user }).language).toBeUndefined();
  });
});
