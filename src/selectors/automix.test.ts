// AutoMix: whom it begins with, when a verdict makes it go on, and that its cascade earns more than either model alone.

import { describe, expect, it } from 'vitest';
import { candidate, names, place, selection } from '../../test/rigs/selection.js';
import { createExperience } from '../learning/experience.js';
import { randomFrom } from '../learning/random.js';
import { automix } from './automix.js';
import { afterOther, afterVerdict } from './cascade.js';

const small = candidate('small', { quality: 0.6, price: { input: 0.1, output: 0.4 } });
const large = candidate('large', { quality: 0.85, price: { input: 2, output: 8 } });
const both = [large, small];

describe('automix', () => {
  it.each([
    { what: 'small first where it may be verified', options: {}, asked: {}, first: 'small' },
    {
      what: 'large first where nothing can be verified and cost weighs little',
      options: { costWeight: 0.1 },
      asked: { reviewable: false },
      first: 'large',
    },
    { what: 'small first where cost weighs a lot', options: { costWeight: 1 }, asked: { reviewable: false }, first: 'small' },
  ])('$what', ({ options, asked, first }) => {
    expect(names(automix.open(options).rank(both, selection(asked)))[0]).toBe(first);
  });

  it('goes on after a no and stays after a yes', () => {
    const { review } = automix.open({});
    expect(review?.escalates(small, [large], 0, selection())).toBe(true);
    expect(review?.escalates(small, [large], 1, selection())).toBe(false);
    expect(review?.escalates(large, [], 0, selection())).toBe(false);
  });

  it('learns that verdicts are worth nothing', () => {
    const experience = createExperience();
    for (let time = 0; time < 200; time += 1)
      for (const verdict of [0, 1])
        experience.verifiers.tell({ tenant: place.tenant, model: 'small', verdict, right: time % 2, weight: 1 });
    const { review } = automix.open({ costWeight: 0.5 });
    const context = selection({}, experience);
    expect(review?.escalates(small, [large], 0, context)).toBe(review?.escalates(small, [large], 1, context));
  });

  it('earns more, less its costs, than the small or the large model alone, in a simulation', () => {
    const random = randomFrom(3);
    const { review } = automix.open({ costWeight: 0.3, samples: 3 });
    let earned = 0;
    const rounds = 4000;
    for (let round = 0; round < rounds; round += 1) {
      const right = { small: random() < 0.6, large: random() < 0.85 };
      const yes = Array.from({ length: 3 }, () => (random() < (right.small ? 0.85 : 0.3) ? 1 : 0)).reduce<number>(
        (sum, vote) => sum + vote,
        0,
      );
      const goesOn = review?.escalates(small, [large], yes / 3, selection()) === true;
      earned += (goesOn ? right.large : right.small) ? 1 : 0;
      earned -= 0.3 * (0.05 + (goesOn ? 1 : 0) + 3 * 0.02);
    }
    expect(earned / rounds).toBeGreaterThan(0.6 - 0.3 * 0.05);
    expect(earned / rounds).toBeGreaterThan(0.85 - 0.3);
  });

  it('moves beliefs by Bayes, and those about other models with them', () => {
    const verdicts = { right: [0.2, 0.8], wrong: [0.6, 0.4] };
    expect(afterVerdict(0.5, verdicts, 1)).toBeCloseTo(2 / 3, 10);
    expect(afterVerdict(0.5, verdicts, 0)).toBeCloseTo(0.25, 10);
    expect(afterOther(0.8, 0.6, 0.6)).toBeCloseTo(0.8, 10); // nothing was learned
    expect(afterOther(0.8, 0.6, 0.1)).toBeLessThan(0.8);
  });
});
