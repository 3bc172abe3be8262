// Response stage R2: time to the first token, and time for each token after it.

import type { Metrics } from '../telemetry/metrics.js';
import type { ResponseStage } from './response-stage.js';

export function latency(metrics: Metrics): ResponseStage {
  return {
    name: 'latency',
    open: ({ stream }) => ({
      complete: ({ firstContentMs, endMs, reply }) => {
        if (firstContentMs === undefined) return;
        metrics.firstToken(firstContentMs / 1000);
        const following = (reply.usage?.outputTokens ?? 0) - 1;
        if (stream && following > 0) metrics.perOutputToken((endMs - firstContentMs) / 1000 / following);
      },
    }),
  };
}
