// Thompson sampling in seeded simulations: it converges, its regret grows with the logarithm of time, and exploring keeps its bounds.

import { describe, expect, it } from 'vitest';
import { candidate, candidates, place, selection } from '../../test/rigs/selection.js';
import { createExperience } from '../learning/experience.js';
import { randomFrom } from '../learning/random.js';
import { rlDriven } from './rl-driven.js';

const truth: Readonly<Record<string, number>> = { weak: 0.5, middle: 0.6, strong: 0.75 };
const arms = candidates('weak', 'middle', 'strong');
const nobody = { ...place, user: '' };

/** Expected regret after each feedback. */
function thompson(rounds: number, seed: number, options: object): { regret: readonly number[]; last: readonly string[] } {
  const experience = createExperience();
  const random = randomFrom(seed);
  const { rank } = rlDriven.open(options);
  const regret: number[] = [];
  const chosen: string[] = [];
  let sum = 0;
  for (let round = 0; round < rounds; round += 1) {
    const model = rank(arms, selection({ requestId: `${seed}/${round}`, place: nobody }, experience))[0]?.candidate.model.name ?? '';
    experience.learn({ kind: 'reward', place: nobody, model, reward: random() < (truth[model] ?? 0) ? 1 : 0, weight: 1 });
    sum += 0.75 - (truth[model] ?? 0);
    regret.push(sum);
    chosen.push(model);
  }
  return { regret, last: chosen.slice(-100) };
}

/** Each arm `each` times, then the best for ever: the textbook's other way. */
function exploreThenCommit(rounds: number, each: number, seed: number): number {
  const random = randomFrom(seed);
  const wins = Object.entries(truth).map(([model, chance]) => {
    let won = 0;
    for (let time = 0; time < each; time += 1) won += random() < chance ? 1 : 0;
    return { model, won };
  });
  const [best] = wins.toSorted((one, other) => other.won - one.won);
  const exploring = each * Object.values(truth).reduce((sum, chance) => sum + 0.75 - chance, 0);
  return exploring + (rounds - 3 * each) * (0.75 - (truth[best?.model ?? ''] ?? 0));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const full = { explore: 1, floor: 0, maxSacrifice: 1 };

describe('rl-driven', () => {
  it('goes to the better model in 17 of 20 requests after 600 feedbacks, with the exploration of the defaults', () => {
    const shares = Array.from(
      { length: 8 },
      (_, seed) => thompson(700, seed + 1, {}).last.filter((model) => model === 'strong').length / 100,
    );
    expect(mean(shares)).toBeGreaterThanOrEqual(0.85);
  });

  it('has regret that grows with log T, below explore-then-commit', () => {
    const runs = Array.from({ length: 12 }, (_, seed) => thompson(3000, seed + 1, full).regret);
    const at = (round: number) => mean(runs.map((regret) => regret[round - 1] ?? 0));
    // O(log T): ten times the time adds about what the ten times before added; linear regret would add ten times as much.
    expect(at(3000) - at(300)).toBeLessThan(3 * (at(300) - at(30)));
    // Lai and Robbins: Σ gap / KL · ln T = 10.3 here; Thompson sampling reaches it asymptotically, and is within a few times of it before.
    expect(at(3000)).toBeLessThan(5 * 10.3);
    const committed = mean(Array.from({ length: 40 }, (_, seed) => exploreThenCommit(3000, 150, seed + 1)));
    expect(at(3000)).toBeLessThan(committed);
  });

  it('explores at most the share that it may, and never whoever is far behind', () => {
    const experience = createExperience();
    for (let time = 0; time < 60; time += 1) {
      experience.learn({ kind: 'reward', place, model: 'a', reward: 0.6, weight: 1 });
      experience.learn({ kind: 'reward', place, model: 'b', reward: 0.55, weight: 1 });
      experience.learn({ kind: 'reward', place, model: 'c', reward: 0.1, weight: 1 });
    }
    const { rank } = rlDriven.open({ explore: 0.2, maxSacrifice: 0.2 });
    const firsts = Array.from(
      { length: 2000 },
      (_, index) => rank(candidates('a', 'b', 'c'), selection({ requestId: `r${index}` }, experience))[0],
    );
    const share = (name: string) => firsts.filter((first) => first?.candidate.model.name === name).length / firsts.length;
    expect(share('c')).toBe(0);
    expect(share('b')).toBeGreaterThan(0);
    expect(share('b')).toBeLessThan(0.2);
    const told = mean(firsts.map((first) => (first?.candidate.model.name === 'b' ? 1 / (first.propensity ?? 0) : 0)));
    expect(told).toBeCloseTo(1, 0); // chances are true: Σ 1[b] / P(b) is one a request
  });

  it('begins from the configured quality and counts cost where it is told to', () => {
    const dear = candidate('dear', { quality: 0.7, price: { input: 10, output: 10 } });
    const cheap = candidate('cheap', { quality: 0.6, price: { input: 0.1, output: 0.1 } });
    const first = (options: object) => rlDriven.open({ explore: 0, ...options }).rank([cheap, dear], selection())[0]?.candidate.model.name;
    expect(first({})).toBe('dear');
    expect(first({ costWeight: 0.3 })).toBe('cheap');
  });
});
