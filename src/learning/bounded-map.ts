// A map that forgets what was not used for longest once it is full.

export interface BoundedMap<Value> {
  /** Counts as a use. */
  readonly get: (key: string) => Value | undefined;
  /** The value of `key`, made where there is none; counts as a use. */
  readonly open: (key: string, make: () => Value) => Value;
  readonly set: (key: string, value: Value) => void;
  readonly delete: (key: string) => void;
  /** As they are now, the least recently used first. */
  readonly entries: () => readonly (readonly [string, Value])[];
  readonly size: () => number;
  /** Another limit from now on; forgets at once what is beyond it. */
  readonly limit: (entries: number) => void;
}

/** Holds at most `most` entries; without a limit until one is set. */
export function boundedMap<Value>(most = Number.POSITIVE_INFINITY): BoundedMap<Value> {
  const values = new Map<string, Value>();
  let limit = most;
  const trim = (): void => {
    for (const key of values.keys()) {
      if (values.size <= limit) return;
      values.delete(key);
    }
  };
  const set = (key: string, value: Value): void => {
    values.delete(key);
    values.set(key, value);
    trim();
  };
  const get = (key: string): Value | undefined => {
    const value = values.get(key);
    if (value !== undefined) set(key, value);
    return value;
  };
  return {
    get,
    set,
    open: (key, make) => {
      const known = get(key);
      if (known !== undefined) return known;
      const made = make();
      set(key, made);
      return made;
    },
    delete: (key) => void values.delete(key),
    entries: () => [...values],
    size: () => values.size,
    limit: (entries) => {
      limit = entries;
      trim();
    },
  };
}
