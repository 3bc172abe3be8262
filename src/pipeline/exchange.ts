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
import type { Pin } from '../sessions/store.js';
import type { SignalMatch } from '../signals/signal.js';
import type { ScoredTool } from '../tools/selection.js';
import type { DegradationPolicy, Trigger } from './plugins.js';
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
  /** The address of the client's end of the connection, where there is one. */
  readonly ip?: string | undefined;
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

/** What was decided about tools; `outgoing` has those that are offered. */
export interface Tooled extends Edits {
  readonly offered: {
    /** Of all that goes upstream. */
    readonly estimatedTokens: number;
    /** Best first; empty where nothing was selected. */
    readonly scores: readonly ScoredTool[];
  };
}

/** The conversation that a request belongs to. */
export interface Session {
  readonly key: string;
  /** Undefined: the conversation is new. */
  readonly pin: Pin | undefined;
  /** A tool loop is open: the pin does not move. */
  readonly looping: boolean;
  /** Nobody but the pinned model may answer. */
  readonly held: boolean;
}

export interface Sessioned {
  /** Absent where nothing says which conversation it is, or nobody may have one. */
  readonly session: Session | undefined;
}

/** The order in which models are called. */
export interface Degradable {
  readonly degradation: {
    readonly policy: DegradationPolicy | undefined;
    /** The model that would answer if nothing was wrong. */
    readonly original: string;
    readonly chain: readonly Ranked<Target>[];
    /** Called where nobody in the chain can answer. */
    readonly reserve: readonly Ranked<Target>[];
    /** The limit that made this chain. */
    readonly pressed: Trigger | undefined;
  };
}

/** What a stage that edits the conversation adds: a new `outgoing`, never a new `request`. */
export type Edits = Pick<Validated, 'outgoing'>;

/** Everything that may be known when an answer, or a failure, flows back. */
export type Facts = Inbound &
  Partial<
    Traced & Identified & Decoded & Validated & Moded & Prescanned & Signalled & Decided & Tooled & Sessioned & Selected & Degradable
  >;

export type AnswerSource = 'upstream' | 'cache' | 'dedup' | 'degraded';

interface Answered {
  readonly source: AnswerSource;
  /** The facts of the request it answers. */
  readonly facts: Facts;
  /** Who answered. */
  readonly target: Target;
  /** Calls made upstream for it. */
  readonly attempts: number;
  /** What degraded it, if anything did. */
  readonly trigger?: Trigger | undefined;
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
