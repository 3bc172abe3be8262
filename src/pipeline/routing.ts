// The routing stage: what the mode header, the model name and the configuration say about whether to route at all.

import { planRouting, type RoutingOptions } from '../decisions/modes.js';
import type { Inbound, Moded, Validated } from './exchange.js';
import type { Stage } from './stage.js';

export interface RoutingContext {
  readonly options: RoutingOptions;
  readonly models: readonly string[];
}

/** Throws ROUTING_MODE_UNKNOWN, MODEL_ALIAS_WITHOUT_ROUTING or MODEL_UNKNOWN. */
export function routing({ options, models }: RoutingContext): Stage<Inbound & Validated, Moded> {
  const known = new Set(models);
  return {
    name: 'routing',
    run: async ({ headers, request }, next) =>
      next({
        routing: planRouting({ headers, model: request.model, options, isKnownModel: (name) => known.has(name), knownModels: models }),
      }),
  };
}
