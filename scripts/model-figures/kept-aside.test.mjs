// The rule by which rows are kept aside gives what models/training/texts.py gives: each row of the table was printed by it.

import { describe, expect, it } from 'vitest';
import { digest, isKeptAside, normal } from './kept-aside.mjs';

const table = [
  { text: '', words: '', number: 5881439542553868215n, aside: false },
  { text: 'What is 2+2?', words: 'what is 2 2', number: 16226875517271071514n, aside: false },
  { text: '  Hello,   WORLD!  ', words: 'hello world', number: 5905556892629140122n, aside: false },
  { text: "It's naïve: ÉCOLE, straße", words: 'it s naïve école straße', number: 13079570052305421559n, aside: false },
  { text: 'ΟΔΥΣΣΕΥΣ σοφός', words: 'οδυσσευς σοφός', number: 8502060844626784063n, aside: false },
  { text: 'İstanbul’da IŞIK', words: 'i stanbul da işik', number: 5079969287669229222n, aside: false },
  { text: '日本語のテキスト、少し。', words: '日本語のテキスト 少し', number: 725949279537061261n, aside: false },
  { text: 'हिन्दी में लिखा', words: 'ह न द म ल ख', number: 3824021877449104420n, aside: false },
  { text: 'snake_case and №5 ½ Ⅷ ²', words: 'snake_case and 5 ½ ⅷ ²', number: 16040570538038848709n, aside: true },
  { text: '👍🏽 ok\r\n𝒜𝟘 𠮷', words: 'ok 𝒜𝟘 𠮷', number: 17986539327260194203n, aside: true },
  { text: 'e\u0301te\u0301', words: 'e te', number: 10176709342564566048n, aside: false },
  { text: 'a'.repeat(200), words: 'a'.repeat(200), number: 7271655729343442142n, aside: false },
];

describe('kept aside', () => {
  it.each(table)('$text', ({ text, words, number, aside }) => {
    expect(normal(text)).toBe(words);
    expect(digest(`aside ${words}`)).toBe(number);
    expect(isKeptAside(text)).toBe(aside);
  });
});
