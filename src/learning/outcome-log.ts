// Choices whose reward became known, with the chance each had: what off-policy evaluation replays.

import { z } from 'zod';
import type { Table } from './lesson.js';

/** The newest are kept. */
const mostRows = 5000;

const rowSchema = z.strictObject({
  tenant: z.string(),
  user: z.string(),
  category: z.string(),
  candidates: z.array(z.string()).min(1),
  model: z.string(),
  /** The chance that the choice had, above 0 and at most 1. */
  propensity: z.number().positive().max(1),
  reward: z.number().min(0).max(1),
});

/** One logged choice. */
export type LoggedChoice = Readonly<z.infer<typeof rowSchema>>;

export interface OutcomeLog extends Table {
  readonly add: (row: LoggedChoice) => void;
  /** Of one tenant, in the order they came. */
  readonly rows: (tenant: string) => readonly LoggedChoice[];
}

export function createOutcomeLog(): OutcomeLog {
  const rows: LoggedChoice[] = [];
  const add = (row: LoggedChoice): void => {
    rows.push(row);
    if (rows.length >= 2 * mostRows) rows.splice(0, rows.length - mostRows);
  };
  return {
    name: 'outcomes',
    add,
    rows: (tenant) => rows.slice(-mostRows).filter((row) => row.tenant === tenant),
    entries: () => rows.slice(-mostRows).map((row, index) => [String(index), row] as const),
    restore: (_, value) => {
      const parsed = rowSchema.safeParse(value);
      if (parsed.success) add(parsed.data);
      return parsed.success;
    },
  };
}
