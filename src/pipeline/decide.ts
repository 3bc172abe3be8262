// The decide stage: the decision that serves this request, and in shadow the one that would have.

import type { Decider } from '../decisions/decider.js';
import type { Outcome } from '../decisions/outcome.js';
import type { Metrics } from '../telemetry/metrics.js';
import type { Decided, Inbound, Moded, Prescanned, Signalled } from './exchange.js';
import type { Stage } from './stage.js';

export interface DecideContext {
  readonly decider: Decider;
  readonly metrics: Metrics;
}

type Needs = Inbound & Moded & Prescanned & Signalled;

export function decide({ decider, metrics }: DecideContext): Stage<Needs, Decided> {
  return {
    name: 'decide',
    run: async (input, next) => {
      const { routing, explain } = input;
      const computed = routing.compute ? await compute(decider, input) : undefined;
      const decision = serving(decider, input, computed);
      if (computed !== undefined && !explain) {
        const route = routing.serve === 'decision' ? 'enforce' : 'shadow';
        const { rationale, winner } = computed;
        metrics.routeDecision({ route, target: computed.models[0] ?? '', rationale, winner, transport: 'http' });
      }
      return next({ decision });
    },
  };
}

function compute(decider: Decider, { prompt, signals, prescan, jump, explain, signal }: Needs): Promise<Outcome> | Outcome {
  return decider.decide({ text: prompt.user, matches: signals, prescan, jump, explain, signal });
}

function serving(decider: Decider, { routing, prescan }: Needs, computed: Outcome | undefined): Outcome {
  if (routing.serve === 'decision' && computed !== undefined) return computed;
  if (routing.serve === 'default') return decider.defaultOutcome();
  const model = routing.model ?? '';
  return {
    decision: 'direct',
    models: [model],
    confidence: 1,
    tier: prescan?.tier,
    by: 'direct',
    reason: 'The request names its model.',
    rationale: 'direct',
    winner: '',
  };
}
