// The arithmetic that proves a number: card numbers, IBANs, social security and bank routing numbers.

/** Luhn's test over ASCII digits (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let total = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const value = digits.charCodeAt(digits.length - 1 - place) - 48;
    const doubled = place % 2 === 1 ? value * 2 : value;
    total += doubled > 9 ? doubled - 9 : doubled;
  }
  return total % 10 === 0;
}

interface CardRange {
  readonly from: number;
  readonly to: number;
  readonly prefixDigits: number;
  readonly lengths: readonly number[];
}

const maestroLengths = [12, 13, 14, 15, 16, 17, 18, 19];

/** Issuer ranges as the networks publish them; longer prefixes first where two could fit. */
const cardRanges: readonly CardRange[] = [
  { from: 2131, to: 2131, prefixDigits: 4, lengths: [15] },
  { from: 1800, to: 1800, prefixDigits: 4, lengths: [15] },
  { from: 2200, to: 2204, prefixDigits: 4, lengths: [16, 17, 18, 19] },
  { from: 2221, to: 2720, prefixDigits: 4, lengths: [16] },
  { from: 3528, to: 3589, prefixDigits: 4, lengths: [16, 17, 18, 19] },
  { from: 300, to: 305, prefixDigits: 3, lengths: [14, 15, 16, 17, 18, 19] },
  { from: 34, to: 34, prefixDigits: 2, lengths: [15] },
  { from: 37, to: 37, prefixDigits: 2, lengths: [15] },
  { from: 36, to: 36, prefixDigits: 2, lengths: [14, 15, 16, 17, 18, 19] },
  { from: 38, to: 39, prefixDigits: 2, lengths: [14, 15, 16, 17, 18, 19] },
  { from: 51, to: 55, prefixDigits: 2, lengths: [16] },
  { from: 50, to: 50, prefixDigits: 2, lengths: maestroLengths },
  { from: 56, to: 58, prefixDigits: 2, lengths: maestroLengths },
  { from: 4, to: 4, prefixDigits: 1, lengths: [13, 16, 19] },
  { from: 6, to: 6, prefixDigits: 1, lengths: maestroLengths },
];

/** Whether the digits have an issuer's prefix, a length it uses and a right check digit. */
export function isCardNumber(digits: string): boolean {
  if (digits.length < 12 || digits.length > 19) return false;
  const range = cardRanges.find(({ from, to, prefixDigits }) => {
    const prefix = Number(digits.slice(0, prefixDigits));
    return prefix >= from && prefix <= to;
  });
  return range?.lengths.includes(digits.length) === true && passesLuhn(digits);
}

/** Lengths of the IBAN registry (ISO 13616), by country. */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 ' +
    'GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 ' +
    'MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 ' +
    'TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The length an IBAN of this country has; undefined where the registry has none. The country in upper case. */
export const ibanLength = (country: string): number | undefined => ibanLengths[country];

/** Whether the check digits are right (mod 97 of the rearranged number is 1). Upper-case letters and digits only. */
export function passesMod97(iban: string): boolean {
  let rest = 0;
  for (let place = 0; place < iban.length; place += 1) {
    const code = iban.charCodeAt((place + 4) % iban.length);
    const value = code < 58 ? code - 48 : code - 55;
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest === 1;
}

/** Numbers that were printed in advertisements and are nobody's (Social Security Administration, Program Operations Manual RM 10201). */
const advertisedSsns = new Set(['078051120', '219099999']);

/** Whether the Social Security Administration could have issued these nine digits. */
export function isSsn(digits: string): boolean {
  const area = digits.slice(0, 3);
  const possible = area !== '000' && area !== '666' && area < '900' && digits.slice(3, 5) !== '00' && digits.slice(5) !== '0000';
  return digits.length === 9 && possible && !advertisedSsns.has(digits);
}

/** Whether nine digits are a routing number of a US bank (weights 3, 7, 1; American Bankers Association). */
export function isRoutingNumber(digits: string): boolean {
  const weights = [3, 7, 1];
  const total = [...digits].reduce((sum, digit, place) => sum + Number(digit) * (weights[place % 3] ?? 0), 0);
  return digits.length === 9 && digits !== '000000000' && total % 10 === 0;
}
