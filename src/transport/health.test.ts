// Breakers and pauses on a clock of the test's own.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHealth } from './health.js';

function clocked(failures = 3, openSeconds = 10) {
  let now = 5000;
  const health = createHealth({ failures, openSeconds }, () => now);
  const standing = () => health.standing('e', 'q');
  return {
    ...health,
    standing,
    fail: (times: number) => {
      for (let round = 0; round < times; round++) health.failed('e');
    },
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
  };
}

describe('a breaker', () => {
  it('closed → open → half-open for one → closed', () => {
    const { standing, fail, pass, succeeded } = clocked();
    fail(2);
    expect(standing()).toBe('closed');
    fail(1);
    expect(standing()).toBe('open');
    pass(10);
    expect([standing(), standing(), standing()]).toEqual(['half-open', 'open', 'open']);
    succeeded('e');
    expect([standing(), standing()]).toEqual(['closed', 'closed']);
  });

  it('half-open → open where the probe fails, for the whole time again', () => {
    const { standing, fail, pass } = clocked();
    fail(3);
    pass(10);
    standing();
    fail(1);
    pass(9.9);
    expect(standing()).toBe('open');
    pass(0.2);
    expect(standing()).toBe('half-open');
  });

  it('a probe whose client leaves frees the place for the next', () => {
    const { standing, fail, pass, abandoned } = clocked();
    fail(3);
    pass(10);
    standing();
    abandoned('e');
    expect(standing()).toBe('half-open');
  });

  it('a probe that nobody told the end of does not shut the endpoint out for ever', () => {
    const { standing, fail, pass } = clocked();
    fail(3);
    pass(10);
    standing();
    pass(99);
    expect(standing()).toBe('open');
    pass(1);
    expect([standing(), standing()]).toEqual(['half-open', 'open']);
  });
});

describe('pauses', () => {
  it('of a quota hold for every endpoint under it, of an endpoint for itself', () => {
    const { coolDown, rest, coolingSeconds, restingSeconds } = clocked();
    const health = createHealth({ failures: 1, openSeconds: 1 }, () => 0);
    health.coolDown('q', 5);
    health.rest('alone', 5);
    expect([health.standing('one', 'q'), health.standing('two', 'q'), health.standing('alone', 'r'), health.standing('one', 'r')]).toEqual([
      'cooling',
      'cooling',
      'cooling',
      'closed',
    ]);
    coolDown('q', 5);
    rest('e', 7);
    expect([coolingSeconds('q'), coolingSeconds('e'), restingSeconds('e')]).toEqual([5, 0, 7]);
  });

  it('are never shortened by a later, shorter one', () => {
    const { coolDown, coolingSeconds, pass } = clocked();
    coolDown('q', 30);
    coolDown('q', 1);
    pass(2);
    expect(coolingSeconds('q')).toBe(28);
  });

  it('an endpoint that cools is not probed, and keeps its probe', () => {
    const { standing, fail, pass, coolDown } = clocked();
    fail(3);
    coolDown('q', 20);
    pass(15);
    expect(standing()).toBe('cooling');
    pass(5);
    expect(standing()).toBe('half-open');
  });
});

it('whatever happens, at most one probe is out at a time', () => {
  const event = fc.constantFrom('ask', 'failed', 'succeeded', 'abandoned', 'pass');
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const { standing, fail, pass, succeeded, abandoned } = clocked(2, 1);
      let probing = false;
      for (const one of events) {
        if (one === 'ask') {
          const said = standing();
          expect(said === 'half-open' && probing).toBe(false);
          probing ||= said === 'half-open';
        } else if (one === 'pass') pass(0.1);
        else {
          if (one === 'failed') fail(1);
          else if (one === 'succeeded') succeeded('e');
          else abandoned('e');
          probing = false;
        }
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});
