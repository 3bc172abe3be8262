// The few statistics that benches and soaks share.

/** The `share` quantile (0..1) by nearest rank, of any list of numbers. */
export function quantile(values, share) {
  if (values.length === 0) return Number.NaN;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0];
}

/** The middle value, or the mean of the two in the middle. */
export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** `value` with three significant digits, as a number. */
export const rounded = (value) => (Number.isFinite(value) ? Number(value.toPrecision(3)) : null);

/** The same with `digits` decimals. */
export const fixed = (value, digits) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null);

/** Least squares over points [x, y]: the slope and the upper end of its 95 % interval. */
export function slope(points) {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const value = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - value * (x - meanX)) ** 2, 0);
  const error = count > 2 ? Math.sqrt(residual / (count - 2) / spread) : Number.POSITIVE_INFINITY;
  return { value, upper: value + 1.96 * error };
}
