// How good each model is believed to be, as Beta distributions: for a tenant, its categories, its users, and a user in a category.

import { z } from 'zod';
import { boundedMap } from './bounded-map.js';
import { keyOf, type Lesson, type Place, type Table } from './lesson.js';

/** How many observations the wider circle's belief counts for in the narrower one. */
const inherited = 8;
/** Evidence beyond this is scaled down, so that a model that changes is noticed. */
const mostEvidence = 2000;
/** Of either parameter: none may be 0. */
const least = 1e-3;

const countsSchema = z.strictObject({ good: z.number().nonnegative(), bad: z.number().nonnegative() });
const circleSchema = z.record(z.string(), countsSchema);

type Counts = z.infer<typeof countsSchema>;
type Circle = Map<string, Counts>;

/** Beta(alpha, beta). */
export interface Belief {
  readonly alpha: number;
  readonly beta: number;
}

export interface Posteriors extends Table {
  /** Reads at one place: the belief about a model, beginning from `quality`, 0..1, where it is known. */
  readonly at: (place: Place) => (model: string, quality?: number) => Belief;
  readonly configure: (options: { readonly maxUsers: number; readonly maxCategories: number }) => void;
}

export function createPosteriors(): Posteriors {
  const categories = boundedMap<Circle>();
  const users = boundedMap<Circle>();
  const mapOf = (key: string) => (key.startsWith('["u"') ? users : categories);
  return {
    name: 'posteriors',
    configure: ({ maxUsers, maxCategories }) => {
      users.limit(2 * maxUsers);
      categories.limit(maxCategories);
    },
    learn: (lesson) => {
      for (const key of circlesOf(lesson.place))
        count(
          mapOf(key).open(key, () => new Map()),
          lesson,
        );
    },
    at: (place) => {
      const circles = circlesOf(place).map((key) => mapOf(key).get(key));
      return (model, quality = 0.5) => {
        let belief: Belief = { alpha: 2 * quality, beta: 2 * (1 - quality) };
        for (const circle of circles) belief = narrowed(belief, circle?.get(model));
        return { alpha: Math.max(belief.alpha, least), beta: Math.max(belief.beta, least) };
      };
    },
    entries: function* () {
      for (const map of [categories, users]) for (const [key, circle] of map.entries()) yield [key, Object.fromEntries(circle)];
    },
    restore: (key, value) => {
      const parsed = circleSchema.safeParse(value);
      if (parsed.success) mapOf(key).set(key, new Map(Object.entries(parsed.data)));
      return parsed.success;
    },
  };
}

/** The mean of a belief. */
export function meanOf({ alpha, beta }: Belief): number {
  return alpha / (alpha + beta);
}

/** From the widest to the narrowest. */
function circlesOf({ tenant, user, category }: Place): readonly string[] {
  const wide = [keyOf('c', tenant), keyOf('c', tenant, category)];
  return user === '' ? wide : [...wide, keyOf('u', tenant, user), keyOf('u', tenant, user, category)];
}

/** The wider belief counts for at most `inherited` observations; what was seen here is added to it. */
function narrowed(wider: Belief, counts: Counts | undefined): Belief {
  if (counts === undefined) return wider;
  const share = Math.min(1, inherited / (wider.alpha + wider.beta));
  return { alpha: wider.alpha * share + counts.good, beta: wider.beta * share + counts.bad };
}

function count(circle: Circle, lesson: Lesson): void {
  if (lesson.kind === 'reward') add(circle, lesson.model, lesson.reward, lesson.weight);
  else {
    add(circle, lesson.winner, lesson.tie ? 0.5 : 1, lesson.weight / 2);
    add(circle, lesson.loser, lesson.tie ? 0.5 : 0, lesson.weight / 2);
  }
}

function add(circle: Circle, model: string, reward: number, weight: number): void {
  const counts = circle.get(model) ?? { good: 0, bad: 0 };
  circle.set(model, counts);
  counts.good += weight * reward;
  counts.bad += weight * (1 - reward);
  const excess = (counts.good + counts.bad) / mostEvidence;
  if (excess <= 1) return;
  counts.good /= excess;
  counts.bad /= excess;
}
