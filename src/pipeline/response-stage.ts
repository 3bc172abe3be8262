// The plug point of the way back: what watches, or edits, an answer while it flows, and what happens when it has ended.

import type { Delta, Reply } from '../chat/reply.js';
import type { RouterError } from '../errors.js';
import type { Target } from '../providers/target.js';
import type { AnswerSource, Facts } from './exchange.js';

/** What is known when the first of an answer is there. */
export interface AnswerHead {
  readonly facts: Facts;
  readonly target: Target;
  readonly attempts: number;
  readonly stream: boolean;
  /** Default: upstream. */
  readonly source?: AnswerSource | undefined;
}

/** How an answer ended. */
export interface Ending {
  /** `cut`: the upstream broke off; `aborted`: the client went away. */
  readonly status: 'complete' | 'cut' | 'aborted';
  readonly error: RouterError | undefined;
  /** All of it, or as much as came. */
  readonly reply: Reply;
  /** From the start of the request to its first content and to its end, milliseconds. */
  readonly firstContentMs: number | undefined;
  readonly endMs: number;
}

/** One answer, as a stage follows it. */
export interface ResponseWatch {
  /** Replaces one delta by others, in order; the same array item back means unchanged. Absent: the stage only watches. */
  readonly edit?: (delta: Delta) => readonly Delta[];
  /** What an editing stage still holds back when the stream ends. */
  readonly flush?: () => readonly Delta[];
  /** Called exactly once. */
  readonly complete?: (ending: Ending) => void | Promise<void>;
}

export interface ResponseStage {
  readonly name: string;
  readonly open: (head: AnswerHead) => ResponseWatch;
}
