// Pins in this process: least recently used first out, in shards so that no growing map ever stops the event loop for long.

import { type Pin, type SessionStore, type SessionStoreOptions, samePin } from './store.js';

interface Entry {
  pin: Pin;
  expiresAtMs: number;
}

export interface MemorySessions extends SessionStore {
  /** Entries held, expired ones that nobody met included; never above `maxEntries`. */
  readonly size: () => number;
}

/** Entries a shard: V8 copies a whole map when it grows or has seen as many deletions, which takes 0.3 ms for so many. */
const shardEntries = 4096;

/** `nowMs` is a monotonic clock, replaced in tests. Up to `shardEntries` the order of eviction is exact, above it holds within a shard. */
export function memorySessions(
  { ttlSeconds, maxEntries }: SessionStoreOptions,
  nowMs: () => number = () => performance.now(),
): MemorySessions {
  const count = Math.ceil(maxEntries / shardEntries);
  const shards = Array.from({ length: count }, () => new Map<string, Entry>());
  const capacity = Math.floor(maxEntries / count);
  const interned = new Map<string, Pin>();
  const shardOf = (key: string): Map<string, Entry> => shards[hashOf(key) % count] ?? new Map();
  /** The entry that is still valid, made the most recent one. */
  const touch = (shard: Map<string, Entry>, key: string): Entry | undefined => {
    const entry = shard.get(key);
    if (entry === undefined) return undefined;
    shard.delete(key);
    if (nowMs() >= entry.expiresAtMs) return undefined;
    entry.expiresAtMs = nowMs() + ttlSeconds * 1000;
    shard.set(key, entry);
    return entry;
  };
  /** One object for all that are pinned to the same: pins are few, conversations many. */
  const intern = (pin: Pin): Pin => {
    const name = JSON.stringify([pin.model, pin.endpoint, pin.provider]);
    const known = interned.get(name) ?? pin;
    interned.set(name, known);
    return known;
  };
  return {
    find: (key) => touch(shardOf(key), key)?.pin,
    swap: (key, expected, next) => {
      const shard = shardOf(key);
      const entry = touch(shard, key);
      if (!samePin(entry?.pin, expected)) return false;
      if (entry !== undefined) entry.pin = intern(next);
      else {
        if (shard.size >= capacity) evict(shard);
        shard.set(key, { pin: intern(next), expiresAtMs: nowMs() + ttlSeconds * 1000 });
      }
      return true;
    },
    size: () => shards.reduce((sum, shard) => sum + shard.size, 0),
  };
}

function evict(shard: Map<string, Entry>): void {
  const oldest = shard.keys().next();
  if (oldest.done !== true) shard.delete(oldest.value);
}

/** FNV-1a (Fowler, Noll, Vo) over the first characters: keys are digests, so few suffice. */
function hashOf(key: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < key.length && at < 8; at += 1) hash = Math.imul(hash ^ key.charCodeAt(at), 0x0100_0193);
  return hash >>> 0;
}
