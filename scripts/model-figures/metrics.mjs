// The measures of the model card: each over plain arrays, NaN where there is nothing to measure.

import { seeded } from '../../bench/rigs/seeded.mjs';
import { quantile } from '../../bench/statistics.mjs';

const binCount = 15;
const resamples = 1000;

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of [{ label, told }]. */
export const accuracy = (answers) => mean(answers.map(({ label, told }) => (label === told ? 1 : 0)));

/** Precision, recall and F1 of each label that is told or true, with the number of rows that have it. */
export function labelScores(answers) {
  const counts = new Map();
  const of = (label) => counts.get(label) ?? counts.set(label, { count: 0, told: 0, right: 0 }).get(label);
  for (const { label, told } of answers) {
    of(label).count += 1;
    of(told).told += 1;
    if (label === told) of(label).right += 1;
  }
  return [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([label, { count, told, right }]) => ({
      label,
      count,
      recall: right / count,
      precision: right / told,
      f1: (2 * right) / (count + told),
    }));
}

/** The mean F1 of the labels that rows have. */
export const macroF1 = (answers) => mean(labelScores(answers).flatMap(({ count, f1 }) => (count > 0 ? [f1] : [])));

/** Bins of equal width over the confidence: rows in each, mean confidence, share that is right. Empty bins are left out. */
export function reliability(answers) {
  const bins = Array.from({ length: binCount }, () => []);
  for (const answer of answers) bins[Math.min(binCount - 1, Math.floor(answer.confidence * binCount))].push(answer);
  return bins
    .filter((bin) => bin.length > 0)
    .map((bin) => ({ count: bin.length, confidence: mean(bin.map(({ confidence }) => confidence)), accuracy: accuracy(bin) }));
}

/** Expected calibration error over 15 bins (Guo et al., 2017, section 3). */
export function calibrationError(answers) {
  const gaps = reliability(answers).map(({ count, confidence, accuracy }) => count * Math.abs(confidence - accuracy));
  return answers.length === 0 ? Number.NaN : gaps.reduce((sum, gap) => sum + gap, 0) / answers.length;
}

/** Accuracy of the half with the greater confidence. */
export function confidentHalf(answers) {
  const sorted = [...answers].sort((left, right) => right.confidence - left.confidence);
  return accuracy(sorted.slice(0, Math.ceil(sorted.length / 2)));
}

/** Ranks from 1, equal values sharing the mean of theirs. */
export function ranks(values) {
  const order = Array.from(values, (_, at) => at).sort((left, right) => values[left] - values[right]);
  const found = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) end += 1;
    for (let at = start; at < end; at += 1) found[order[at]] = (start + end + 1) / 2;
  }
  return found;
}

/** How likely a positive scores above a negative, ties counting half (Mann and Whitney, 1947). */
export function areaUnderCurve(positives, negatives) {
  const all = ranks([...positives, ...negatives]);
  const sum = all.subarray(0, positives.length).reduce((total, rank) => total + rank, 0);
  return (sum - (positives.length * (positives.length + 1)) / 2) / (positives.length * negatives.length);
}

/** The score above which at most `share` of the negatives lie: flag what is greater. */
export function thresholdAt(negatives, share) {
  const sorted = Float64Array.from(negatives).sort().reverse();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const shareAbove = (scores, threshold) => mean(scores.map((score) => (score > threshold ? 1 : 0)));

/** Pearson's correlation of the ranks. */
export function spearman(left, right) {
  return correlation(ranks(left), ranks(right));
}

function correlation(left, right) {
  const [meanLeft, meanRight] = [mean(left), mean(right)];
  let [both, spreadLeft, spreadRight] = [0, 0, 0];
  for (let at = 0; at < left.length; at += 1) {
    const [x, y] = [left[at] - meanLeft, right[at] - meanRight];
    both += x * y;
    spreadLeft += x * x;
    spreadRight += y * y;
  }
  return both / Math.sqrt(spreadLeft * spreadRight);
}

/** The 95 % interval of a measure by the percentiles of 1,000 seeded resamples (Efron, 1979). */
export function interval(rows, measure, seed = 1) {
  if (rows.length === 0) return [Number.NaN, Number.NaN];
  const random = seeded(seed);
  const values = Array.from({ length: resamples }, () => measure(rows.map(() => rows[Math.floor(random() * rows.length)])));
  return [quantile(values, 0.025), quantile(values, 0.975)];
}
