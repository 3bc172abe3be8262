// The select stage: candidates that cannot serve the request drop out, the decision's selector orders the rest.

import { type ChatRequest, hasImages } from '../chat/request.js';
import { RouterError } from '../errors.js';
import type { Capability, Target } from '../providers/target.js';
import type { OpenSelector, Ranked, Rejected } from '../selectors/selector.js';
import { samePin } from '../sessions/store.js';
import { pinOf } from './candidates.js';
import type { Selected, Session, Sessioned } from './exchange.js';
import { type Askable, type QuestionContext, questionOf } from './question.js';
import type { Stage } from './stage.js';

export interface SelectContext extends QuestionContext {
  readonly targets: ReadonlyMap<string, Target>;
  /** The selector of each decision, by decision name. */
  readonly selectors: ReadonlyMap<string, OpenSelector>;
  readonly otherwise: OpenSelector;
}

/** Room kept beyond input and requested output, since input is an estimate. */
const headroom = 1.1;

/** Throws CONTEXT_TOO_LONG or NO_CANDIDATE when the filters leave nobody. */
export function select(context: SelectContext): Stage<Askable & Sessioned, Selected> {
  const { targets, selectors, otherwise, experience } = context;
  return {
    name: 'select',
    run: async (input, next) => {
      const { outgoing, offered, decision, session } = input;
      const rejected: Rejected<Target>[] = [];
      const kept = decision.models.flatMap((name) => {
        const target = targets.get(name);
        if (target === undefined) return [];
        const reason = reasonAgainst(target, outgoing, offered.estimatedTokens);
        if (reason === undefined) return [target];
        rejected.push({ candidate: target, reason });
        return [];
      });
      const selector = selectors.get(decision.decision) ?? otherwise;
      const pinned = pinnedTarget(session, targets);
      const stays = pinned !== undefined && reasonAgainst(pinned, outgoing, offered.estimatedTokens) === undefined;
      if (kept.length === 0 && !stays) throw nobodyLeft(decision.decision, rejected);
      const question = questionOf(input, context);
      const ranked = kept.length === 0 ? [] : selector.rank(kept, { question, experience });
      return next({ candidates: stays ? pinnedFirst(pinned, ranked, session) : ranked, rejected, question });
    },
  };
}

/** The target a conversation is pinned to, as long as it is configured as it was. */
function pinnedTarget(session: Session | undefined, targets: SelectContext['targets']): Target | undefined {
  const target = session?.pin === undefined ? undefined : targets.get(session.pin.model);
  return target !== undefined && samePin(session?.pin, pinOf(target)) ? target : undefined;
}

/** The pinned model before all others, whatever was decided or drawn; alone where nobody else may answer. */
function pinnedFirst(pinned: Target, ranked: readonly Ranked<Target>[], session: Session | undefined): readonly Ranked<Target>[] {
  const known = ranked.find(({ candidate }) => candidate === pinned);
  const first = { candidate: pinned, score: known?.score ?? 1 };
  return session?.held === true ? [first] : [first, ...ranked.filter((entry) => entry !== known)];
}

/** Why a target cannot serve the request; undefined: it can. */
export function reasonAgainst({ model }: Target, request: ChatRequest, estimatedTokens: number): string | undefined {
  const needed = Math.ceil(headroom * (estimatedTokens + (request.maxOutputTokens ?? 0)));
  if (model.contextTokens !== undefined && needed > model.contextTokens) {
    return `context: needs about ${needed} tokens, has ${model.contextTokens}`;
  }
  const lacks = neededCapabilities(request).filter((capability) => model.capabilities?.includes(capability) === false);
  return lacks.length > 0 ? `capability: lacks ${lacks.join(', ')}` : undefined;
}

function neededCapabilities(request: ChatRequest): readonly Capability[] {
  return [
    ...(request.tools.length > 0 ? (['tools'] as const) : []),
    ...(request.structuredOutput ? (['json'] as const) : []),
    ...(hasImages(request) ? (['vision'] as const) : []),
  ];
}

function nobodyLeft(decision: string, rejected: readonly Rejected<Target>[]): RouterError {
  const received = rejected.map(({ candidate, reason }) => `${candidate.model.name} (${reason})`).join('; ');
  const onlySize = rejected.length > 0 && rejected.every(({ reason }) => reason.startsWith('context'));
  return new RouterError(onlySize ? 'CONTEXT_TOO_LONG' : 'NO_CANDIDATE', {
    at: `decision ${decision}`,
    expected: 'a model that can serve the request',
    received,
  });
}
