// Hybrid: its parts on one scale, the gap in quality that cost cannot cross, and a router-dc that is passed in.

import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { candidate, names, place, selection } from '../../test/rigs/selection.js';
import { createExperience } from '../learning/experience.js';
import { hybridSelector } from './hybrid.js';
import { byScore, defineSelector } from './selector.js';

const cheap = candidate('cheap', { price: { input: 0.1, output: 0.1 } });
const dear = candidate('dear', { price: { input: 10, output: 10 } });

/** Likes whichever model its options name. */
const stub = defineSelector({
  name: 'router-dc',
  options: z.strictObject({ likes: z.string() }),
  open:
    ({ likes }) =>
    (candidates) =>
      byScore(candidates, ({ model }) => (model.name === likes ? 0.9 : 0.1)),
});

describe('hybrid', () => {
  it('goes by cost where quality is even, and by quality where it is not', () => {
    const experience = createExperience();
    const first = () => names(hybridSelector().open({}).rank([dear, cheap], selection({}, experience)))[0];
    expect(first()).toBe('cheap');
    for (let game = 0; game < 20; game += 1)
      experience.learn({ kind: 'preference', place, winner: 'dear', loser: 'cheap', tie: false, weight: 1 });
    expect(first()).toBe('dear');
  });

  it('lets router-dc take part where it is given', () => {
    const first = (likes: string) => names(hybridSelector(stub).open({ routerDc: { likes } }).rank([cheap, dear], selection()))[0];
    expect(first('dear')).toBe('dear');
    expect(first('cheap')).toBe('cheap');
  });

  it('refuses options of a router-dc that is not there', () => {
    expect(() => hybridSelector().open({ routerDc: {} })).toThrow(/routerDc/);
  });
});
