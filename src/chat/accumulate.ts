// A stream folded into the reply it amounts to, so that what reads answers reads streams and whole replies alike.

import type { Choice, Delta, FinishReason, Frame, Reply, Usage } from './reply.js';
import type { ToolCall } from './request.js';

interface OpenChoice {
  text: string;
  reasoning: string;
  finish: FinishReason | undefined;
  readonly calls: Map<number, { id: string; name: string; arguments: string }>;
}

export interface Accumulator {
  readonly add: (frame: Frame) => void;
  /** What has come so far. */
  readonly reply: () => Reply;
  /** True once some choice has said why it ended. */
  readonly finished: () => boolean;
}

/** An empty fold. */
export function accumulator(): Accumulator {
  const choices = new Map<number, OpenChoice>();
  let usage: Usage | undefined;
  const choice = (index: number): OpenChoice => {
    const open = choices.get(index) ?? { text: '', reasoning: '', finish: undefined, calls: new Map() };
    choices.set(index, open);
    return open;
  };
  return {
    add: ({ deltas }) => {
      for (const delta of deltas) {
        if (delta.type === 'usage-report') usage = delta.usage;
        else apply(choice(delta.choice), delta);
      }
    },
    reply: () => ({ choices: [...choices].sort(([left], [right]) => left - right).map(([index, open]) => closed(index, open)), usage }),
    finished: () => [...choices.values()].some((open) => open.finish !== undefined),
  };
}

function apply(choice: OpenChoice, delta: Exclude<Delta, { type: 'usage-report' }>): void {
  switch (delta.type) {
    case 'text-delta':
      choice.text += delta.text;
      break;
    case 'reasoning-delta':
      choice.reasoning += delta.text;
      break;
    case 'choice-finish':
      choice.finish = delta.reason;
      break;
    case 'tool-call-delta': {
      const call = choice.calls.get(delta.call) ?? { id: '', name: '', arguments: '' };
      choice.calls.set(delta.call, {
        id: delta.id ?? call.id,
        name: delta.name ?? call.name,
        arguments: call.arguments + delta.arguments,
      });
      break;
    }
    case 'role-start':
      break;
  }
}

function closed(index: number, { text, reasoning, finish, calls }: OpenChoice): Choice {
  const toolCalls: ToolCall[] = [...calls].sort(([left], [right]) => left - right).map(([, call]) => call);
  return { index, text, reasoning, toolCalls, finish };
}
