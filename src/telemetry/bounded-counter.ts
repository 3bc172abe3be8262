// A labelled counter cheap enough for every request: sums are kept beside the registry and handed over when it is read.

import { Counter, type Registry } from 'prom-client';
import type { CounterEntry } from './catalogue.js';

/** Distinct values one label may take; whatever comes after them is counted as `other`. */
export const labelLimit = 200;
const beyondLimit = 'other';

interface Series {
  readonly labels: Readonly<Record<string, string>>;
  pending: number;
}

export interface BoundedCounter {
  /** Adds to the series of these label values, in the order of the entry's labels; `amount` is not negative. */
  readonly add: (amount: number, ...values: readonly string[]) => void;
}

/** Registers the counter. */
export function boundedCounter({ name, help, labels }: CounterEntry, registry: Registry): BoundedCounter {
  const seriesByKey = new Map<string, Series>();
  const bound = labelBounds(labels.length);
  const collect = (): void => {
    for (const series of seriesByKey.values()) {
      if (series.pending === 0) continue;
      counter.inc(series.labels, series.pending);
      series.pending = 0;
    }
  };
  const counter = new Counter({ name, help, labelNames: labels, registers: [registry], collect });
  const open = (values: readonly string[]): Series => {
    const kept = values.map(bound);
    const key = keyOf(kept);
    const known = seriesByKey.get(key);
    if (known !== undefined) return known;
    const series = { labels: Object.fromEntries(labels.map((label, index) => [label, kept[index] ?? ''])), pending: 0 };
    seriesByKey.set(key, series);
    return series;
  };
  return {
    add: (amount, ...values) => {
      const series = seriesByKey.get(keyOf(values)) ?? open(values);
      series.pending += amount;
    },
  };
}

/** Lets the first `labelLimit` values of each label through. */
export function labelBounds(labelCount: number): (value: string, label: number) => string {
  const seen = Array.from({ length: labelCount }, () => new Set<string>());
  return (value, label) => {
    const values = seen[label];
    if (values === undefined || values.has(value)) return value;
    if (values.size >= labelLimit) return beyondLimit;
    values.add(value);
    return value;
  };
}

function keyOf(values: readonly string[]): string {
  let key = '';
  for (const value of values) key += `${value}\0`;
  return key;
}
