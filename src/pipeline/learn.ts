// Response stage: what an answered request teaches. Times and cost of the model, what feedback may refer to, and what the user shows by asking.

import { messageText } from '../chat/prompt.js';
import type { ChatRequest } from '../chat/request.js';
import type { Experience } from '../learning/experience.js';
import { type FeedbackSignal, feedbackSignal, giveSignal } from '../learning/feedback.js';
import type { LearningOptions } from '../learning/options.js';
import { similarity, trigramsOf } from '../signals/similarity.js';
import { costOf } from './cost.js';
import type { Asked, Facts } from './exchange.js';
import { perTokenMs } from './latency.js';
import type { AnswerHead, Ending, ResponseStage } from './response-stage.js';

export interface LearnContext {
  readonly experience: Experience;
  readonly learning: Pick<LearningOptions, 'enabled' | 'implicit'>;
  /** Something was learned. */
  readonly touch: () => void;
  /** Milliseconds since the epoch; replaced in tests. */
  readonly now: () => number;
}

/** From here on two turns are the same question again; see docs/signals.md on `reask`. */
const sameQuestion = 0.8;
/** Characters of a turn that are compared. */
const comparedCharacters = 1000;

export function learn(context: LearnContext): ResponseStage {
  return {
    name: 'learn',
    open: (head) => {
      const { question, caller } = head.facts;
      if (!context.learning.enabled || question === undefined || caller?.anonymous !== false) return {};
      if (context.learning.implicit) learnImplicitly(head.facts, question, context);
      return { complete: (ending) => remember(head, question, ending, context) };
    },
  };
}

function remember({ facts, target, attempts, stream }: AnswerHead, question: Asked, ending: Ending, context: LearnContext): void {
  if (ending.status !== 'complete') return;
  const { experience, touch, now } = context;
  const { name, price } = target.model;
  const { usage } = ending.reply;
  const ownMs = [...facts.progress.timingsMs].reduce((sum, [stage, tookMs]) => (stage === 'upstream' ? sum : sum + tookMs), 0);
  experience.traffic.observe(name, {
    // With several attempts the wait is not this model's alone.
    ttftMs: stream && attempts === 1 && ending.firstContentMs !== undefined ? Math.max(0, ending.firstContentMs - ownMs) : undefined,
    tpotMs: perTokenMs(ending, stream),
    totalMs: ending.endMs,
    outputTokens: usage?.outputTokens,
    usd: costOf(price, usage),
  });
  const [first] = facts.candidates ?? [];
  experience.exchanges.add({
    id: question.requestId,
    place: question.place,
    model: name,
    candidates: (facts.candidates ?? []).map(({ candidate }) => candidate.model.name),
    propensity: first?.candidate === target ? first.propensity : undefined,
    verdict: question.verdict,
  });
  const tokens = usage === undefined ? question.inputTokens : usage.inputTokens + usage.outputTokens;
  experience.exchanges.setConversation(question.conversation, {
    lastId: question.requestId,
    model: name,
    tokens,
    atMs: now(),
    turn: question.turn,
  });
  touch();
}

/** What this request says about the answer before it, in the same conversation. */
function learnImplicitly({ request, signals }: Facts, question: Asked, { experience, touch }: LearnContext): void {
  const before = experience.exchanges.conversation(question.conversation);
  const exchange = before === undefined ? undefined : experience.exchanges.find(question.place.tenant, before.lastId);
  if (before === undefined || exchange === undefined) return;
  const said = (signals ?? []).flatMap(({ signal, value, confidence }) => {
    const known = signal === 'feedback' ? feedbackSignal(value) : undefined;
    return known === undefined ? [] : [{ signal: known, confidence }];
  });
  const [surest] = said.toSorted((one, other) => other.confidence - one.confidence);
  const shown: { readonly signal: FeedbackSignal; readonly confidence: number } | undefined =
    surest ?? (before.turn === question.turn || asksAgain(request) ? { signal: 'retry', confidence: 1 } : undefined);
  if (shown !== undefined && giveSignal(shown.signal, exchange, experience, shown.confidence)) touch();
}

/** The last user turn is the one before it in nearly the same words. */
function asksAgain(request: ChatRequest | undefined): boolean {
  const [last, previous] = (request?.messages ?? []).filter(({ role }) => role === 'user').toReversed();
  if (last === undefined || previous === undefined) return false;
  const [one, other] = [last, previous].map((message) => messageText(message).slice(0, comparedCharacters));
  if (one === undefined || other === undefined || Math.min(one.length, other.length) * 2 < Math.max(one.length, other.length)) return false;
  return similarity(trigramsOf(one), trigramsOf(other)) >= sameQuestion;
}
