// Jumping: which prescan leads straight to which decision.

import { expect, test } from 'vitest';
import type { Tier } from '../native/index.js';
import { type JumpOptions, jumpTarget } from './jump.js';

const tiers = { SIMPLE: 'general', REASONING: 'hard' };
const withAgentic = { ...tiers, AGENTIC: 'tools' };

interface Row {
  readonly name: string;
  readonly tier?: Tier;
  readonly confidence?: number;
  readonly ambiguous?: boolean;
  readonly agentic?: boolean;
  readonly options?: Partial<JumpOptions>;
  readonly expected: string | undefined;
}

const rows: readonly Row[] = [
  { name: 'a sure tier', expected: 'general' },
  { name: 'another sure tier', tier: 'REASONING', expected: 'hard' },
  { name: 'a tier that leads nowhere', tier: 'MEDIUM', expected: undefined },
  { name: 'exactly the threshold', confidence: 0.7, expected: 'general' },
  { name: 'under the threshold', confidence: 0.699, expected: undefined },
  { name: 'ambiguous, however sure', ambiguous: true, confidence: 1, expected: undefined },
  { name: 'switched off', options: { enabled: false }, expected: undefined },
  { name: 'switched off, agentic', agentic: true, options: { enabled: false, tiers: withAgentic }, expected: undefined },
  { name: 'agentic comes first', agentic: true, options: { tiers: withAgentic }, expected: 'tools' },
  {
    name: 'agentic comes first also where the tier is not sure',
    agentic: true,
    confidence: 0.1,
    ambiguous: true,
    options: { tiers: withAgentic },
    expected: 'tools',
  },
  { name: 'agentic without a decision for it takes its tier', agentic: true, expected: 'general' },
  { name: 'not agentic', options: { tiers: withAgentic }, expected: 'general' },
  { name: 'no tiers', options: { tiers: {} }, expected: undefined },
];

test.each(rows)('$name', ({ tier = 'SIMPLE', confidence = 0.9, ambiguous = false, agentic = false, options, expected }) => {
  expect(jumpTarget({ tier, confidence, ambiguous, agentic }, { enabled: true, threshold: 0.7, tiers, ...options })).toBe(expected);
});
