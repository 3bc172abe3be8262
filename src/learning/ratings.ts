// Elo ratings of models, for each tenant and category and over all categories (A. Elo, The Rating of Chessplayers, 1978).

import { z } from 'zod';
import { boundedMap } from './bounded-map.js';
import { keyOf, type Lesson, type Place, type Table } from './lesson.js';

/** Where every model begins. */
export const initialRating = 1500;
/** A win at 400 points more is expected ten times in eleven. */
const scale = 400;
/** Games of a category after which its own rating counts as much as the one over all categories. */
const halfTrust = 10;
/** The ranked rating is the mean over about as many games: K keeps the last rating in motion for ever. */
const meanGames = 50;
/** Praise or blame of one answer is a game against a player of the initial rating, at this share of K. */
const soloShare = 0.5;

const ratingSchema = z.strictObject({ rating: z.number(), mean: z.number(), games: z.number().nonnegative() });
const scopeSchema = z.record(z.string(), ratingSchema);

type Rating = z.infer<typeof ratingSchema>;
type Scope = Map<string, Rating>;

/** A model's rating and the games, of any category, behind it. */
export interface Standing {
  readonly rating: number;
  readonly games: number;
}

export interface Ratings extends Table {
  /** Reads at one place: the rating of a model for its category, drawn towards the one over all categories while it has few games. */
  readonly at: (place: Place) => (model: string) => Standing;
  readonly configure: (options: { readonly kFactor: number; readonly maxCategories: number }) => void;
}

export function createRatings(): Ratings {
  const scopes = boundedMap<Scope>();
  let kFactor = 32;
  const scopesOf = ({ tenant, category }: Place) => [keyOf(tenant, category), keyOf(tenant)];
  return {
    name: 'ratings',
    configure: (options) => {
      kFactor = options.kFactor;
      scopes.limit(options.maxCategories);
    },
    learn: (lesson) => {
      for (const key of scopesOf(lesson.place))
        play(
          scopes.open(key, () => new Map()),
          lesson,
          kFactor,
        );
    },
    at: (place) => {
      const [own, all] = scopesOf(place).map((key) => scopes.get(key));
      return (model) => standing(own?.get(model), all?.get(model));
    },
    entries: function* () {
      for (const [key, scope] of scopes.entries()) yield [key, Object.fromEntries(scope)];
    },
    restore: (key, value) => {
      const parsed = scopeSchema.safeParse(value);
      if (parsed.success) scopes.set(key, new Map(Object.entries(parsed.data)));
      return parsed.success;
    },
  };
}

/** The share of games that a player of `rating` is expected to win against `other`. */
export function expectedScore(rating: number, other: number): number {
  return 1 / (1 + 10 ** ((other - rating) / scale));
}

function standing(own: Rating | undefined, all: Rating | undefined): Standing {
  const general = all?.mean ?? initialRating;
  const games = all?.games ?? 0;
  return own === undefined
    ? { rating: general, games }
    : { rating: (own.games * own.mean + halfTrust * general) / (own.games + halfTrust), games };
}

function play(scope: Scope, lesson: Lesson, kFactor: number): void {
  if (lesson.kind === 'reward') {
    const player = open(scope, lesson.model);
    const surprise = lesson.reward - expectedScore(player.rating, initialRating);
    move(player, kFactor * soloShare * lesson.weight * surprise, lesson.weight);
    return;
  }
  const winner = open(scope, lesson.winner);
  const loser = open(scope, lesson.loser);
  const surprise = (lesson.tie ? 0.5 : 1) - expectedScore(winner.rating, loser.rating);
  const change = kFactor * lesson.weight * surprise;
  move(winner, change, lesson.weight);
  move(loser, -change, lesson.weight);
}

function open(scope: Scope, model: string): Rating {
  const known = scope.get(model);
  if (known !== undefined) return known;
  const fresh = { rating: initialRating, mean: initialRating, games: 0 };
  scope.set(model, fresh);
  return fresh;
}

function move(player: Rating, change: number, weight: number): void {
  player.rating += change;
  player.games += weight;
  player.mean += (player.rating - player.mean) / Math.max(1, Math.min(player.games, meanGames));
}
