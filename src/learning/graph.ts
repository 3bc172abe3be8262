// A graph of users, queries and models whose edges are rated turns; messages passed along it say how a user's taste departs from everybody's.

import { z } from 'zod';
import { boundedMap } from './bounded-map.js';
import { keyOf, type Lesson, type Place, type Table } from './lesson.js';
import { normal, randomFrom, seedOf } from './random.js';

/** Numbers of a node's state: enough that the starting states of fifty models are nearly at right angles. */
const width = 64;
/** Turns that a user keeps, the newest. */
const mostTurns = 24;
/** How sharply attention falls with the distance of two queries. */
const queryTemperature = 0.4;
/** Turns that stand against the user's own: the fewer those are, the nearer the shift stays to 0. */
const shrinkage = 1.5;
/** How much a turn with another model counts at most, against one with the model itself. */
const reach = 0.6;
/** Messages after which a model's state is half trusted; and the number that its mean runs over. */
const halfTrust = 20;
const meanMessages = 400;
const mostModels = 5000;

const vector = z.array(z.number()).length(width);
const modelSchema = z.strictObject({ state: vector, messages: z.number().nonnegative() });
const turnSchema = z.strictObject({
  model: z.string(),
  surprise: z.number().min(-1).max(1),
  category: z.string(),
  query: vector.optional(),
});
const userSchema = z.array(turnSchema).max(mostTurns);

/** An edge: a user rated a model's answer to a query. */
interface Turn {
  readonly model: string;
  /** The rating less what anybody would have given, -1..1. */
  readonly surprise: number;
  readonly category: string;
  /** Absent where the category stands for the query. */
  readonly query: Float32Array | undefined;
}

interface ModelNode {
  /** The mean of the messages of the users who rated it. */
  readonly state: Float32Array;
  messages: number;
  /** `state` at length 1, made when it is read. */
  unit: Float32Array | undefined;
}

/** What the graph knows of one user and one query. */
export interface Taste {
  /** Rated turns of this user. */
  readonly turns: number;
  /** By how much the user is expected to rate the model above what anybody would, -1..1. */
  readonly shift: (model: string) => number;
  /** Rated turns of this user with the model. */
  readonly tried: (model: string) => number;
}

export interface Graph extends Table {
  readonly at: (place: Place) => Taste;
  readonly configure: (options: { readonly maxUsers: number }) => void;
}

/** `expected` is what anybody would give a model at a place, 0..1: the user-blind part that the graph corrects. */
export function createGraph(expected: (place: Place, model: string) => number): Graph {
  const users = boundedMap<readonly Turn[]>();
  const models = boundedMap<ModelNode>(mostModels);
  const nodeOf = (tenant: string) => (model: string) => models.get(keyOf('m', tenant, model));
  const addTurn = (place: Place, model: string, rating: number, weight: number): void => {
    const surprise = weight * (rating - expected({ ...place, user: '' }, model));
    const key = keyOf('u', place.tenant, place.user);
    const query = place.embedding === undefined ? undefined : projected(place.embedding);
    const turns = [...(users.get(key) ?? []), { model, surprise, category: place.category, query }].slice(-mostTurns);
    users.set(key, turns);
    passMessage(models.open(keyOf('m', place.tenant, model), emptyNode), userState(turns), surprise);
  };
  return {
    name: 'graph',
    configure: ({ maxUsers }) => users.limit(maxUsers),
    learn: (lesson) => {
      if (lesson.place.user !== '') for (const { model, rating } of ratingsOf(lesson)) addTurn(lesson.place, model, rating, lesson.weight);
    },
    at: (place) => tasteOf(place.user === '' ? [] : (users.get(keyOf('u', place.tenant, place.user)) ?? []), place, nodeOf(place.tenant)),
    entries: function* () {
      for (const [key, { state, messages }] of models.entries()) yield [key, { state: rounded(state), messages }];
      for (const [key, turns] of users.entries()) yield [key, turns.map(writtenTurn)];
    },
    restore: (key, value) => {
      if (key.startsWith('["u"')) {
        const parsed = userSchema.safeParse(value);
        if (parsed.success) users.set(key, parsed.data.map(readTurn));
        return parsed.success;
      }
      const parsed = modelSchema.safeParse(value);
      if (parsed.success) models.set(key, { state: Float32Array.from(parsed.data.state), messages: parsed.data.messages, unit: undefined });
      return parsed.success;
    },
  };
}

function ratingsOf(lesson: Lesson): readonly { readonly model: string; readonly rating: number }[] {
  if (lesson.kind === 'reward') return [{ model: lesson.model, rating: lesson.reward }];
  return [
    { model: lesson.winner, rating: lesson.tie ? 0.5 : 1 },
    { model: lesson.loser, rating: lesson.tie ? 0.5 : 0 },
  ];
}

