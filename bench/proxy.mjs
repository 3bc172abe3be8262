// The proxy against a direct call and bare Node pass-throughs, in turn in one run: CPU, added latency, rate, streams.

import { busyMs } from './machine.mjs';
import { startArms } from './proxy-arms.mjs';
import { canPin } from './rigs/processes.mjs';
import { hasWrk, runWrk } from './rigs/wrk.mjs';
import { fixed, median, rounded } from './statistics.mjs';

const concurrency = 16;
const turns = 4000;
const streams = { streams: 512, events: 100, everyMs: 50 };
const limits = { cpuUs: 200, addedP50Ms: 0.4, addedP99Ms: 2, rps: 5000, shareOfBare: 0.25 };
const body = { model: 'router', messages: [{ role: 'user', content: 'hello, what is the capital of France?' }] };

export const proxy = {
  name: 'proxy',
  about: `direct, bare and signalbox in turn; concurrency ${concurrency} and 1, ${streams.streams} streams of ${1000 / streams.everyMs} events a second`,
  run: async ({ rounds = 3, seconds = 5, wrk = false }) => {
    const rig = await startArms();
    try {
      const rate = await measureRate(rig, { rounds, seconds, wrk: wrk && hasWrk });
      const added = await measureAdded(rig, rounds);
      const streamed = await measureStreams(rig);
      const headline = headlineOf(rate, added);
      return { pinned: canPin, rate, added, streams: streamed, headline, missed: missedOf(headline, streamed) };
    } finally {
      await rig.stop();
    }
  },
};

/** Requests a second and CPU a request, the arms in turn each round. */
async function measureRate({ arms, load }, { rounds, seconds, wrk }) {
  const samples = new Map(arms.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const arm of arms) {
      const sample = await measureArm(arm, { arms, load, wrk, seconds: round < 0 ? 3 : seconds });
      if (round >= 0) samples.get(arm.name).push(sample);
    }
  }
  const bare = samples.get('bare-http');
  return arms.map(({ name }) => {
    const of = (key) => samples.get(name).map((sample) => sample[key]);
    const overBare = (key) => rounded(median(samples.get(name).map((sample, round) => sample[key] / bare[round][key])));
    return {
      arm: name,
      rps: Math.round(median(of('rps'))),
      rpsOverBare: overBare('rps'),
      cpuOverBare: overBare('cpuUs'),
      cpuUs: rounded(median(of('cpuUs'))),
      p50Ms: rounded(median(of('p50Us')) / 1000),
      p99Ms: rounded(median(of('p99Us')) / 1000),
      rssMiB: Math.round(median(of('rssBytes')) / 2 ** 20),
      bad: of('bad').reduce((sum, count) => sum + count, 0),
      othersCpuPercent: fixed(median(of('othersCpuPercent')), 0),
      rpsOfRounds: of('rps').map(Math.round).join(' '),
    };
  });
}

async function measureArm(arm, { arms, load, wrk, seconds }) {
  const everyone = [...arms.map(({ process }) => process), load];
  const ownMs = async () =>
    (await Promise.all(everyone.map(({ usage }) => usage()))).reduce(
      (sum, { cpuUs }) => sum + cpuUs / 1000,
      process.cpuUsage().user / 1000,
    );
  const [ownBefore, busyBefore, before, startedAt] = [await ownMs(), busyMs(), await arm.process.usage(), performance.now()];
  const result = wrk
    ? await runWrk({ url: arm.url, body, concurrency, seconds })
    : await load.ask({ name: 'rate', url: arm.url, body, concurrency, seconds });
  const after = await arm.process.usage();
  const tookMs = performance.now() - startedAt;
  const othersMs = busyMs() - busyBefore - ((await ownMs()) - ownBefore);
  return {
    ...result,
    cpuUs: (after.cpuUs - before.cpuUs) / result.requests,
    rssBytes: after.rssBytes,
    othersCpuPercent: wrk ? Number.NaN : Math.max(0, (othersMs / tookMs) * 100), // what wrk used itself is not told
  };
}

/** What each gateway adds to one request at a time, the arms in turn request by request. */
async function measureAdded({ arms, load }, rounds) {
  const results = [];
  const urls = arms.map(({ url }) => url);
  for (let round = 0; round < rounds; round++) results.push(await load.ask({ name: 'turns', urls, body, turns, warmUp: 500 }));
  return arms.map(({ name }, index) => {
    const of = (key) => median(results.map((round) => round[index][key]));
    const over = (key, base) => fixed(median(results.map((round) => round[index][key] - round[base][key])) / 1000, 3);
    return {
      arm: name,
      p50Ms: fixed(of('p50Us') / 1000, 3),
      p99Ms: fixed(of('p99Us') / 1000, 3),
      addedP50Ms: over('p50Us', 0),
      addedP99Ms: over('p99Us', 0),
      overBareP50Ms: over('p50Us', 1),
      overBareP99Ms: over('p99Us', 1),
      bad: results.reduce((sum, round) => sum + round[index].bad, 0),
    };
  });
}

async function measureStreams({ arms, load }) {
  const rows = [];
  for (const { name, url, process } of arms) {
    const before = await process.usage();
    const seen = await load.ask({ name: 'streams', url, body, ...streams });
    const after = await process.usage();
    rows.push({
      arm: name,
      complete: `${seen.complete}/${streams.streams}`,
      events: seen.events,
      disordered: seen.disordered,
      stalls: seen.stalls,
      gapP50Ms: rounded(seen.gapP50Ms),
      gapP99Ms: rounded(seen.gapP99Ms),
      gapMaxMs: rounded(seen.gapMaxMs),
      delayP50Ms: rounded(seen.delayP50Ms),
      delayP99Ms: rounded(seen.delayP99Ms),
      cpuUsAnEvent: rounded((after.cpuUs - before.cpuUs) / seen.events),
      rssMiB: Math.round(after.rssBytes / 2 ** 20),
    });
  }
  return rows;
}

function headlineOf(rate, added) {
  const [rateOf, addedOf] = [rate, added].map((rows) => rows.find(({ arm }) => arm === 'signalbox'));
  return {
    shareOfBareRps: rateOf.rpsOverBare,
    timesBareCpu: rateOf.cpuOverBare,
    rps: rateOf.rps,
    cpuUs: rateOf.cpuUs,
    addedP50Ms: addedOf.addedP50Ms,
    addedP99Ms: addedOf.addedP99Ms,
    bad: rateOf.bad + addedOf.bad,
  };
}

function missedOf(headline, streamed) {
  const own = streamed.find(({ arm }) => arm === 'signalbox');
  const checks = [
    [headline.cpuUs <= limits.cpuUs, `CPU a request above ${limits.cpuUs} µs`],
    [headline.addedP50Ms <= limits.addedP50Ms, `added p50 above ${limits.addedP50Ms} ms`],
    [headline.addedP99Ms <= limits.addedP99Ms, `added p99 above ${limits.addedP99Ms} ms`],
    [headline.rps >= limits.rps, `fewer than ${limits.rps} requests a second`],
    [headline.shareOfBareRps >= limits.shareOfBare, `less than ${limits.shareOfBare * 100} % of the bare pass-through`],
    [headline.bad === 0, `${headline.bad} answers were not the expected one`],
    [own.complete === `${streams.streams}/${streams.streams}` && own.disordered === 0, 'a stream was incomplete or out of order'],
    [own.stalls === 0, `${own.stalls} gaps of more than half a second in streams`],
  ];
  return checks.filter(([holds]) => !holds).map(([, fault]) => fault);
}
