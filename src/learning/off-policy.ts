// What another way of choosing would have earned, judged on choices that were logged: IPS, SNIPS and the doubly robust estimate.

import { RouterError } from '../errors.js';
import type { LoggedChoice } from './outcome-log.js';

/** The chance with which the judged policy chooses each candidate of a row; missing names have none. */
export type Policy = (row: LoggedChoice) => ReadonlyMap<string, number>;

/** What a model would earn in a row, 0..1, as far as it can be guessed. */
export type RewardModel = (row: LoggedChoice, model: string) => number;

export interface Estimate {
  readonly value: number;
  /** Of `value`, from the spread over rows. */
  readonly standardError: number;
}

export interface Estimates {
  readonly rows: number;
  /** Rows that the judged policy agrees with, in effect: (Σw)² / Σw² (Kong 1992). Small: do not trust any of them. */
  readonly effectiveRows: number;
  /** Inverse propensity scores (Horvitz and Thompson 1952). Unbiased, wide. */
  readonly ips: Estimate;
  /** The same, divided by the sum of the weights (Swaminathan and Joachims 2015). Slightly biased, narrower. */
  readonly snips: Estimate;
  /** Dudík, Langford and Li 2011: right where either the propensities or the reward model are. */
  readonly doublyRobust: Estimate;
}

/** Throws INVALID_INPUT where nothing was logged. */
export function evaluateOffPolicy(rows: readonly LoggedChoice[], policy: Policy, rewardModel: RewardModel): Estimates {
  if (rows.length === 0) throw new RouterError('INVALID_INPUT', { at: 'rows', expected: 'at least one logged choice', received: 'none' });
  const judged = rows.map((row) => {
    const chances = policy(row);
    const weight = (chances.get(row.model) ?? 0) / row.propensity;
    let direct = 0;
    for (const model of row.candidates) direct += (chances.get(model) ?? 0) * rewardModel(row, model);
    return { weight, reward: row.reward, doubly: direct + weight * (row.reward - rewardModel(row, row.model)) };
  });
  const weightSum = sum(judged.map(({ weight }) => weight));
  const squares = sum(judged.map(({ weight }) => weight * weight));
  const snips = weightSum === 0 ? 0 : sum(judged.map(({ weight, reward }) => weight * reward)) / weightSum;
  const residuals = judged.map(({ weight, reward }) => (weight * (reward - snips) * rows.length) / (weightSum === 0 ? 1 : weightSum));
  return {
    rows: rows.length,
    effectiveRows: squares === 0 ? 0 : (weightSum * weightSum) / squares,
    ips: meanOf(judged.map(({ weight, reward }) => weight * reward)),
    snips: { value: snips, standardError: meanOf(residuals).standardError },
    doublyRobust: meanOf(judged.map(({ doubly }) => doubly)),
  };
}

function meanOf(values: readonly number[]): Estimate {
  const value = sum(values) / values.length;
  const variance = sum(values.map((one) => (one - value) ** 2)) / Math.max(1, values.length - 1);
  return { value, standardError: Math.sqrt(variance / values.length) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
