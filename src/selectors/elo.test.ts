// Elo against a true Bradley-Terry order, by category and by cost.

import { describe, expect, it } from 'vitest';
import { candidate, candidates, names, place, selection } from '../../test/rigs/selection.js';
import { createExperience, type Experience } from '../learning/experience.js';
import { randomFrom } from '../learning/random.js';
import { expectedScore } from '../learning/ratings.js';
import { elo } from './elo.js';

const players = ['a', 'b', 'c', 'd', 'e'];
/** Bradley-Terry strengths on Elo's scale, a hundred points apart. */
const strength = (name: string) => 1900 - 100 * players.indexOf(name);

function tournament(experience: Experience, games: number, seed: number): void {
  const random = randomFrom(seed);
  for (let game = 0; game < games; game += 1) {
    const one = players[Math.floor(random() * 5)] ?? 'a';
    const other = players.filter((name) => name !== one)[Math.floor(random() * 4)] ?? 'b';
    const wins = random() < expectedScore(strength(one), strength(other));
    const [winner, loser] = wins ? [one, other] : [other, one];
    experience.learn({ kind: 'preference', place, winner, loser, tie: false, weight: 1 });
  }
}

/** Pairs in the right order, of all pairs. */
function agreement(order: readonly string[]): number {
  let right = 0;
  for (let i = 0; i < order.length; i += 1)
    for (let j = i + 1; j < order.length; j += 1) if ((order[i] ?? '') < (order[j] ?? '')) right += 1;
  return right / 10;
}

const prefer = (experience: Experience, winner: string, loser: string, category: string) =>
  experience.learn({ kind: 'preference', place: { ...place, category }, winner, loser, tie: false, weight: 1 });

describe('elo', () => {
  it('finds the true order of five models within 500 comparisons: 9 of 10 pairs on average, the best first in 17 of 20 runs', () => {
    const orders = Array.from({ length: 20 }, (_, seed) => {
      const experience = createExperience();
      tournament(experience, 500, seed + 1);
      return names(elo.open({}).rank(candidates('e', 'c', 'a', 'd', 'b'), selection({}, experience)));
    });
    const mean = orders.reduce((sum, order) => sum + agreement(order), 0) / orders.length;
    expect(mean).toBeGreaterThanOrEqual(0.9);
    expect(orders.filter(([first]) => first === 'a').length).toBeGreaterThanOrEqual(17);
  });

  it('keeps categories apart, and tenants altogether', () => {
    const experience = createExperience();
    for (let game = 0; game < 30; game += 1) {
      prefer(experience, 'a', 'b', 'math');
      prefer(experience, 'b', 'a', 'law');
    }
    const first = (changes: Partial<typeof place>) =>
      names(elo.open({}).rank(candidates('b', 'a'), selection({ place: { ...place, ...changes } }, experience)))[0];
    expect(first({ category: 'math' })).toBe('a');
    expect(first({ category: 'law' })).toBe('b');
    expect(first({ tenant: 'other', category: 'math' })).toBe('b'); // as listed: nothing is known there
  });

  it('gives points for being cheap, which enough games outweigh', () => {
    const cheap = candidate('cheap', { price: { input: 0.1, output: 0.1 } });
    const dear = candidate('dear', { price: { input: 10, output: 10 } });
    const experience = createExperience();
    const order = () => names(elo.open({ costPoints: 100 }).rank([dear, cheap], selection({}, experience)));
    expect(order()[0]).toBe('cheap');
    for (let game = 0; game < 40; game += 1) prefer(experience, 'dear', 'cheap', 'math');
    expect(order()[0]).toBe('dear');
  });

  it('reads thumbs as games against the middle', () => {
    const experience = createExperience();
    for (let time = 0; time < 20; time += 1) {
      experience.learn({ kind: 'reward', place, model: 'a', reward: 0, weight: 1 });
      experience.learn({ kind: 'reward', place, model: 'b', reward: 1, weight: 1 });
    }
    expect(names(elo.open({}).rank(candidates('a', 'b', 'c'), selection({}, experience)))).toEqual(['b', 'c', 'a']);
  });
});
