// The fast-path scorer as JavaScript calls it, beside a plain JavaScript keyword scan of the same text in the same run.

import { mixedPrompt, plainPrompt } from './prompts.mjs';
import { median, quantile, rounded } from './statistics.mjs';

const cases = [
  { name: 'plain-60b', text: plainPrompt(60), calls: 4000, limitUs: 5 },
  { name: 'plain-2kb', text: plainPrompt(2048), calls: 1000, limitUs: 20 },
  { name: 'plain-100kb', text: plainPrompt(102_400), calls: 40, limitUs: 500 },
  { name: 'mixed-2kb', text: mixedPrompt(2048), calls: 1000, limitUs: undefined },
  { name: 'mixed-100kb', text: mixedPrompt(102_400), calls: 40, limitUs: undefined },
];

/** What the scorer must say, whatever it costs. */
const answers = [
  { text: 'hello', tier: 'SIMPLE' },
  { text: 'Prove the theorem and derive it formally, step by step.', tier: 'REASONING' },
];
const dimensionCount = 15;
const rounds = 15;

/** As many words as a small hand-written router looks for; what a substring scan costs without any index. */
const keywords = (
  'function class import def select async await const let var return algorithm database kubernetes docker architecture distributed ' +
  'prove theorem derive step-by-step chain-of-thought proof formally logically story poem compose brainstorm imagine creative ' +
  'what-is define translate hello yes-or-no capital-of how-old who-is first then next finally step at-least at-most within maximum minimum ' +
  'budget limit json yaml xml table csv markdown schema above below previous following the-docs the-api dont avoid never without except ' +
  'quantum fpga genomics proteomics homomorphic lattice build create implement design develop generate deploy configure read-file edit run-tests'
)
  .split(' ')
  .map((word) => word.replaceAll('-', ' '));

export const fastPath = {
  name: 'fast-path',
  about: 'scoreFastPath from JavaScript at 60 B, 2 KB and 100 KB',
  run: async () => {
    const { loadNative } = await import('../dist/native/index.js');
    const native = await loadNative();
    check(native);
    const measured = cases.map((one) => ({ ...one, ...measure(one, native) }));
    return {
      flavor: native.capabilities().flavor,
      rows: measured.map(({ name, text, limitUs, p50Us, p99Us, scanP50Us }) => ({
        case: name,
        bytes: text.length,
        p50Us: rounded(p50Us),
        p99Us: rounded(p99Us),
        scanP50Us: rounded(scanP50Us),
        timesScan: rounded(p50Us / scanP50Us),
        limitUs,
      })),
      missed: measured
        .filter(({ p50Us, limitUs }) => limitUs !== undefined && p50Us > limitUs)
        .map(({ name, limitUs }) => `${name}: p50 above ${limitUs} µs`),
    };
  },
};

function check(native) {
  for (const { text, tier } of answers) {
    const scored = native.scoreFastPath(text);
    if (scored.tier !== tier) throw new Error(`scoreFastPath(${JSON.stringify(text)}): expected tier ${tier}, received ${scored.tier}`);
    const dimensions = Object.values(scored.dimensions);
    if (dimensions.length !== dimensionCount || dimensions.some(({ score }) => !(Math.abs(score) <= 1))) {
      throw new Error(`scoreFastPath(${JSON.stringify(text)}): expected ${dimensionCount} dimensions within -1..1`);
    }
  }
}

/** Rounds of both arms in turn; times of single calls, µs. */
function measure({ name, text, calls }, native) {
  const { tier, score } = native.scoreFastPath(text);
  const score1 = () => {
    const scored = native.scoreFastPath(text);
    if (scored.tier !== tier || scored.dimensions.tokenCount === undefined || scored.score !== score)
      throw new Error(`${name}: the answer changed between calls`);
  };
  const found = scan(text);
  const scan1 = () => {
    if (scan(text) !== found) throw new Error(`${name}: the scan changed between calls`);
  };
  time(score1, calls);
  time(scan1, calls);
  const scored = [];
  const scanned = [];
  for (let round = 0; round < rounds; round++) {
    scored.push(...time(score1, calls));
    scanned.push(...time(scan1, calls));
  }
  return { p50Us: median(scored), p99Us: quantile(scored, 0.99), scanP50Us: median(scanned) };
}

function time(call, calls) {
  const timesUs = [];
  for (let index = 0; index < calls; index++) {
    const startedAt = performance.now();
    call();
    timesUs.push((performance.now() - startedAt) * 1000);
  }
  return timesUs;
}

function scan(text) {
  const lower = text.toLowerCase();
  return keywords.reduce((count, word) => count + (lower.includes(word) ? 1 : 0), 0);
}