/** First hop, models to user: the starting states of the models a user rated, by how much they pleased. */
function userState(turns: readonly Turn[]): Float32Array {
  const state = new Float32Array(width);
  for (const { model, surprise } of turns) addScaled(state, startOf(model), surprise / turns.length);
  return state;
}

/** Second hop, user to model: users whom the model pleased pull its state towards theirs, the others push it away. */
function passMessage(node: ModelNode, message: Float32Array, surprise: number): void {
  node.messages += 1;
  const share = 1 / Math.min(node.messages, meanMessages);
  for (let index = 0; index < width; index += 1) {
    const before = node.state[index] ?? 0;
    node.state[index] = before + share * (surprise * (message[index] ?? 0) - before);
  }
  node.unit = undefined;
}

/**
 * Last hop, turns to the pair of query and model that is asked about: attention by how near the queries are, and by how alike the models'
 * states have become (the cross attention of arXiv 2511.08590, section 3, with fixed relations in place of trained ones).
 */
function tasteOf(turns: readonly Turn[], place: Place, nodeOf: (model: string) => ModelNode | undefined): Taste {
  const query = place.embedding === undefined ? undefined : projected(place.embedding);
  const pulls = new Map<string, { pull: number; mass: number; turns: number }>();
  for (const turn of turns) {
    const near = nearness(turn, place.category, query);
    const pull = pulls.get(turn.model) ?? { pull: 0, mass: 0, turns: 0 };
    pulls.set(turn.model, { pull: pull.pull + near * turn.surprise, mass: pull.mass + near, turns: pull.turns + 1 });
  }
  const sources = [...pulls].map(([model, pull]) => ({ model, ...pull, node: nodeOf(model) }));
  return {
    turns: turns.length,
    tried: (model) => pulls.get(model)?.turns ?? 0,
    shift: (model) => {
      if (sources.length === 0) return 0;
      const node = nodeOf(model);
      let sum = 0;
      let mass = shrinkage;
      for (const source of sources) {
        const alike = source.model === model ? 1 : likeness(source.node, node);
        sum += alike * source.pull;
        mass += Math.abs(alike) * source.mass;
      }
      return sum / mass;
    },
  };
}

function nearness(turn: Turn, category: string, query: Float32Array | undefined): number {
  const both = query !== undefined && turn.query !== undefined;
  const cosine = both ? dot(query, turn.query) : turn.category === category ? 1 : 0.2;
  return Math.exp((cosine - 1) / queryTemperature);
}

/** -`reach`..`reach`: whether users who like the one tend to like the other, as far as there is evidence. */
function likeness(one: ModelNode | undefined, other: ModelNode | undefined): number {
  if (one === undefined || other === undefined) return 0;
  const trust = (one.messages * other.messages) / ((one.messages + halfTrust) * (other.messages + halfTrust));
  return reach * trust * dot(unitOf(one), unitOf(other));
}

function unitOf(node: ModelNode): Float32Array {
  node.unit ??= normalised(node.state);
  return node.unit;
}

const starts = new Map<string, Float32Array>();

/** The state a model starts with, by its name alone: a direction at random, the same in every process. */
function startOf(model: string): Float32Array {
  const known = starts.get(model);
  if (known !== undefined) return known;
  if (starts.size > mostModels) starts.clear();
  const random = randomFrom(seedOf(model));
  const start = normalised(Float32Array.from({ length: width }, () => normal(random)));
  starts.set(model, start);
  return start;
}

/** An embedding in `width` numbers, by signs at random (Achlioptas 2003): cosines are kept roughly. */
function projected(embedding: Float32Array): Float32Array {
  const out = new Float32Array(width);
  for (let index = 0; index < embedding.length; index += 1) {
    let signs = Math.imul(index + 1, 0x9e37_79b9);
    signs = Math.imul(signs ^ (signs >>> 15), 0x2c1b_3c6d) ^ (signs >>> 12);
    const value = embedding[index] ?? 0;
    for (let at = 0; at < width; at += 1) out[at] = (out[at] ?? 0) + ((signs >>> at) & 1 ? value : -value);
  }
  return normalised(out);
}

function emptyNode(): ModelNode {
  return { state: new Float32Array(width), messages: 0, unit: undefined };
}

function writtenTurn({ query, ...turn }: Turn): z.infer<typeof turnSchema> {
  return query === undefined ? turn : { ...turn, query: rounded(query) };
}

function readTurn({ query, ...turn }: z.infer<typeof turnSchema>): Turn {
  return { ...turn, query: query === undefined ? undefined : Float32Array.from(query) };
}

/** Four decimals: a snapshot need not be exact. */
function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Math.round(value * 10_000) / 10_000);
}

function addScaled(into: Float32Array, values: Float32Array, factor: number): void {
  for (let index = 0; index < width; index += 1) into[index] = (into[index] ?? 0) + factor * (values[index] ?? 0);
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < width; index += 1) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}

function normalised(values: Float32Array): Float32Array {
  const length = Math.sqrt(dot(values, values));
  return length === 0 ? values : values.map((value) => value / length);
}
