// The select stage: candidates that cannot serve the request drop out, the decision's selector orders the rest.

import type { PromptText } from '../chat/prompt.js';
import { type ChatRequest, hasImages } from '../chat/request.js';
import { RouterError } from '../errors.js';
import type { Capability, Target } from '../providers/target.js';
import type { OpenSelector, Rejected } from '../selectors/selector.js';
import type { Selected } from './exchange.js';
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
export function select(context: SelectContext): Stage<Askable, Selected> {
  const { targets, selectors, otherwise, experience } = context;
  return {
    name: 'select',
    run: async (input, next) => {
      const { request, prompt, decision } = input;
      const rejected: Rejected<Target>[] = [];
      const kept = decision.models.flatMap((name) => {
        const target = targets.get(name);
        if (target === undefined) return [];
        const reason = reasonAgainst(target, request, prompt);
        if (reason === undefined) return [target];
        rejected.push({ candidate: target, reason });
        return [];
      });
      const selector = selectors.get(decision.decision) ?? otherwise;
      if (kept.length === 0) throw nobodyLeft(decision.decision, rejected);
      const question = questionOf(input, context);
      return next({ candidates: selector.rank(kept, { question, experience }), rejected, question });
    },
  };
}

function reasonAgainst({ model }: Target, request: ChatRequest, prompt: PromptText): string | undefined {
  const needed = Math.ceil(headroom * (prompt.estimatedTokens + (request.maxOutputTokens ?? 0)));
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
