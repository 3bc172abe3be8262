// What outlives a router: stores are opened once for each set of options, leased by every router that needs them, closed with the last lease.

import { type ExperienceKey, type ExperienceStore, openExperience } from './learning/store.js';
import { memorySessions } from './sessions/memory.js';
import type { SessionStore, SessionStoreOptions } from './sessions/store.js';
import { type BreakerOptions, createHealth, type Health } from './transport/health.js';
import { openTransport, type Transport, type TransportOptions } from './transport/transport.js';

export interface Lease<Store> {
  readonly store: Store;
  /** Idempotent; the last release closes the store. */
  readonly release: () => Promise<void>;
}

/** The stores of one kind. */
export interface LeasePool<Options, Store> {
  /** The store for `options`, shared by all who ask with the same. */
  readonly lease: (options: Options) => Lease<Store>;
}

/** Every kind of store there is; a reload hands the same set to the next router. */
export interface Stores {
  readonly transports: LeasePool<TransportOptions, Transport>;
  readonly health: LeasePool<BreakerOptions, Health>;
  /** What was learned, by the file it is kept in. */
  readonly experience: LeasePool<ExperienceKey, ExperienceStore>;
  readonly sessions: LeasePool<SessionStoreOptions, SessionStore>;
}

export function createStores(): Stores {
  return {
    transports: leasePool(openTransport, (transport) => transport.close()),
    health: leasePool(
      (options) => createHealth(options),
      async () => undefined,
    ),
    experience: leasePool(
      (key) => openExperience(key),
      (experience) => experience.close(),
    ),
    sessions: leasePool<SessionStoreOptions, SessionStore>(
      (options) => memorySessions(options),
      async () => undefined,
    ),
  };
}

/** A pool whose stores are told apart by their options. */
export function leasePool<Options, Store>(
  open: (options: Options) => Store,
  close: (store: Store) => Promise<void>,
): LeasePool<Options, Store> {
  const entries = new Map<string, { readonly store: Store; leases: number }>();
  return {
    lease: (options) => {
      const key = JSON.stringify(options);
      const entry = entries.get(key) ?? { store: open(options), leases: 0 };
      entries.set(key, entry);
      entry.leases += 1;
      let released = false;
      return {
        store: entry.store,
        release: async () => {
          if (released) return;
          released = true;
          entry.leases -= 1;
          if (entry.leases > 0) return;
          entries.delete(key);
          await close(entry.store);
        },
      };
    },
  };
}
