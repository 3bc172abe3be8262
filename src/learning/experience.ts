// All that signalbox has learned from feedback and traffic: one set of tables, which every selector may read and every lesson reaches.

import { createExchanges, type Exchanges } from './exchanges.js';
import { createGraph, type Graph } from './graph.js';
import type { Lesson, Table } from './lesson.js';
import type { LearningOptions } from './options.js';
import { createOutcomeLog, type OutcomeLog } from './outcome-log.js';
import { createPosteriors, meanOf, type Posteriors } from './posteriors.js';
import { createRatings, type Ratings } from './ratings.js';
import { createTraffic, type Traffic } from './traffic.js';
import { createVerifiers, type Verifiers } from './verifiers.js';

export interface Experience {
  readonly ratings: Ratings;
  readonly posteriors: Posteriors;
  readonly graph: Graph;
  readonly traffic: Traffic;
  readonly verifiers: Verifiers;
  readonly outcomes: OutcomeLog;
  readonly exchanges: Exchanges;
  /** What a snapshot holds. */
  readonly tables: readonly Table[];
  /** Every table learns. */
  readonly learn: (lesson: Lesson) => void;
  /** Takes over limits and constants; a reload may change them. */
  readonly configure: (options: LearningOptions) => void;
}

export function createExperience(): Experience {
  const ratings = createRatings();
  const posteriors = createPosteriors();
  const graph = createGraph((place, model) => meanOf(posteriors.at(place)(model)));
  const traffic = createTraffic();
  const verifiers = createVerifiers();
  const outcomes = createOutcomeLog();
  const exchanges = createExchanges();
  const learners: readonly Table[] = [graph, ratings, posteriors]; // the graph first: it compares with what was believed before
  return {
    ratings,
    posteriors,
    graph,
    traffic,
    verifiers,
    outcomes,
    exchanges,
    tables: [...learners, traffic, verifiers, outcomes],
    learn: (lesson) => {
      for (const table of learners) table.learn?.(lesson);
    },
    configure: (options) => {
      ratings.configure(options);
      posteriors.configure(options);
      graph.configure(options);
      exchanges.configure(options);
    },
  };
}
