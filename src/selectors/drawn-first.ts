// A ranking whose first place is drawn at random: what every exploring selector ends with.

import type { Ranked } from './selector.js';

/** The candidate at `index` goes first, with the best score there is and the chance it had; the others keep their order. */
export function drawnFirst<Candidate>(
  ranked: readonly Ranked<Candidate>[],
  index: number,
  propensity: number,
): readonly Ranked<Candidate>[] {
  const [best] = ranked;
  const drawn = ranked[index];
  if (best === undefined || drawn === undefined) return ranked;
  const first = { candidate: drawn.candidate, score: best.score, propensity };
  return [first, ...ranked.filter((each) => each !== drawn)];
}
