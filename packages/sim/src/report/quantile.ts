/** Quantiles of values in any order. */

/** The value that a share of the values lie below; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

/** The values in order; of many, so many at even distances, the least and the greatest among them. */
export function spreadOf(values: readonly number[], most = 201): readonly number[] {
  const sorted = values.slice().sort((a, b) => a - b);
  if (sorted.length <= most) return sorted;
  const step = (sorted.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => sorted[Math.round(i * step)] as number);
}
