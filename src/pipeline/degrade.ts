// The degrade stage: the chain of models that dispatch will walk, what stands behind it, and what makes an answer a degraded one.

import type { RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { Ranked } from '../selectors/selector.js';
import type { Decided, Degradable, Inbound, Selected, Sessioned, Tooled, Validated } from './exchange.js';
import type { DecisionPlugins, DegradationPolicy, Trigger } from './plugins.js';
import { reasonAgainst } from './select.js';
import type { Stage } from './stage.js';

/** A limit that the caller has passed: the request is degraded where its decision's policy says so, and refused otherwise. */
export interface Pressure {
  readonly trigger: 'rate_limit' | 'budget_exceeded';
  readonly refusal: RouterError;
}

type Needs = Inbound & Validated & Decided & Tooled & Sessioned & Selected;

export interface DegradeContext {
  readonly targets: ReadonlyMap<string, Target>;
  readonly plugins: (decision: string) => DecisionPlugins;
  /** Asked once a request: the place of limiters and budgets. Absent: nobody is under pressure. */
  readonly pressure?: (facts: Needs) => Pressure | undefined;
}

/** Throws the refusal of a pressure that the policy does not take up. */
export function degrade({ targets, plugins, pressure }: DegradeContext): Stage<Needs, Degradable> {
  return {
    name: 'degrade',
    run: async (input, next) => {
      const { candidates, session } = input;
      const policy = plugins(input.decision.decision).degradationPolicy;
      const original = candidates[0]?.candidate.model.name ?? 'none';
      const reserve = policy === undefined || session?.held === true ? [] : reserveOf(policy, targets, input);
      const pressed = pressure?.(input);
      if (pressed === undefined) return next({ degradation: { policy, original, chain: candidates, reserve, pressed: undefined } });
      const chain = policy?.triggers.includes(pressed.trigger) ? chainUnder(pressed.trigger, candidates, reserve) : [];
      if (chain.length === 0) throw pressed.refusal;
      const unchanged = chain[0]?.candidate.model.name === original;
      return next({ degradation: { policy, original, chain, reserve: [], pressed: unchanged ? undefined : pressed.trigger } });
    },
  };
}

/** The pool's models that can serve the request and are no candidates anyway. */
function reserveOf({ pool }: DegradationPolicy, targets: DegradeContext['targets'], input: Needs): readonly Ranked<Target>[] {
  const { candidates, outgoing, offered } = input;
  return pool.flatMap((name) => {
    const target = targets.get(name);
    const known = target === undefined || candidates.some(({ candidate }) => candidate.model.name === name);
    return known || reasonAgainst(target, outgoing, offered.estimatedTokens) !== undefined ? [] : [{ candidate: target, score: 0 }];
  });
}

/** Over a rate limit the pool serves; over a budget whoever is cheapest does. */
function chainUnder(trigger: Pressure['trigger'], candidates: readonly Ranked<Target>[], reserve: readonly Ranked<Target>[]) {
  if (trigger === 'rate_limit') return reserve;
  return [...candidates, ...reserve].toSorted((one, other) => priceOf(one) - priceOf(other));
}

/** Of as many tokens in as out; unknown prices last. */
function priceOf({ candidate: { model } }: Ranked<Target>): number {
  return model.price === undefined ? Number.MAX_VALUE : model.price.input + model.price.output;
}

/** What the answer of a place in the chain counts as; undefined: nothing was degraded. */
export function triggerOf(
  { policy, pressed }: Degradable['degradation'],
  place: { readonly inReserve: boolean; readonly first: boolean; readonly limited: boolean },
): Trigger | undefined {
  if (policy === undefined) return undefined;
  if (pressed !== undefined) return pressed;
  if (place.first) return undefined;
  const cause = place.limited ? 'rate_limit' : 'provider_error';
  const named = [...(place.inReserve && cause !== 'rate_limit' ? (['all_exhausted'] as const) : []), cause] as const;
  return named.find((trigger) => policy.triggers.includes(trigger));
}

/** Whether the reserve may be called after a chain that failed for this cause. */
export function mayUseReserve({ policy }: Degradable['degradation'], limited: boolean): boolean {
  const wanted: readonly Trigger[] = ['all_exhausted', limited ? 'rate_limit' : 'provider_error'];
  return policy !== undefined && wanted.some((trigger) => policy.triggers.includes(trigger));
}
