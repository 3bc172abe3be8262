// The contract of session stores: which model, endpoint and provider a conversation is pinned to.

/** What a conversation is pinned to. All three must still be configured as they were for the pin to hold. */
export interface Pin {
  readonly model: string;
  readonly endpoint: string;
  readonly provider: string;
}

/**
 * Pins by key. Every member of the contract suite behaves alike: a pin that nobody looked up for `ttlSeconds` is gone,
 * and above `maxEntries` those that nobody looked up for longest go first.
 */
export interface SessionStore {
  /** The pin of a conversation; finding it starts its time anew. */
  readonly find: (key: string) => Promise<Pin | undefined> | Pin | undefined;
  /**
   * Pins to `next` where `expected` is still what is pinned (undefined: nothing); true where it did.
   * So of many requests that meet the same dead model at once, one pins the conversation anew.
   */
  readonly swap: (key: string, expected: Pin | undefined, next: Pin) => Promise<boolean> | boolean;
}

export interface SessionStoreOptions {
  readonly ttlSeconds: number;
  readonly maxEntries: number;
}

/** True where both pin to the same. */
export function samePin(one: Pin | undefined, other: Pin | undefined): boolean {
  return one?.model === other?.model && one?.endpoint === other?.endpoint && one?.provider === other?.provider;
}
