// Joining what the model and the patterns saw: who wins, what is merged, what is left beside a proved number.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSpans, type PiiSpan, type PiiType, piiTypes, settleSpans } from './pii-span.js';

const span = (start: number, end: number, type: PiiType, confidence: number, validated = false): PiiSpan => ({
  start,
  end,
  type,
  confidence,
  validated,
});

describe('settleSpans', () => {
  it('merges spans of one type and keeps the preferred of two types', () => {
    expect(settleSpans([span(5, 9, 'PERSON', 0.6), span(0, 6, 'PERSON', 0.8)])).toEqual([span(0, 9, 'PERSON', 0.8)]);
    expect(settleSpans([span(0, 9, 'PHONE_NUMBER', 0.99), span(3, 12, 'CREDIT_CARD', 0.9, true)])).toEqual([
      span(3, 12, 'CREDIT_CARD', 0.9, true),
    ]);
    expect(settleSpans([span(0, 3, 'PERSON', 0.6), span(3, 6, 'PERSON', 0.8)])).toHaveLength(2);
  });
});

describe('joinSpans', () => {
  it.each<[string, readonly PiiSpan[], readonly PiiSpan[], readonly PiiSpan[]]>([
    [
      'keeps what is apart',
      [span(0, 4, 'PERSON', 0.9)],
      [span(8, 12, 'URL', 0.9, true)],
      [span(0, 4, 'PERSON', 0.9), span(8, 12, 'URL', 0.9, true)],
    ],
    [
      'lets a proved number win',
      [span(0, 19, 'PHONE_NUMBER', 0.99)],
      [span(0, 16, 'CREDIT_CARD', 0.9, true)],
      [span(0, 16, 'CREDIT_CARD', 0.9, true)],
    ],
    [
      'merges one type',
      [span(2, 10, 'EMAIL_ADDRESS', 0.7)],
      [span(0, 9, 'EMAIL_ADDRESS', 0.98, true)],
      [span(0, 10, 'EMAIL_ADDRESS', 0.98, true)],
    ],
    [
      'leaves an address beside a number',
      [span(0, 40, 'STREET_ADDRESS', 0.8)],
      [span(20, 32, 'PHONE_NUMBER', 0.95, true)],
      [span(0, 20, 'STREET_ADDRESS', 0.8), span(20, 32, 'PHONE_NUMBER', 0.95, true), span(32, 40, 'STREET_ADDRESS', 0.8)],
    ],
    [
      'drops a name inside a mail address',
      [span(0, 8, 'PERSON', 0.99)],
      [span(0, 20, 'EMAIL_ADDRESS', 0.98, true)],
      [span(0, 20, 'EMAIL_ADDRESS', 0.98, true)],
    ],
    [
      'prefers a surer model to an unproved pattern',
      [span(0, 9, 'PASSPORT', 0.9)],
      [span(0, 9, 'PHONE_NUMBER', 0.6)],
      [span(0, 9, 'PASSPORT', 0.9)],
    ],
    [
      'prefers a surer unproved pattern',
      [span(0, 9, 'PASSPORT', 0.5)],
      [span(0, 9, 'PHONE_NUMBER', 0.6)],
      [span(0, 9, 'PHONE_NUMBER', 0.6)],
    ],
  ])('%s', (_name, model, patterns, expected) => {
    expect(joinSpans(model, patterns)).toEqual(expected);
  });

  it('gives spans in order and apart, and loses no proved one, whatever comes in', () => {
    const types = Object.keys(piiTypes).filter((name): name is PiiType => name in piiTypes);
    const some = fc.array(
      fc.record({
        start: fc.nat(60),
        length: fc.integer({ min: 1, max: 20 }),
        type: fc.constantFrom(...types),
        confidence: fc.double({ min: 0.01, max: 1, noNaN: true }),
        validated: fc.boolean(),
      }),
      { maxLength: 12 },
    );
    const spans = (
      rows: readonly { start: number; length: number; type: PiiType; confidence: number; validated: boolean }[],
      proved: boolean,
    ): readonly PiiSpan[] => rows.map((row) => span(row.start, row.start + row.length, row.type, row.confidence, proved && row.validated));
    fc.assert(
      fc.property(some, some, (one, other) => {
        const patterns = settleSpans(spans(other, true));
        const joined = joinSpans(spans(one, false), patterns);
        expect(joined.every((next, at) => next.start >= (joined[at - 1]?.end ?? 0) && next.end > next.start)).toBe(true);
        for (const proved of patterns.filter((pattern) => pattern.validated)) {
          expect(joined.some((next) => next.type === proved.type && next.start <= proved.start && next.end >= proved.end)).toBe(true);
        }
      }),
    );
  });
});
