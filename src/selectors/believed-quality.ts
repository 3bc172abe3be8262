// How good each candidate is believed to be for a request: its configured quality, corrected by feedback, with its skill at tools in proportion.

import { type Belief, meanOf } from '../learning/posteriors.js';
import type { Choosable, SelectionContext } from './selector.js';

/** Before feedback, 0..1: the more a request is work with tools, the more the quality at such work counts. */
export function configuredQuality({ model }: Choosable, agenticScore: number): number {
  const quality = model.quality ?? 0.5;
  return quality + agenticScore * ((model.toolQuality ?? quality) - quality);
}

/** Reads beliefs of one request. */
export function beliefs({ question, experience }: SelectionContext): (candidate: Choosable) => Belief {
  const read = experience.posteriors.at(question.place);
  return (candidate) => read(candidate.model.name, configuredQuality(candidate, question.agenticScore));
}

/** The means of those beliefs, 0..1. */
export function believedQuality(context: SelectionContext): (candidate: Choosable) => number {
  const read = beliefs(context);
  return (candidate) => meanOf(read(candidate));
}
