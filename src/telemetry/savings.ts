// What routing saved: running totals of what answers cost, and what the baseline model would have cost for the same tokens.

/** One answer whose price and token counts are known. */
export interface SavedAnswer {
  readonly spentUsd: number;
  readonly baselineUsd: number;
}

/** The body of `GET /v1/savings`. Negative savings mean that routing cost more. */
export interface SavingsReport {
  /** The model whose price is the yardstick; null: none is priced. */
  readonly baseline: string | null;
  /** ISO 8601. */
  readonly since: string;
  readonly requests: number;
  readonly spentUsd: number;
  readonly baselineUsd: number;
  readonly savedUsd: number;
  /** `savedUsd / baselineUsd`, 0 before there is anything to compare. */
  readonly savedRatio: number;
}

export interface Savings {
  readonly add: (answer: SavedAnswer) => void;
  readonly report: () => SavingsReport;
}

export interface SavingsOptions {
  readonly baseline: string | undefined;
  /** Milliseconds since the epoch; replaced in tests. */
  readonly now?: () => number;
}

/** Fresh totals, from now on. */
export function createSavings({ baseline, now = Date.now }: SavingsOptions): Savings {
  const since = new Date(now()).toISOString();
  let requests = 0;
  let spentUsd = 0;
  let baselineUsd = 0;
  return {
    add: (answer) => {
      requests += 1;
      spentUsd += answer.spentUsd;
      baselineUsd += answer.baselineUsd;
    },
    report: () => {
      const savedUsd = baselineUsd - spentUsd;
      return {
        baseline: baseline ?? null,
        since,
        requests,
        spentUsd,
        baselineUsd,
        savedUsd,
        savedRatio: baselineUsd === 0 ? 0 : savedUsd / baselineUsd,
      };
    },
  };
}

interface Priced {
  readonly name: string;
  readonly price?: { readonly input: number; readonly output: number } | undefined;
}

/** The baseline where none is named: the model that costs most for as many tokens out as in. */
export function mostExpensive<Model extends Priced>(models: readonly Model[]): Model | undefined {
  const priceOf = ({ price }: Priced): number => (price === undefined ? -1 : price.input + price.output);
  const dearest = models.toSorted((one, other) => priceOf(other) - priceOf(one))[0];
  return dearest?.price === undefined ? undefined : dearest;
}
