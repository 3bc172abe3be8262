// Check digits, issuer prefixes and country lengths, against published examples.

import { describe, expect, it } from 'vitest';
import { ibanLength, isCardNumber, isRoutingNumber, isSsn, passesLuhn, passesMod97 } from './pii-checks.js';

describe('checks', () => {
  it.each([
    ['4111111111111111', true],
    ['378282246310005', true],
    ['30569309025904', true],
    ['6011111111111117', true],
    ['3530111333300000', true],
    ['2223003122003222', true],
    ['4111111111111112', false],
    ['9111111111111110', false],
    ['41111111111', false],
  ])('a card: %s is %s', (digits, expected) => {
    expect(isCardNumber(digits)).toBe(expected);
  });

  it.each([
    'GB29NWBK60161331926819',
    'DE89370400440532013000',
    'FR1420041010050500013M02606',
    'NL91ABNA0417164300',
    'NO9386011117947',
    'MT84MALT011000012345MTLCAST001S',
  ])('an IBAN: %s', (iban) => {
    expect(ibanLength(iban.slice(0, 2))).toBe(iban.length);
    expect(passesMod97(iban)).toBe(true);
    expect(passesMod97(`${iban.slice(0, -1)}${iban.endsWith('1') ? '2' : '1'}`)).toBe(false);
  });

  it('any single changed digit fails Luhn and mod 97', () => {
    const card = '4111111111111111';
    const iban = 'DE89370400440532013000';
    for (let place = 0; place < card.length; place += 1) {
      const changed = (text: string): string => `${text.slice(0, place)}${(Number(text[place]) + 3) % 10}${text.slice(place + 1)}`;
      expect(passesLuhn(changed(card))).toBe(false);
      if (place > 1) expect(passesMod97(changed(iban))).toBe(false);
    }
  });

  it('social security and routing numbers', () => {
    expect(['536221234', '001010001', '899999999'].map(isSsn)).toEqual([true, true, true]);
    expect(['000221234', '666221234', '900221234', '536001234', '536220000', '078051120', '53622123'].map(isSsn)).toEqual(
      Array(7).fill(false),
    );
    expect(['021000021', '021000022', '000000000'].map(isRoutingNumber)).toEqual([true, false, false]);
  });
});
