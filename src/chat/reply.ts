// Our own words for what a model answers: a whole reply, or the deltas of a stream.

import type { JsonObject } from './json.js';
import type { ToolCall } from './request.js';

export type FinishReason = 'stop' | 'length' | 'tool-calls' | 'content-filter' | 'other';

/** Token counts as the upstream reports them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface Choice {
  readonly index: number;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: FinishReason | undefined;
}

export interface Reply {
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  /** The reply as the upstream wrote it; left out once a stage edited it. */
  readonly source?: Source;
}

/** One thing that happened in a stream. */
export type Delta =
  | { readonly type: 'role-start'; readonly choice: number }
  | { readonly type: 'text-delta'; readonly choice: number; readonly text: string }
  | { readonly type: 'reasoning-delta'; readonly choice: number; readonly text: string }
  | {
      readonly type: 'tool-call-delta';
      readonly choice: number;
      readonly call: number;
      readonly id?: string;
      readonly name?: string;
      readonly arguments: string;
    }
  | { readonly type: 'choice-finish'; readonly choice: number; readonly reason: FinishReason }
  | { readonly type: 'usage-report'; readonly usage: Usage };

/** One upstream event: its deltas in order, and the event itself as long as nobody edited them. */
export interface Frame {
  readonly deltas: readonly Delta[];
  readonly source?: Source;
}

/** An upstream's own JSON and the wire family it is written in. */
export interface Source {
  readonly family: string;
  readonly value: JsonObject;
}

/** True when the client would see something of the answer: from here on there is no falling back. */
export function hasContent(frame: Frame): boolean {
  return frame.deltas.some((delta) => {
    if (delta.type === 'text-delta' || delta.type === 'reasoning-delta') return delta.text !== '';
    return delta.type === 'tool-call-delta' || delta.type === 'choice-finish';
  });
}
