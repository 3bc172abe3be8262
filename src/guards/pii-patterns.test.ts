// Patterns of personal data: what each finds and how far, what only looks alike, and time that grows with the text only.

import { describe, expect, it } from 'vitest';
import { findPatterns } from './pii-patterns.js';
import type { PiiType } from './pii-span.js';

const shown = (text: string): readonly string[] => findPatterns(text).map((span) => `${span.type} ${text.slice(span.start, span.end)}`);

const found: readonly [PiiType, string, string][] = [
  ['EMAIL_ADDRESS', 'write to ana.ruiz+shop@mail.example.co.uk.', 'ana.ruiz+shop@mail.example.co.uk'],
  ['EMAIL_ADDRESS', '<José.Núñez@correo.es>', 'José.Núñez@correo.es'],
  ['EMAIL_ADDRESS', '{"m":"a\\nbob@x.io"}', 'bob@x.io'],
  ['EMAIL_ADDRESS', "mail:'o'brien@x.ie'", "o'brien@x.ie"],
  ['EMAIL_ADDRESS', '😀😀 jo@x.org', 'jo@x.org'],
  ['URL', 'see (https://a.example/b_(c)?d=e#f).', 'https://a.example/b_(c)?d=e#f'],
  ['URL', 'at http://localhost:3000/x, ok', 'http://localhost:3000/x'],
  ['URL', 'www.Example.com/a!', 'www.Example.com/a'],
  ['URL', 'my site is ruiz-design.com/team.', 'ruiz-design.com/team'],
  ['URL', 'find it on ruiz-design.co.uk', 'ruiz-design.co.uk'],
  ['IP_ADDRESS', 'from 203.0.113.77:443', '203.0.113.77'],
  ['IP_ADDRESS', '198.51.100.0/24', '198.51.100.0'],
  ['IP_ADDRESS', '[2001:db8::ff00:42:8329]', '2001:db8::ff00:42:8329'],
  ['IP_ADDRESS', 'ip fe80::1 here', 'fe80::1'],
  ['IP_ADDRESS', '4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a', '4f8a:c99e:dc86:faf9:5988:5f63:375e:8a2a'],
  ['CREDIT_CARD', 'card 4111111111111111.', '4111111111111111'],
  ['CREDIT_CARD', '5500-0000-0000-0004', '5500-0000-0000-0004'],
  ['CREDIT_CARD', '3782 822463 10005', '3782 822463 10005'],
  ['CREDIT_CARD', 'card 4111 1111 1111 1111 04/27', '4111 1111 1111 1111'],
  ['IBAN_CODE', 'to DE89 3704 0044 0532 0130 00 please', 'DE89 3704 0044 0532 0130 00'],
  ['IBAN_CODE', 'gb29nwbk60161331926819', 'gb29nwbk60161331926819'],
  ['IBAN_CODE', 'NO93 8601 1117 947 is it', 'NO93 8601 1117 947'],
  ['US_SSN', 'it is 536-22-1234', '536-22-1234'],
  ['US_SSN', 'SSN: 536221234', '536221234'],
  ['US_SSN', 'social security number 536 22 1234', '536 22 1234'],
  ['PHONE_NUMBER', 'ring +44 (0)20 7946 0958 now', '+44 (0)20 7946 0958'],
  ['PHONE_NUMBER', '(212) 555-0187', '(212) 555-0187'],
  ['PHONE_NUMBER', '212-555-0187 x12', '212-555-0187 x12'],
  ['PHONE_NUMBER', 'Handy: 0171 2345678', '0171 2345678'],
  ['PHONE_NUMBER', 'tél. 06.12.34.56.78', '06.12.34.56.78'],
  ['PHONE_NUMBER', 'móvil 612 345 678', '612 345 678'],
  ['PHONE_NUMBER', 'cell. 347 1234567', '347 1234567'],
  ['PHONE_NUMBER', 'bel 06-12345678', '06-12345678'],
  ['PHONE_NUMBER', 'telefone (11) 91234-5678', '(11) 91234-5678'],
  ['PHONE_NUMBER', 'mobil 070-123 45 67', '070-123 45 67'],
  ['PHONE_NUMBER', 'telefon 601 234 567', '601 234 567'],
  ['PHONE_NUMBER', '0532 123 45 67', '0532 123 45 67'],
  ['PHONE_NUMBER', '090-1234-5678', '090-1234-5678'],
  ['PHONE_NUMBER', 'call 98765 43210', '98765 43210'],
  ['PHONE_NUMBER', 'phone 0412 345 678', '0412 345 678'],
  ['PHONE_NUMBER', '8 (912) 345-67-89', '8 (912) 345-67-89'],
  ['PHONE_NUMBER', '0049 30 1234567', '0049 30 1234567'],
  ['PHONE_NUMBER', '555 0187 office', '555 0187'],
  ['PASSPORT', 'passport no. X1234567', 'X1234567'],
  ['PASSPORT', 'Reisepass: C01X00T47', 'C01X00T47'],
  ['DRIVER_LICENSE', "driver's license number is F255-9215-0094", 'F255-9215-0094'],
  ['DRIVER_LICENSE', 'Führerscheinnummer B072RRE2I55', 'B072RRE2I55'],
  ['BANK_ACCOUNT', 'sort code 12-34-56 12345678', '12-34-56 12345678'],
  ['BANK_ACCOUNT', 'Kontonummer 1234567890', '1234567890'],
  ['BANK_ACCOUNT', 'routing 021000021', '021000021'],
  ['BANK_ACCOUNT', '{"account_number": "68315117924"}', '68315117924'],
];

