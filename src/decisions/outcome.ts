// What deciding yields: the decision, the models it may use, how sure it is and why.

import type { Tier } from '../native/index.js';
import type { RuleTrace } from './rules.js';

/** Which part of the engine decided. */
export type DecidedBy = 'fast-path' | 'rules' | 'domain' | 'classifier' | 'default' | 'direct';

export interface Outcome {
  /** The decision's name; `direct` for an explicit model. */
  readonly decision: string;
  /** Names of the candidate models, in configured order, never empty. */
  readonly models: readonly string[];
  /** 0..1 */
  readonly confidence: number;
  readonly tier: Tier | undefined;
  readonly by: DecidedBy;
  /** One sentence for people. */
  readonly reason: string;
  /** A short word from a closed set, safe as a metric label: `reasoning`, `general`, `abstain_low_confidence`, `fast_path`, `rules`, `default`, … */
  readonly rationale: string;
  /** The label or tier that won; '' when nothing did. */
  readonly winner: string;
  /** Every configured decision's rule tree and its truth; only where the caller asked to have it explained. */
  readonly rules?: readonly DecisionTrace[];
}

export interface DecisionTrace {
  readonly decision: string;
  readonly matched: boolean;
  readonly confidence: number;
  readonly rules: RuleTrace;
}
