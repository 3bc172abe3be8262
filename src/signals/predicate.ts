// Bounds on a raw value, as entries of counting signals have them.

import { z } from 'zod';

/** The keys of a predicate, to spread into the entry's object. */
export const predicateShape = {
  gt: z.number().optional().describe('The value must be greater than this.'),
  gte: z.number().optional().describe('The value must be at least this.'),
  lt: z.number().optional().describe('The value must be less than this.'),
  lte: z.number().optional().describe('The value must be at most this.'),
};

export interface Predicate {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
}

/** Without any bound: the value is above 0. Otherwise all bounds hold; a value that is not a number fails every one. */
export function holds(value: number, { gt, gte, lt, lte }: Predicate): boolean {
  if (gt === undefined && gte === undefined && lt === undefined && lte === undefined) return value > 0;
  return (
    (gt === undefined || value > gt) &&
    (gte === undefined || value >= gte) &&
    (lt === undefined || value < lt) &&
    (lte === undefined || value <= lte)
  );
}

/** Refuses two bounds of one side, and bounds that no value meets. */
export function checkPredicate({ gt, gte, lt, lte }: Predicate, context: z.RefinementCtx): void {
  const fault = (key: keyof Predicate, message: string) => context.addIssue({ code: 'custom', path: [key], message, continue: true });
  if (gt !== undefined && gte !== undefined) fault('gt', 'expected gt or gte, received both');
  if (lt !== undefined && lte !== undefined) fault('lt', 'expected lt or lte, received both');
  const low = gt ?? gte;
  const high = lt ?? lte;
  if (low === undefined || high === undefined) return;
  const open = gt !== undefined || lt !== undefined;
  if (low > high || (open && low === high))
    fault(lt === undefined ? 'lte' : 'lt', `expected an upper bound above ${low}, received ${high}`);
}
