// The reask signal: what is the same question, in several scripts, and how streaks are counted.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contextOf, requestOf } from '../../test/rigs/signal-context.js';
import { reask } from './reask.js';
import { similarity, trigramsOf } from './similarity.js';

const talk = (...turns: readonly string[]) =>
  requestOf(
    turns.flatMap((content, index) => (index === 0 ? [] : [{ role: 'assistant', content: 'an answer' }]).concat({ role: 'user', content })),
  );

const alike = (one: string, other: string) => similarity(trigramsOf(one), trigramsOf(other));

describe('reask', () => {
  it.each([
    ['How do I reset my password?', 'how do i reset my password', true],
    ['How do I reset my password?', 'So how do I reset my password??', true],
    ['How do I reset my password?', 'How can I reset my password?', true],
    ['Where is my order 4711?', 'I asked: where is my order 4711?', true],
    ['How do I reset my password?', 'How do I cancel my order?', false],
    ['How do I reset my password?', 'Thanks!', false],
    ['What is the capital of France?', 'What is the capital of Spain?', false],
    ['如何重置我的密码？', '如何重置我的密码呢', true],
    ['如何重置我的密码？', '今天天气怎么样？', false],
    ['Как сбросить пароль?', 'КАК СБРОСИТЬ ПАРОЛЬ', true],
    ['?', '?', false],
    ['', '', false],
  ])('%j then %j: %s', async (first, second, expected) => {
    const matches = await reask.open([{ name: 'again' }], []).read(contextOf(talk(first, second)));
    expect(matches.length === 1, String(alike(first, second))).toBe(expected);
  });

  it('counts the streak of turns that are alike, the newest first', async () => {
    const open = reask.open(
      [1, 2, 3].map((lookbackTurns) => ({ name: `after-${lookbackTurns}`, lookbackTurns })),
      [],
    );
    const again = 'How do I reset my password?';
    const names = async (...turns: readonly string[]) => (await open.read(contextOf(talk(...turns)))).map(({ value }) => value);
    expect(await names(again)).toEqual([]);
    expect(await names(again, again)).toEqual(['after-1']);
    expect(await names(again, again, again)).toEqual(['after-1', 'after-2']);
    expect(await names(again, 'Where is my hat?', again)).toEqual([]);
    expect(await names('Where is my hat?', again, again)).toEqual(['after-1']);
    expect(await names(again, again, again, again)).toEqual(['after-1', 'after-2', 'after-3']);
  });

  it('says how alike the least alike of them is', async () => {
    const request = talk('reset my password', 'please reset my password', 'please reset my password');
    const [match] = await reask.open([{ name: 'x', threshold: 0.5, lookbackTurns: 2 }], []).read(contextOf(request));
    expect(match?.confidence).toBeCloseTo(alike('reset my password', 'please reset my password'), 9);
    expect(match?.evidence).toMatch(/^streak 2, similarity 0\.\d\d$/);
  });
});

describe('similarity', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });

  it('is symmetric, within 0..1, and 1 of a text and itself', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const value = alike(one, other);
        expect(value).toBe(alike(other, one));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(alike(one, one)).toBeCloseTo(trigramsOf(one).norm === 0 ? 0 : 1, 9);
      }),
    );
  });
});
