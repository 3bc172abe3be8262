// Putting fifty candidates in order with every selector, after learning from much feedback and traffic.

import { quantile, rounded } from './statistics.mjs';

const candidateCount = 50;
const users = 500;
const lessons = 20_000;
const calls = 3_000;
const warmUp = 500;
const limitUs = 200;

export const selection = {
  name: 'selection',
  about: `ranking ${candidateCount} candidates`,
  run: async () => {
    const { selectors } = await import('../dist/selectors/index.js');
    const { createExperience } = await import('../dist/learning/experience.js');
    const { randomFrom } = await import('../dist/learning/random.js');
    const random = randomFrom(1);
    const pick = (count) => Math.floor(random() * count);
    const candidates = Array.from({ length: candidateCount }, (_, index) => ({
      model: { name: `m${index}`, quality: random(), price: { input: 0.1 + 5 * random(), output: 1 + 10 * random() } },
    }));
    const experience = createExperience();
    const placeOf = () => ({ tenant: 't', user: `u${pick(users)}`, category: `c${pick(14)}` });
    for (let lesson = 0; lesson < lessons; lesson += 1) {
      const model = `m${pick(candidateCount)}`;
      experience.learn({ kind: 'reward', place: placeOf(), model, reward: random() < 0.5 ? 1 : 0, weight: 1 });
      experience.traffic.observe(model, { ttftMs: 100 * random(), tpotMs: 10 * random(), totalMs: 900, outputTokens: 300, usd: 0.01 });
    }
    const rows = selectors.map(({ name, open }) => {
      const { rank } = open({});
      const tookUs = [];
      for (let call = 0; call < calls + warmUp; call += 1) {
        const question = { requestId: `r${call}`, place: placeOf(), agenticScore: 0.5, inputTokens: 900, reviewable: true };
        experience.traffic.observe(`m${pick(candidateCount)}`, { ttftMs: 50, tpotMs: 5, totalMs: 900 });
        const startedAt = performance.now();
        const ranked = rank(candidates, { question, experience });
        if (call >= warmUp) tookUs.push(1000 * (performance.now() - startedAt));
        if (ranked.length !== candidateCount) throw new Error(`${name}: expected ${candidateCount} ranked, received ${ranked.length}`);
      }
      return { selector: name, p50Us: rounded(quantile(tookUs, 0.5)), p99Us: rounded(quantile(tookUs, 0.99)), limitUs };
    });
    return { rows, missed: rows.filter(({ p50Us }) => p50Us > limitUs).map(({ selector }) => `${selector}: p50 above ${limitUs} µs`) };
  },
};
