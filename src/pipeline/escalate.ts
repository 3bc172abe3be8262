// The cascade around dispatch: where the selector reviews answers, the model verifies its own, and a doubtful one is given up for the next model's.

import type { ChatRequest, Message } from '../chat/request.js';
import type { Experience } from '../learning/experience.js';
import type { Target } from '../providers/target.js';
import type { OpenSelector, Ranked, Review } from '../selectors/selector.js';
import type { Metrics } from '../telemetry/metrics.js';
import { costOf } from './cost.js';
import type { Answer, Decided, Degradable, Inbound, Selected, Traced, Validated } from './exchange.js';
import { startProgress } from './progress.js';
import type { Handler } from './stage.js';

export interface EscalateContext {
  readonly selectors: ReadonlyMap<string, OpenSelector>;
  readonly experience: Experience;
  readonly metrics: Metrics;
}

type Needs = Inbound & Traced & Validated & Decided & Selected & Degradable;
type Whole = Extract<Answer, { kind: 'reply' }>;

/** In the spirit of the verification prompt of arXiv 2310.12963, appendix A, for any task: one word, so that it costs little. */
const verification = 'Is your answer above correct, and does it do what was asked? Reply with one word, yes or no.';
const verdictTokens = 16;

/**
 * Calls like `call`, and again with the rest of the candidates while the review says so. Where asking further fails, the answer that is
 * there is given. Streams, answers under pressure, and whatever a selector does not review, pass through untouched.
 */
export function escalate(call: Handler<Needs>, context: EscalateContext): Handler<Needs> {
  return async (input) => {
    const review = context.selectors.get(input.decision.decision)?.review;
    const reviewed = review !== undefined && review.samples > 0 && input.question.reviewable;
    if (!reviewed || input.degradation.pressed !== undefined) return call(input);
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
  let rest = after(input.degradation.chain, first.target);
  for (let step = 0; step < review.maxEscalations && rest.length > 0; step += 1) {
    const verdict = await verdictOn(answer, input, context);
    if (verdict === undefined) return answer;
    answer = { ...answer, facts: { ...answer.facts, question: { ...input.question, verdict } } };
    const selection = { question: input.question, experience };
    const others = rest.map(({ candidate }) => candidate);
    if (!review.escalates(answer.target, others, verdict, selection)) return answer;
    const next = await call(among(rest, input)).catch(() => undefined);
    if (next?.kind !== 'reply') return answer;
    count(answer, input, metrics);
    const { candidates, degradation } = input;
    const trigger = answer.trigger ?? next.trigger;
    answer = { ...next, facts: { ...next.facts, candidates, degradation }, attempts: answer.attempts + next.attempts, trigger };
    rest = after(rest, next.target);
  }
  return answer;
}

/** Nobody where the target is not of the chain: whoever stands behind it is not given up for those that failed. */
function after(chain: readonly Ranked<Target>[], target: Target): readonly Ranked<Target>[] {
  const index = chain.findIndex(({ candidate }) => candidate === target);
  return index === -1 ? [] : chain.slice(index + 1);
}

/** The same request to these alone, without the reserve behind them. */
function among(candidates: readonly Ranked<Target>[], input: Needs): Needs {
  return { ...input, candidates, degradation: { ...input.degradation, chain: candidates, reserve: [] } };
}

/** The share of yes among the samples that say yes or no; undefined where none does. */
async function verdictOn(answer: Whole, input: Needs, { call, review, metrics }: Climb): Promise<number | undefined> {
  const startedAtMs = performance.now();
  const outgoing = verifying(input.outgoing, answer);
  const only = among([{ candidate: answer.target, score: 1 }], input);
  const samples = Array.from({ length: review.samples }, () => call({ ...only, outgoing, progress: startProgress() }));
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
