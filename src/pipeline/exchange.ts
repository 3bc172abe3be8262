// The facts that accumulate while a request is handled, and the answer that flows back.

import type { PromptText } from '../chat/prompt.js';
import type { Frame, Reply } from '../chat/reply.js';
import type { ChatRequest, JsonObject } from '../chat/request.js';
import type { RoutingPlan } from '../decisions/modes.js';
import type { Outcome } from '../decisions/outcome.js';
import type { Prescan } from '../native/index.js';
import type { Protocol } from '../protocols/protocol.js';
import type { Target } from '../providers/target.js';
import type { Question, Ranked, Rejected } from '../selectors/selector.js';
import type { SignalMatch } from '../signals/signal.js';
import type { Progress } from './progress.js';
import type { RouteResult } from './report.js';
import type { ResponseWatch } from './response-stage.js';

/** Request headers, names in lower case. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request's body: as bytes, as text, or as JSON that was parsed already. */
export type Body = Uint8Array | string | JsonObject;

/** What the server hands over: nothing is read yet. */
export interface Inbound {
  readonly protocol: Protocol;
  readonly headers: HeaderMap;
  /** A function reads it only when it is wanted: a caller who is refused never has its body read. */
  readonly body: Body | (() => Promise<Body>);
  /** Aborts when the client has gone or the server gives up; its `reason` may be a `RouterError`. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Evaluate every rule and keep its trace, for `/v1/route` and `explain`. */
  readonly explain: boolean;
}

export interface Traced {
  readonly trace: { readonly id: string };
}

/** Who asks. `anonymous` callers of a keyed server get no dedup, cache, session or memory. */
export interface Caller {
  readonly tenant: string;
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly anonymous: boolean;
}

export interface Identified {
  readonly caller: Caller;
}

/** The body as JSON, and as it came. */
export interface Decoded {
  readonly decoded: { readonly value: JsonObject; readonly text: string; readonly spans: ReadonlyMap<string, readonly [number, number]> };
}

/** `request` is what came, frozen; `outgoing` is what upstream will see, replaced only by stages declared `Edits`. */
export interface Validated {
  readonly request: ChatRequest;
  readonly outgoing: ChatRequest;
}

export interface Moded {
  readonly routing: RoutingPlan;
}

export interface Prescanned {
  readonly prompt: PromptText;
  /** Absent where nothing is routed. */
  readonly prescan: Prescan | undefined;
  /** The decision a confident tier jumps to, if any. */
  readonly jump: string | undefined;
}

export interface Signalled {
  readonly signals: readonly SignalMatch[];
}

export interface Decided {
  readonly decision: Outcome;
}

/** What was asked, in the words of selectors and learning. */
export interface Asked extends Question {
  /** The conversation, told by how it began; a hash. */
  readonly conversation: string;
  /** The last user turn; a hash. */
  readonly turn: string;
  /** The share of yes when the model that answered verified its answer. */
  readonly verdict?: number | undefined;
}

export interface Selected {
  readonly question: Asked;
  readonly candidates: readonly Ranked<Target>[];
  readonly rejected: readonly Rejected<Target>[];
}

/** What a stage that edits the conversation adds: a new `outgoing`, never a new `request`. */
export type Edits = Pick<Validated, 'outgoing'>;

/** Everything that may be known when an answer, or a failure, flows back. */
export type Facts = Inbound & Partial<Traced & Identified & Decoded & Validated & Moded & Prescanned & Signalled & Decided & Selected>;

export type AnswerSource = 'upstream' | 'cache' | 'dedup' | 'degraded';

interface Answered {
  readonly source: AnswerSource;
  /** The facts of the request it answers. */
  readonly facts: Facts;
  /** Who answered. */
  readonly target: Target;
  /** Calls made upstream for it. */
  readonly attempts: number;
}

/** An answer: a whole reply, a stream of frames in upstream's own batches, or the report of a route-only call. */
export type Answer =
  | (Answered & { readonly kind: 'reply'; readonly reply: Reply })
  | (Answered & {
      readonly kind: 'stream';
      readonly frames: AsyncIterable<readonly Frame[]>;
      /** How whoever opened the stream learns how it ended. */
      readonly watch: ResponseWatch;
    })
  | { readonly kind: 'report'; readonly facts: Facts; readonly result: RouteResult };
