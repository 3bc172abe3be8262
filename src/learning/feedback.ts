// What a caller may say about an answer, and the lessons it becomes.

import { z } from 'zod';
import { RouterError } from '../errors.js';
import type { Exchange, Voice } from './exchanges.js';
import type { Experience } from './experience.js';
import type { Lesson } from './lesson.js';

/** What else a user may show about an answer: the reward it stands for, and how far that is evidence. */
const signals = {
  satisfied: { reward: 1, weight: 0.7 },
  'wrong-answer': { reward: 0, weight: 1 },
  'need-clarification': { reward: 0.3, weight: 0.5 },
  'want-different': { reward: 0.2, weight: 0.5 },
  retry: { reward: 0.2, weight: 0.5 },
} as const;

export type FeedbackSignal = keyof typeof signals;

/** The same words with other separators, as the feedback head and other programs write them: `WRONG_ANSWER`. */
export function feedbackSignal(word: string): FeedbackSignal | undefined {
  const plain = word.toLowerCase().replace(/[\s_]+/g, '-');
  return Object.keys(signals).find((name): name is FeedbackSignal => name === plain);
}

const name = z.string().min(1).max(200);

const feedbackSchema = z.strictObject({
  requestId: z.string().min(1).max(128),
  thumb: z.enum(['up', 'down']).optional(),
  score: z.number().min(0).max(1).optional(),
  signal: z.string().max(40).optional(),
  preferred: name.optional(),
  over: name.optional(),
  tie: z.boolean().optional(),
});

type Feedback = z.infer<typeof feedbackSchema>;

/** Who gives it, and which models there are. */
export interface FeedbackContext {
  readonly tenant: string;
  /** The user that the caller's key stands for; undefined: feedback on any exchange of the tenant is theirs to give. */
  readonly user: string | undefined;
  readonly models: readonly string[];
}

/** The answer of `POST /v1/feedback`. */
export interface FeedbackResult {
  readonly requestId: string;
  /** The model that had answered. */
  readonly model: string;
  readonly category: string;
  readonly learned: 'reward' | 'preference';
}

/**
 * Learns from a body of `POST /v1/feedback`. Throws REQUEST_INVALID naming the field, FEEDBACK_UNKNOWN where the caller has no such
 * exchange (any more), MODEL_UNKNOWN, and FEEDBACK_REPEATED where there was feedback on it before.
 */
export function giveFeedback(body: unknown, experience: Experience, context: FeedbackContext): FeedbackResult {
  const feedback = parse(body);
  const exchange = experience.exchanges.find(context.tenant, feedback.requestId);
  if (exchange === undefined || (context.user !== undefined && exchange.place.user !== context.user))
    throw new RouterError('FEEDBACK_UNKNOWN', { at: 'requestId', received: feedback.requestId });
  const lesson = lessonOf(feedback, exchange, context);
  if (!learn(lesson, exchange, { experience, voice: 'explicit' }))
    throw new RouterError('FEEDBACK_REPEATED', { at: 'requestId', received: exchange.id });
  return { requestId: exchange.id, model: exchange.model, category: exchange.place.category, learned: lesson.kind };
}

/** Learns from what a user did; false where something of the kind was learned of that exchange before. */
export function giveSignal(signal: FeedbackSignal, exchange: Exchange, experience: Experience, confidence = 1): boolean {
  const { reward, weight } = signals[signal];
  const lesson: Lesson = { kind: 'reward', place: exchange.place, model: exchange.model, reward, weight: weight * confidence };
  return learn(lesson, exchange, { experience, voice: 'implicit' });
}

/** False, and nothing learned, where this voice was heard on the exchange before. */
function learn(lesson: Lesson, exchange: Exchange, { experience, voice }: { experience: Experience; voice: Voice }): boolean {
  if (!experience.exchanges.claim(exchange, voice)) return false;
  experience.learn(lesson);
  const { place, model, verdict, propensity, candidates } = exchange;
  const reward = rewardOf(lesson, model);
  if (reward === undefined) return true;
  const { tenant, user, category } = place;
  if (verdict !== undefined) experience.verifiers.tell({ tenant, model, verdict, right: reward, weight: lesson.weight });
  if (propensity !== undefined && voice === 'explicit')
    experience.outcomes.add({ tenant, user, category, candidates: [...candidates], model, propensity, reward });
  return true;
}

/** What a lesson says about one model, if anything. */
function rewardOf(lesson: Lesson, model: string): number | undefined {
  if (lesson.kind === 'reward') return lesson.reward;
  if (lesson.winner !== model && lesson.loser !== model) return undefined;
  if (lesson.tie) return 0.5;
  return lesson.winner === model ? 1 : 0;
}

function lessonOf(feedback: Feedback, exchange: Exchange, context: FeedbackContext): Lesson {
  const { thumb, score, signal, preferred } = feedback;
  const { place, model } = exchange;
  if (preferred !== undefined) return preferenceOf(feedback, preferred, exchange, context);
  if (thumb !== undefined) return { kind: 'reward', place, model, reward: thumb === 'up' ? 1 : 0, weight: 1 };
  if (score !== undefined) return { kind: 'reward', place, model, reward: score, weight: 1 };
  const known = feedbackSignal(signal ?? '');
  if (known === undefined) throw invalid('signal', Object.keys(signals).join(', '), signal ?? 'nothing');
  return { kind: 'reward', place, model, ...signals[known] };
}

function preferenceOf(feedback: Feedback, preferred: string, { place, model }: Exchange, { models }: FeedbackContext): Lesson {
  const { over = model, tie = false } = feedback;
  for (const [at, one] of [
    ['preferred', preferred],
    ['over', over],
  ] as const)
    if (!models.includes(one)) throw new RouterError('MODEL_UNKNOWN', { at, received: one });
  if (over === preferred) throw invalid('over', 'another model than preferred', over);
  return { kind: 'preference', place, winner: preferred, loser: over, tie, weight: 1 };
}

function parse(body: unknown): Feedback {
  const parsed = feedbackSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
    const at = unknown ?? issue?.path.join('.') ?? 'body';
    throw new RouterError('REQUEST_INVALID', { at: at === '' ? 'body' : at, expected: issue?.message });
  }
  const { thumb, score, signal, preferred, over, tie } = parsed.data;
  const said = Object.entries({ thumb, score, signal, preferred }).filter(([, value]) => value !== undefined);
  if (said.length !== 1)
    throw invalid('body', 'one of thumb, score, signal and preferred', said.map(([key]) => key).join(', ') || 'none of them');
  if (preferred === undefined && (over !== undefined || tie !== undefined))
    throw invalid('preferred', 'a model, beside over or tie', 'nothing');
  return parsed.data;
}

function invalid(at: string, expected: string, received: string): RouterError {
  return new RouterError('REQUEST_INVALID', { at, expected, received });
}
