// A request in the words of selectors and learning: who asks, about what, and whose prompt cache holds the conversation.

import { createHash } from 'node:crypto';
import { messageText } from '../chat/prompt.js';
import type { ChatRequest } from '../chat/request.js';
import type { Experience } from '../learning/experience.js';
import type { Place } from '../learning/lesson.js';
import type { LearningOptions } from '../learning/options.js';
import type { SignalMatch } from '../signals/signal.js';
import type { Asked, Decided, Identified, Prescanned, Signalled, Tooled, Traced, Validated } from './exchange.js';

export interface QuestionContext {
  readonly experience: Experience;
  readonly learning: Pick<LearningOptions, 'promptCacheSeconds'>;
  /** Milliseconds since the epoch; replaced in tests. */
  readonly now: () => number;
}

export type Askable = Traced & Identified & Validated & Prescanned & Signalled & Decided & Tooled;

/** Characters that a conversation, and a turn, are known again by. */
const tellingCharacters = 2000;
const longestUser = 128;

export function questionOf(input: Askable, { experience, learning, now }: QuestionContext): Asked {
  const { trace, request, outgoing, offered, prompt, prescan } = input;
  const place = placeOf(input);
  const conversation = conversationOf(request, place, prompt.system);
  const known = experience.exchanges.conversation(conversation);
  const warm = known !== undefined && now() - known.atMs < learning.promptCacheSeconds * 1000;
  return {
    requestId: trace.id,
    place,
    agenticScore: prescan?.agenticTask?.score ?? (prescan?.agentic === true ? 1 : 0),
    inputTokens: offered.estimatedTokens,
    maxOutputTokens: request.maxOutputTokens,
    reviewable: !request.stream && outgoing.tools.length === 0,
    warm: warm ? { model: known.model, tokens: known.tokens } : undefined,
    conversation,
    turn: hash(prompt.user.slice(0, tellingCharacters)),
  };
}

/** The user of the key, or else the one that the client names: who has a key may speak for any user of its tenant. */
function placeOf({ caller, request, signals, decision }: Askable): Place {
  const named = request.fields.user;
  const user = caller.user ?? (typeof named === 'string' ? named.slice(0, longestUser) : '');
  return { tenant: caller.tenant, user, category: categoryOf(signals) ?? decision.decision };
}

/** The domain that is surest, where the domain signal is in use. */
function categoryOf(signals: readonly SignalMatch[]): string | undefined {
  let best: SignalMatch | undefined;
  for (const match of signals) if (match.signal === 'domain' && match.confidence > (best?.confidence ?? 0)) best = match;
  return best?.value;
}

function conversationOf({ messages }: ChatRequest, { tenant, user }: Place, system: string): string {
  const first = messages.find(({ role }) => role === 'user');
  const text = first === undefined ? '' : messageText(first).slice(0, tellingCharacters);
  return hash(JSON.stringify([tenant, user, system.slice(0, tellingCharacters), text]));
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 22);
}
