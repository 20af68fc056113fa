/** Medians, percentiles and spreads of short lists. */

/** The q-quantile (0..1) by linear interpolation; undefined for an empty list. */
export function quantile(values, q) {
  const sorted = values.filter((v) => Number.isFinite(v)).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.ceil(at);
  return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
}

export const median = (values) => quantile(values, 0.5);
export const sum = (values) => values.reduce((total, v) => total + v, 0);

/** Lowest and highest, or undefined for an empty list. */
export function spread(values) {
  const known = values.filter((v) => Number.isFinite(v));
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)];
}

/** `part / whole`, or undefined when there is no whole. */
export function ratio(part, whole) {
  return whole > 0 ? part / whole : undefined;
}
