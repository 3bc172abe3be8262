// The fast-path jump: the decision that a confident tier leads to without the full path.

import type { Prescan, Tier } from '../native/index.js';

export interface JumpOptions {
  readonly enabled: boolean;
  /** A tier at least this confident decides, 0..1. */
  readonly threshold: number;
  /** Names of decisions. */
  readonly tiers: Readonly<Partial<Record<Tier | 'AGENTIC', string | undefined>>>;
}

/**
 * The name of the decision, undefined for the full path. That a request brings tools is a fact and not an estimate:
 * where AGENTIC leads anywhere, it comes first however sure the tier is.
 */
export function jumpTarget(
  { tier, confidence, ambiguous, agentic }: Pick<Prescan, 'tier' | 'confidence' | 'ambiguous' | 'agentic'>,
  { enabled, threshold, tiers }: JumpOptions,
): string | undefined {
  if (!enabled) return undefined;
  if (agentic && tiers.AGENTIC !== undefined) return tiers.AGENTIC;
  const settled = !ambiguous && confidence >= threshold;
  return settled ? tiers[tier] : undefined;
}
