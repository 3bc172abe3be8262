// The plug point of signals: each reads facts of a request and reports matches for rules to use; none chooses a model.

import type { z } from 'zod';
import type { PromptText } from '../chat/prompt.js';
import type { ChatRequest } from '../chat/request.js';
import type { KeywordRule, Native, Prescan } from '../native/index.js';

/** The words a rule's leaf may name a match by. */
export type LeafKey = 'name' | 'category' | 'level' | 'pattern' | 'detected';

/** One thing a signal found: a leaf `{ signal, [key]: value }` names it (`detected: true` leaves have the value 'true'). */
export interface SignalMatch {
  readonly signal: string;
  readonly key: LeafKey;
  readonly value: string;
  /** 0..1 */
  readonly confidence: number;
  readonly evidence?: string;
}

/** What counts tokens: exactly in a vocabulary, or by an estimate. */
export type TokenCounter = Pick<Native, 'countTokens' | 'estimateTokens'>;

export interface SignalContext {
  readonly request: ChatRequest;
  readonly prompt: PromptText;
  readonly prescan: Prescan;
  readonly tokens: TokenCounter;
  /** Aborts when the client has gone. */
  readonly abort: AbortSignal;
}

/** A part of the prescan that is computed only where a signal in use reads it. */
export type PrescanPart = 'agentic' | 'language';

/** A leaf of a configured rule, as the signal that it names sees it when the config is built. */
export interface Leaf {
  readonly key: LeafKey;
  readonly value: string;
}

export interface Signal<Entry> {
  /** The word rules use: `{ signal: keyword, … }`. */
  readonly name: string;
  /** The key under `signals:` that lists this signal's entries. */
  readonly configKey: string;
  /** One entry of that list. */
  readonly options: z.ZodType<Entry>;
  /** The keys a rule's leaf may use with this signal. */
  readonly leafKeys: readonly LeafKey[];
  /** The values a leaf may name, given the entries; undefined where any value is possible. */
  readonly values?: (entries: readonly Entry[], key: LeafKey) => readonly string[] | undefined;
  /** Rules this signal wants compiled into the one native automaton of the prescan. */
  readonly keywordRules?: (entries: readonly Entry[], leaves: readonly Leaf[]) => readonly KeywordRule[];
  /** What it reads of the prescan beyond score and keywords. */
  readonly prescan?: readonly PrescanPart[];
  readonly read: (context: SignalContext, entries: readonly Entry[]) => readonly SignalMatch[] | Promise<readonly SignalMatch[]>;
}

/** A signal whose entry type is closed over, so that unlike signals fit one list. */
export interface AnySignal {
  readonly name: string;
  readonly configKey: string;
  readonly options: z.ZodType;
  readonly leafKeys: readonly LeafKey[];
  /** Binds the signal to its entries (already parsed by `options`) and to the leaves that name it. */
  readonly open: (entries: readonly unknown[], leaves: readonly Leaf[]) => OpenSignal;
}

export interface OpenSignal {
  readonly name: string;
  readonly values: (key: LeafKey) => readonly string[] | undefined;
  readonly keywordRules: readonly KeywordRule[];
  readonly prescan: readonly PrescanPart[];
  readonly read: (context: SignalContext) => readonly SignalMatch[] | Promise<readonly SignalMatch[]>;
}

/** Makes a signal fit the list. */
export function defineSignal<Entry>(signal: Signal<Entry>): AnySignal {
  return {
    name: signal.name,
    configKey: signal.configKey,
    options: signal.options,
    leafKeys: signal.leafKeys,
    open: (raw, leaves) => {
      const entries = raw.map((entry) => signal.options.parse(entry));
      return {
        name: signal.name,
        values: (key) => signal.values?.(entries, key),
        keywordRules: signal.keywordRules?.(entries, leaves) ?? [],
        prescan: signal.prescan ?? [],
        read: (context) => signal.read(context, entries),
      };
    },
  };
}
