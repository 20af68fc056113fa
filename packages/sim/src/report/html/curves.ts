/** Series and spreads as points of plots. */
import type { Moment } from '../sampler.js';
import type { Point } from './plot.js';

/** Each moment together with those just before it, as one figure; undefined leaves it out. */
export function curveOf(
  moments: readonly Moment[],
  window: number,
  of: (window: readonly Moment[]) => number | undefined,
): readonly Point[] {
  const stride = Math.max(1, Math.ceil(moments.length / POINTS_MAX));
  return moments.flatMap((moment, i) => {
    if (i % stride !== 0 && i !== moments.length - 1) return [];
    const value = of(moments.slice(Math.max(0, i + 1 - Math.max(window, stride)), i + 1));
    return value === undefined ? [] : [[moment.at, value] as const];
  });
}

/**
 * Steps up, at each of the ordered values, to the share that is no greater. `reach` is the share
 * that has a value at all.
 */
export function cumulative(
  values: readonly number[],
  reach: number,
  top: number,
): readonly Point[] {
  const steps = values.flatMap((value, i): Point[] => [
    [value, (reach * i) / values.length],
    [value, (reach * (i + 1)) / values.length],
  ]);
  return [[0, 0], ...steps, [top, values.length > 0 ? reach : 0]];
}

/** A plot is no wider than this many pixels. */
const POINTS_MAX = 600;
