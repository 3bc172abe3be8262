// The signals stage: everything the configured rules ask about, read in parallel; skipped where the fast path settled it.

import type { OpenSignal, SignalMatch, TokenCounter } from '../signals/signal.js';
import type { Inbound, Moded, Prescanned, Signalled, Validated } from './exchange.js';
import type { Stage } from './stage.js';

export interface SignalsContext {
  /** Those that some decision uses. */
  readonly open: readonly OpenSignal[];
  readonly tokens: TokenCounter;
}

export function signals({ open, tokens }: SignalsContext): Stage<Inbound & Validated & Moded & Prescanned, Signalled> {
  return {
    name: 'signals',
    run: async ({ request, prompt, prescan, jump, signal, explain }, next) => {
      if (prescan === undefined || (jump !== undefined && !explain)) return next({ signals: [] });
      const context = { request, prompt, prescan, tokens, abort: signal };
      const found: (readonly SignalMatch[])[] = [];
      const waiting: Promise<readonly SignalMatch[]>[] = [];
      for (const one of open) {
        const matches = one.read(context);
        if (matches instanceof Promise) waiting.push(matches);
        else found.push(matches);
      }
      return next({ signals: [...found, ...(await Promise.all(waiting))].flat() });
    },
  };
}
