// Response stage R6: what the answer cost at list price, and what it saved against the baseline model.

import type { Usage } from '../chat/reply.js';
import type { ModelOptions } from '../providers/target.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Savings } from '../telemetry/savings.js';
import type { ResponseStage } from './response-stage.js';

export interface CostContext {
  readonly metrics: Metrics;
  readonly savings: Savings;
  /** The model whose price savings are counted against; undefined: none is named. */
  readonly baseline: ModelOptions | undefined;
}

/** USD of one answer; undefined where the price or the token counts are unknown. */
export function costOf(price: ModelOptions['price'], usage: Usage | undefined): number | undefined {
  if (price === undefined || usage === undefined) return undefined;
  return (usage.inputTokens * price.input + usage.outputTokens * price.output) / 1_000_000;
}

export function cost({ metrics, savings, baseline }: CostContext): ResponseStage {
  return {
    name: 'cost',
    open: ({ target, facts }) => ({
      complete: ({ reply }) => {
        const usd = costOf(target.model.price, reply.usage);
        if (usd === undefined) return;
        metrics.cost(target.model.name, facts.decision?.decision ?? 'none', usd);
        const instead = costOf(baseline?.price, reply.usage);
        if (baseline === undefined || instead === undefined) return;
        savings.add({ spentUsd: usd, baselineUsd: instead });
        metrics.savings(baseline.name, instead - usd);
      },
    }),
  };
}
