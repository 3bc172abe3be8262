// The last response stage: one count and one log line for each exchange, answered or failed.

import type { Log, RequestLine } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';
import { costOf } from './cost.js';
import type { Facts } from './exchange.js';
import type { Progress } from './progress.js';
import type { Ending, ResponseStage } from './response-stage.js';

export interface RecordContext {
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The exchange is over, and told of. */
export function record(context: RecordContext): ResponseStage {
  return {
    name: 'record',
    open: ({ facts, target, attempts }) => ({
      complete: (ending: Ending) => {
        const { error, reply } = ending;
        finish(context, facts, facts.progress, {
          status: ending.status === 'aborted' ? 499 : (error?.status ?? 200),
          model: target.model.name,
          attempts,
          error: error?.code,
          ended: ending.status,
          inputTokens: reply.usage?.inputTokens,
          outputTokens: reply.usage?.outputTokens,
          usd: costOf(target.model.price, reply.usage),
        });
      },
    }),
  };
}

type Told = Pick<RequestLine, 'status' | 'ended' | 'attempts' | 'error' | 'inputTokens' | 'outputTokens' | 'usd'> & {
  readonly model: string;
};

/** Counts and logs one exchange, whether it was answered or failed. */
export function finish({ metrics, log }: RecordContext, facts: Facts | undefined, progress: Progress, told: Told): void {
  const { trace, caller, decision, request } = facts ?? {};
  const durationMs = performance.now() - progress.startedAtMs;
  metrics.requestDone(decision?.decision ?? 'none', told.model, told.status, durationMs / 1000);
  log.request({
    id: trace?.id ?? '',
    ...told,
    tenant: caller?.tenant,
    decision: decision?.decision,
    by: decision?.by,
    reason: decision?.reason,
    tier: decision?.tier,
    confidence: decision?.confidence,
    stream: request?.stream ?? false,
    durationMs,
    timingsMs: progress.timingsMs,
  });
}
