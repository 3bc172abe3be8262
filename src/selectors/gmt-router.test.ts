// The graph router on simulated users with distinct tastes, against a router that does not see users, and without its messages.

import { describe, expect, it } from 'vitest';
import { candidates, names, place, selection } from '../../test/rigs/selection.js';
import { createExperience, type Experience } from '../learning/experience.js';
import { randomFrom } from '../learning/random.js';
import { gmtRouter } from './gmt-router.js';

const models = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'];
const list = candidates(...models);
/** Three tastes, each liking two models; nobody's mean says anything. */
const likes = (user: number, model: string) => (models.indexOf(model) % 3 === user % 3 ? 0.9 : 0.3);

function rate(experience: Experience, user: number, model: string, random: () => number): void {
  const where = { ...place, user: `u${user}` };
  experience.learn({ kind: 'reward', place: where, model, reward: random() < likes(user, model) ? 1 : 0, weight: 1 });
}

/** Mean liking of the first candidate over users, after `turns` rated answers of models at random, among `among`. */
function earned(seed: number, turns: number, { blind }: { readonly blind: boolean }): number {
  const experience = createExperience();
  const random = randomFrom(seed);
  for (let turn = 0; turn < turns; turn += 1)
    for (let user = 0; user < 60; user += 1) rate(experience, user, models[Math.floor(random() * 6)] ?? '', random);
  const { rank } = gmtRouter.open({ explore: 0 });
  let sum = 0;
  for (let user = 0; user < 60; user += 1) {
    const asked = { ...place, user: blind ? '' : `u${user}` };
    sum += likes(user, names(rank(list, selection({ place: asked }, experience)))[0] ?? '');
  }
  return sum / 60;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const over = (seeds: number, run: (seed: number) => number) => mean(Array.from({ length: seeds }, (_, seed) => run(seed + 1)));

describe('gmt-router', () => {
  it('earns at least 0.15 more than a router without users after six rated answers, and more with more', () => {
    const blind = over(5, (seed) => earned(seed, 6, { blind: true }));
    const few = over(5, (seed) => earned(seed, 6, { blind: false }));
    const many = over(5, (seed) => earned(seed, 18, { blind: false }));
    expect(few).toBeGreaterThanOrEqual(blind + 0.15);
    expect(many).toBeGreaterThan(few);
  });

  it('passes messages: what a new user liked speaks for models that only others rated', () => {
    const experience = createExperience();
    const random = randomFrom(7);
    for (let turn = 0; turn < 30; turn += 1)
      for (let user = 0; user < 30; user += 1) rate(experience, user, models[Math.floor(random() * 6)] ?? '', random);
    const fresh = { ...place, user: 'new' };
    for (let time = 0; time < 3; time += 1) experience.learn({ kind: 'reward', place: fresh, model: 'm0', reward: 1, weight: 1 });
    const taste = experience.graph.at(fresh);
    expect(taste.tried('m3')).toBe(0);
    expect(taste.shift('m3')).toBeGreaterThan(0.05); // m0 and m3 please the same users
    expect(taste.shift('m4')).toBeLessThan(0);
  });

  it('falls back to what anybody thinks for users it does not know', () => {
    const experience = createExperience();
    for (let user = 0; user < 20; user += 1)
      experience.learn({ kind: 'reward', place: { ...place, user: `u${user}` }, model: 'm4', reward: 1, weight: 1 });
    const first = (user: string) =>
      names(gmtRouter.open({ explore: 0 }).rank(list, selection({ place: { ...place, user } }, experience)))[0];
    expect(first('stranger')).toBe('m4');
    expect(first('')).toBe('m4');
  });

  it('tries what the user has tried least, in the share that it may', () => {
    const experience = createExperience();
    for (let time = 0; time < 4; time += 1) experience.learn({ kind: 'reward', place, model: 'm0', reward: 1, weight: 1 });
    const { rank } = gmtRouter.open({ explore: 0.2 });
    const others = Array.from({ length: 1000 }, (_, index) => rank(list, selection({ requestId: `r${index}` }, experience))[0]).filter(
      (first) => first?.candidate.model.name !== 'm0',
    );
    expect(others.length / 1000).toBeGreaterThan(0.15);
    expect(others.length / 1000).toBeLessThan(0.25);
    expect(others.every((first) => first?.propensity === 0.2)).toBe(true);
  });
});
