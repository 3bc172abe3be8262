// The cascade around dispatch: where the selector reviews answers, the model verifies its own, and a doubtful one is given up for the next model's.

import type { ChatRequest, Message } from '../chat/request.js';
import type { Experience } from '../learning/experience.js';
import type { Target } from '../providers/target.js';
import type { OpenSelector, Ranked, Review } from '../selectors/selector.js';
import type { Metrics } from '../telemetry/metrics.js';
import { costOf } from './cost.js';
import type { Answer, Decided, Inbound, Selected, Traced, Validated } from './exchange.js';
import { startProgress } from './progress.js';
import type { Handler } from './stage.js';

export interface EscalateContext {
  readonly selectors: ReadonlyMap<string, OpenSelector>;
  readonly experience: Experience;
  readonly metrics: Metrics;
}

type Needs = Inbound & Traced & Validated & Decided & Selected;
type Whole = Extract<Answer, { kind: 'reply' }>;

/** In the spirit of the verification prompt of arXiv 2310.12963, appendix A, for any task: one word, so that it costs little. */
const verification = 'Is your answer above correct, and does it do what was asked? Reply with one word, yes or no.';
const verdictTokens = 16;

/**
 * Calls like `call`, and again with the rest of the candidates while the review says so. Where asking further fails, the answer that is
 * there is given. Streams, and whatever a selector does not review, pass through untouched.
 */
export function escalate(call: Handler<Needs>, context: EscalateContext): Handler<Needs> {
  return async (input) => {
    const review = context.selectors.get(input.decision.decision)?.review;
    if (review === undefined || review.samples === 0 || !input.question.reviewable) return call(input);
    const answer = await call(input);
    return answer.kind === 'reply' ? climb(answer, input, { ...context, call, review }) : answer;
  };
}

interface Climb extends EscalateContext {
  readonly call: Handler<Needs>;
  readonly review: Review;
}

async function climb(first: Whole, input: Needs, context: Climb): Promise<Answer> {
  const { review, experience, call, metrics } = context;
  let answer = first;
  let rest = after(input.candidates, first.target);
  for (let step = 0; step < review.maxEscalations && rest.length > 0; step += 1) {
    const verdict = await verdictOn(answer, input, context);
    if (verdict === undefined) return answer;
    answer = { ...answer, facts: { ...answer.facts, question: { ...input.question, verdict } } };
    const selection = { question: input.question, experience };
    const others = rest.map(({ candidate }) => candidate);
    if (!review.escalates(answer.target, others, verdict, selection)) return answer;
    const next = await call({ ...input, candidates: rest }).catch(() => undefined);
    if (next?.kind !== 'reply') return answer;
    count(answer, input, metrics);
    answer = { ...next, facts: { ...next.facts, candidates: input.candidates }, attempts: answer.attempts + next.attempts };
    rest = after(rest, next.target);
  }
  return answer;
}

function after(candidates: readonly Ranked<Target>[], target: Target): readonly Ranked<Target>[] {
  return candidates.slice(candidates.findIndex(({ candidate }) => candidate === target) + 1);
}

/** The share of yes among the samples that say yes or no; undefined where none does. */
async function verdictOn(answer: Whole, input: Needs, { call, review, metrics }: Climb): Promise<number | undefined> {
  const startedAtMs = performance.now();
  const outgoing = verifying(input.outgoing, answer);
  const only = input.candidates.filter(({ candidate }) => candidate === answer.target);
  const samples = Array.from({ length: review.samples }, () => call({ ...input, outgoing, candidates: only, progress: startProgress() }));
  const settled = await Promise.allSettled(samples);
  input.progress.note('upstream', performance.now() - startedAtMs);
  const votes = settled.flatMap((one) => {
    if (one.status === 'rejected' || one.value.kind !== 'reply') return [];
    count(one.value, input, metrics);
    return voteOf(one.value.reply.choices[0]?.text ?? '');
  });
  return votes.length === 0 ? undefined : votes.reduce((sum, vote) => sum + vote, 0) / votes.length;
}

/** What a call cost that the client sees nothing of. */
function count({ target, reply }: Whole, { decision }: Needs, metrics: Metrics): void {
  const usd = costOf(target.model.price, reply.usage);
  if (usd !== undefined) metrics.cost(target.model.name, decision.decision, usd);
}

function voteOf(text: string): readonly number[] {
  const word = /^\W*(yes|no)\b/i.exec(text)?.[1]?.toLowerCase();
  return word === undefined ? [] : [word === 'yes' ? 1 : 0];
}

function verifying(asked: ChatRequest, { reply }: Whole): ChatRequest {
  const say = (role: Message['role'], text: string): Message => ({ role, parts: [{ type: 'text', text }], toolCalls: [] });
  return {
    model: asked.model,
    messages: [...asked.messages, say('assistant', reply.choices[0]?.text ?? ''), say('user', verification)],
    tools: [],
    stream: false,
    streamUsage: false,
    maxOutputTokens: verdictTokens,
    structuredOutput: false,
    fields: { temperature: 0.7, max_tokens: verdictTokens },
  };
}
