// Recent exchanges by request id, for feedback to refer to, and recent conversations, for what can be told without feedback.

import { boundedMap } from './bounded-map.js';
import { keyOf, type Place } from './lesson.js';

/** One answered request, as far as feedback on it needs to know. No text of it. */
export interface Exchange {
  readonly id: string;
  readonly place: Place;
  readonly model: string;
  readonly candidates: readonly string[];
  /** The chance with which a selector that draws at random chose the model; undefined where nothing was drawn, or another model answered. */
  readonly propensity: number | undefined;
  /** The share of yes when the model verified its own answer. */
  readonly verdict: number | undefined;
}

/** Where a conversation stands. */
export interface Conversation {
  /** The request id of its last exchange. */
  readonly lastId: string;
  readonly model: string;
  /** What the provider may have in its prompt cache: input and output of the last exchange. */
  readonly tokens: number;
  readonly atMs: number;
  /** Of the last user turn, to know it again. */
  readonly turn: string;
}

/** What was already said about an exchange; each may be said once. */
export type Voice = 'explicit' | 'implicit';

export interface Exchanges {
  readonly add: (exchange: Exchange) => void;
  readonly find: (tenant: string, id: string) => Exchange | undefined;
  /** True the first time only. */
  readonly claim: (exchange: Exchange, voice: Voice) => boolean;
  readonly conversation: (key: string) => Conversation | undefined;
  readonly setConversation: (key: string, conversation: Conversation) => void;
  readonly configure: (options: { readonly maxExchanges: number }) => void;
}

export function createExchanges(): Exchanges {
  const exchanges = boundedMap<{ readonly exchange: Exchange; readonly told: Set<Voice> }>(10_000);
  const conversations = boundedMap<Conversation>(10_000);
  const keyFor = (tenant: string, id: string) => keyOf(tenant, id);
  return {
    add: (exchange) => exchanges.set(keyFor(exchange.place.tenant, exchange.id), { exchange, told: new Set() }),
    find: (tenant, id) => exchanges.get(keyFor(tenant, id))?.exchange,
    claim: ({ place, id }, voice) => {
      const told = exchanges.get(keyFor(place.tenant, id))?.told;
      if (told === undefined || told.has(voice)) return false;
      told.add(voice);
      return true;
    },
    conversation: (key) => conversations.get(key),
    setConversation: (key, conversation) => conversations.set(key, conversation),
    configure: ({ maxExchanges }) => {
      exchanges.limit(maxExchanges);
      conversations.limit(maxExchanges);
    },
  };
}
