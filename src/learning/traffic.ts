// What traffic shows of each model: time to the first token, time for each further one, cost, length of answers, calls in flight.

import { z } from 'zod';
import { boundedMap } from './bounded-map.js';
import type { Table } from './lesson.js';

/** Samples of which percentiles are taken. */
const windowSize = 256;
/** Fewer say nothing about a percentile. */
const fewest = 3;
/** Weight of the newest sample in moving averages. */
const newest = 0.2;
const mostModels = 1000;

/** One answer, as far as it could be measured. */
export interface Observation {
  readonly ttftMs?: number | undefined;
  readonly tpotMs?: number | undefined;
  readonly totalMs: number;
  readonly outputTokens?: number | undefined;
  readonly usd?: number | undefined;
}

/** A figure of which percentiles are kept. */
export type Measure = 'ttftMs' | 'tpotMs';

export interface Traffic extends Table {
  readonly observe: (model: string, observation: Observation) => void;
  /** Undefined before enough was seen. `percent` is 1..100. */
  readonly percentile: (model: string, measure: Measure, percent: number) => number | undefined;
  /** Moving averages; undefined before the first. */
  readonly meanTotalMs: (model: string) => number | undefined;
  readonly meanOutputTokens: (model: string) => number | undefined;
  readonly meanUsd: (model: string) => number | undefined;
  readonly inFlight: (model: string) => number;
  /** A call begins; call what it returns when it has ended. */
  readonly begin: (model: string) => () => void;
}

const samples = z.array(z.number().nonnegative()).max(windowSize);
const mean = z.number().nonnegative().optional();
const recordSchema = z.strictObject({ ttftMs: samples, tpotMs: samples, totalMs: mean, outputTokens: mean, usd: mean });

interface Window {
  /** In the order they came; the oldest is overwritten. */
  readonly values: number[];
  next: number;
  /** Undefined once a sample came after the last sorting. */
  sorted: Float64Array | undefined;
}

interface ModelTraffic {
  readonly ttftMs: Window;
  readonly tpotMs: Window;
  totalMs: number | undefined;
  outputTokens: number | undefined;
  usd: number | undefined;
}

export function createTraffic(): Traffic {
  const records = boundedMap<ModelTraffic>(mostModels);
  const flying = new Map<string, number>();
  const find = (model: string) => records.get(model);
  return {
    name: 'traffic',
    observe: (model, observation) => observe(records.open(model, emptyRecord), observation),
    percentile: (model, measure, percent) => percentileOf(find(model)?.[measure], percent),
    meanTotalMs: (model) => find(model)?.totalMs,
    meanOutputTokens: (model) => find(model)?.outputTokens,
    meanUsd: (model) => find(model)?.usd,
    inFlight: (model) => flying.get(model) ?? 0,
    begin: (model) => {
      flying.set(model, (flying.get(model) ?? 0) + 1);
      let over = false;
      return () => {
        if (over) return;
        over = true;
        const left = (flying.get(model) ?? 1) - 1;
        if (left > 0) flying.set(model, left);
        else flying.delete(model);
      };
    },
    entries: function* () {
      for (const [model, { ttftMs, tpotMs, ...means }] of records.entries())
        yield [model, { ttftMs: inOrder(ttftMs), tpotMs: inOrder(tpotMs), ...means }];
    },
    restore: (model, value) => {
      const parsed = recordSchema.safeParse(value);
      if (!parsed.success) return false;
      const { ttftMs, tpotMs, totalMs, outputTokens, usd } = parsed.data;
      records.set(model, { ttftMs: windowOf(ttftMs), tpotMs: windowOf(tpotMs), totalMs, outputTokens, usd });
      return true;
    },
  };
}

function observe(record: ModelTraffic, { ttftMs, tpotMs, totalMs, outputTokens, usd }: Observation): void {
  if (ttftMs !== undefined) push(record.ttftMs, ttftMs);
  if (tpotMs !== undefined) push(record.tpotMs, tpotMs);
  record.totalMs = average(record.totalMs, totalMs);
  if (outputTokens !== undefined) record.outputTokens = average(record.outputTokens, outputTokens);
  if (usd !== undefined) record.usd = average(record.usd, usd);
}

function average(before: number | undefined, value: number): number {
  return before === undefined ? value : before + newest * (value - before);
}

function emptyRecord(): ModelTraffic {
  return { ttftMs: windowOf([]), tpotMs: windowOf([]), totalMs: undefined, outputTokens: undefined, usd: undefined };
}

function windowOf(values: readonly number[]): Window {
  return { values: [...values], next: values.length % windowSize, sorted: undefined };
}

function push(window: Window, value: number): void {
  window.values[window.next] = value;
  window.next = (window.next + 1) % windowSize;
  window.sorted = undefined;
}

function inOrder({ values, next }: Window): readonly number[] {
  return values.length < windowSize ? values : [...values.slice(next), ...values.slice(0, next)];
}

/** By nearest rank. */
function percentileOf(window: Window | undefined, percent: number): number | undefined {
  if (window === undefined || window.values.length < fewest) return undefined;
  window.sorted ??= Float64Array.from(window.values).sort();
  return window.sorted[Math.max(0, Math.ceil((percent / 100) * window.sorted.length) - 1)];
}
