// Candidates and the health of their endpoints: who may be called now, and what each call tells.

import { RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { Ranked } from '../selectors/selector.js';
import type { Pin } from '../sessions/store.js';
import type { Health } from '../transport/health.js';
import { mayFallBack } from './attempt.js';

/** The longest pause that an upstream can ask for, so that one odd header does not shut a model out for a day. */
const longestPauseSeconds = 60;

export const endpointOf = ({ model, provider }: Target): string => `${provider.name}/${model.upstreamModel ?? model.name}`;

/** What an answer of `target` pins a conversation to. */
export function pinOf(target: Target): Pin {
  return { model: target.model.name, endpoint: endpointOf(target), provider: target.provider.name };
}

const quotaOf = (target: Target): string => target.model.quotaGroup ?? endpointOf(target);

/** False while its breaker is open or a pause was asked for. Asking may use up the one probe of a half-open breaker. */
export function callable(target: Target, health: Health): boolean {
  const standing = health.standing(endpointOf(target), quotaOf(target));
  return standing === 'closed' || standing === 'half-open';
}

/** True while its quota is at a limit. */
export function isCooling(target: Target, health: Health): boolean {
  return health.coolingSeconds(quotaOf(target)) > 0;
}

/** Why nobody could be called: 429 with the time left where somebody is at a limit, otherwise 503. */
export function nobodyCallable(candidates: readonly Ranked<Target>[], health: Health): RouterError {
  const limits = candidates.map(({ candidate }) => health.coolingSeconds(quotaOf(candidate))).filter((seconds) => seconds > 0);
  if (limits.length > 0) return new RouterError('UPSTREAM_RATE_LIMITED', { retryAfterSeconds: Math.min(...limits) });
  const rests = candidates.map(({ candidate }) => health.restingSeconds(endpointOf(candidate))).filter((seconds) => seconds > 0);
  return new RouterError('UPSTREAM_UNREACHABLE', {
    status: 503,
    expected: 'an endpoint that is up',
    received: 'only endpoints that kept failing or asked for a pause',
    ...(rests.length > 0 && { retryAfterSeconds: Math.min(...rests) }),
  });
}

/** What a failure says about an endpoint. */
export function tell(health: Health, target: Target, failure: RouterError): void {
  const endpoint = endpointOf(target);
  const pauseSeconds = Math.min(failure.retryAfterSeconds ?? 0, longestPauseSeconds);
  if (failure.code === 'UPSTREAM_RATE_LIMITED') {
    health.coolDown(quotaOf(target), pauseSeconds);
    health.abandoned(endpoint);
  } else if (mayFallBack(failure)) {
    health.failed(endpoint);
    health.rest(endpoint, pauseSeconds);
  } else if (failure.code === 'UPSTREAM_REJECTED') health.succeeded(endpoint);
  else health.abandoned(endpoint);
}