// Put together here, so that no scanner of repositories takes them for lost keys.
const tail = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0dF3hJ6';
const secrets: readonly [string, string, string][] = [
  ['a key of a model provider', `use sk-${'proj-'}${tail} now`, `sk-${'proj-'}${tail}`],
  ['a token of a forge', `gh${'p_'}${tail}`, `gh${'p_'}${tail}`],
  ['a key of a cloud', `id AK${'IA'}IOSFODNN7EXAMPLE.`, `AK${'IA'}IOSFODNN7EXAMPLE`],
  ['a token of a chat', `xox${'b-'}123456789012-abc`, `xox${'b-'}123456789012-abc`],
  ['a JSON web token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${tail}.`, `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${tail}`],
  ['a bearer token', `Authorization: Bearer ${tail}`, tail],
  ['a password', 'password: "hunter2!X"', 'hunter2!X'],
  ['a password in a URL', 'postgres://app:s3cret@db.example/x', 'postgres://app:s3cret@db.example/x'],
  [
    'a private key',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
    '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----',
  ],
];

const nothing: readonly string[] = [
  'version 1.2.3.4 and v10.0.19041.1',
  'netmask 255.255.255.0',
  'at 12:30:45, std::cout, a::b, 00:1b:44:11:3a:b7',
  'ISBN 978-3-16-148410-0',
  'my order number is 2789486058',
  'order 212-555-0187 and invoice 2024-000123',
  'part number 121-8584, tracking 00340434161094042557',
  'serial 4111111111111112',
  'DE88 3704 0044 0532 0130 00',
  'XX12 3456 7890 1234',
  '000-12-3456, 666-12-3456, 912-12-3456, 123-00-4567, 123-45-0000',
  '078-05-1120',
  'on 2024-05-17, 17.05.2024 and 1998–2004',
  'a@b, @user, user@, lodash@4.17.21, x@localhost',
  'main.py, index.ts, README.md, app.config.json, user.name',
  'population 8,804,190; 100 000 000 people; 3.14159265',
  '550e8400-e29b-41d4-a716-446655440000',
  'commit 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'password: null, token=<your token>, api_key=${API_KEY}, secret: process.env.SECRET',
  'haemoglobin 13.2 g/dL collected 2024-05-17 11:00',
  'renew a passport in 2024, page 1234567',
  'the risk-adjusted sk-learn model',
  'call me at 5',
];

describe('findPatterns', () => {
  it.each(found)('finds %s in %j', (type, text, expected) => {
    expect(shown(text)).toEqual([`${type} ${expected}`]);
  });

  it.each(secrets)('finds %s', (_name, text, expected) => {
    expect(shown(text)).toEqual([`SECRET ${expected}`]);
  });

  it.each(nothing)('finds nothing in %j', (text) => {
    expect(shown(text)).toEqual([]);
  });

  it('finds several in one text, in order and apart', () => {
    const text = 'Ana <ana@x.org>, tel +34 612 345 678, card 4111 1111 1111 1111, IBAN NL91ABNA0417164300, from 203.0.113.77';
    const spans = findPatterns(text);
    expect(spans.map((span) => span.type)).toEqual(['EMAIL_ADDRESS', 'PHONE_NUMBER', 'CREDIT_CARD', 'IBAN_CODE', 'IP_ADDRESS']);
    expect(spans.every((span, at) => span.start >= (spans[at - 1]?.end ?? 0) && span.confidence > 0 && span.confidence <= 1)).toBe(true);
  });

  it('is surer where words say what a number is', () => {
    const confidence = (text: string): number => findPatterns(text)[0]?.confidence ?? 0;
    expect(confidence('card 4111111111111111')).toBeGreaterThan(confidence('x 4111111111111111'));
    expect(confidence('SSN 536-22-1234')).toBeGreaterThan(confidence('it is 536-22-1234'));
    expect(confidence('host 1.2.3.4')).toBeGreaterThan(confidence('x 1.2.3.4'));
  });

  it.each([
    '1 ',
    '12 34 ',
    '(1',
    '+1',
    'a@',
    'a.',
    '::',
    'a:',
    '://',
    'http://',
    `http://${')'.repeat(999)} `,
    'password=',
    'eyJ',
    '-----BEGIN',
    'DE89 3704 0044 ',
  ])('takes linear time over %j again and again', (unit) => {
    const time = (length: number): number => {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const start = performance.now();
      findPatterns(text);
      return performance.now() - start;
    };
    time(2_000);
    const short = Math.min(time(2_000), time(2_000), time(2_000));
    const long = Math.min(time(16_000), time(16_000), time(16_000));
    expect(long).toBeLessThan(Math.max(short * 24, 50));
  });
});
