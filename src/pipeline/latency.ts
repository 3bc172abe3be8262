// Response stage R2: time to the first token, and time for each token after it.

import type { Metrics } from '../telemetry/metrics.js';
import type { Ending, ResponseStage } from './response-stage.js';

/** Milliseconds for each token after the first; undefined where the answer was no stream or its tokens are not known. */
export function perTokenMs({ firstContentMs, endMs, reply }: Ending, stream: boolean): number | undefined {
  const following = (reply.usage?.outputTokens ?? 0) - 1;
  return stream && following > 0 && firstContentMs !== undefined ? (endMs - firstContentMs) / following : undefined;
}

export function latency(metrics: Metrics): ResponseStage {
  return {
    name: 'latency',
    open: ({ stream }) => ({
      complete: (ending) => {
        if (ending.firstContentMs !== undefined) metrics.firstToken(ending.firstContentMs / 1000);
        const each = perTokenMs(ending, stream);
        if (each !== undefined) metrics.perOutputToken(each / 1000);
      },
    }),
  };
}
