// The prescan stage: one crossing into Rust that scores the prompt, matches all keyword rules and estimates tokens.

import { promptText } from '../chat/prompt.js';
import { jumpTarget } from '../decisions/jump.js';
import type { Prescanner } from '../native/index.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Inbound, Moded, Prescanned, Validated } from './exchange.js';
import type { FastPathOptions } from './options.js';
import type { Stage } from './stage.js';

export interface PrescanContext {
  readonly prescanner: Prescanner;
  readonly fastPath: FastPathOptions;
  readonly metrics: Metrics;
}

/** Does nothing where nothing is to be routed. */
export function prescan({ prescanner, fastPath, metrics }: PrescanContext): Stage<Inbound & Validated & Moded, Prescanned> {
  return {
    name: 'prescan',
    run: async ({ request, routing, explain }, next) => {
      const prompt = promptText(request);
      if (!routing.compute) return next({ prompt, prescan: undefined, jump: undefined });
      const toolNames = request.tools.map(({ name }) => name);
      const scan = prescanner.scan({ user: prompt.user, system: prompt.system, toolCount: toolNames.length, toolNames });
      const jump = jumpTarget(scan, fastPath);
      if (fastPath.enabled && !explain) metrics.fastPath(scan.tier, scan.confidence, jump !== undefined);
      return next({ prompt, prescan: scan, jump });
    },
  };
}
