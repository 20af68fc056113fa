/** What a random sample says of all: a mean, and how far off it may be. */

export interface Estimate {
  readonly mean: number;
  /** Half of the 95 % confidence interval (Student's t); infinite for a single value. */
  readonly within: number;
  readonly of: number;
}

/** Of values that were drawn by lot, each member of the whole as likely as any other. */
export function estimateOf(values: readonly number[]): Estimate {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { mean, within: Number.POSITIVE_INFINITY, of: n };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const within = studentT(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean, within, of: n };
}

/**
 * What a figure of all values together is, and how far off it may be, from what it would be without
 * each of them.
 */
export function jackknife<Value>(
  values: readonly Value[],
  figureOf: (values: readonly Value[]) => number,
): Estimate {
  const n = values.length;
  const mean = figureOf(values);
  if (n < 2) return { mean, within: Number.POSITIVE_INFINITY, of: n };
  const without = values.map((_, i) => figureOf(values.filter((_, j) => j !== i)));
  const middle = without.reduce((sum, value) => sum + value, 0) / n;
  const squares = without.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return { mean, within: studentT(n - 1) * Math.sqrt(((n - 1) / n) * squares), of: n };
}

/** The two-sided 95 % quantile for so many degrees of freedom; beyond the table that of 30. */
function studentT(freedom: number): number {
  return T95[Math.min(freedom, T95.length) - 1] as number;
}

const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
