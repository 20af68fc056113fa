/** Medians and spreads over the runs of one engine on one case. */

import { median, spread } from './numbers.mjs';

/**
 * `{ runs, machineBound, median: {figure: number}, spread: {figure: [low, high]} }` of `measure`
 * results.
 */
export function summarise(runs) {
  const names = [...new Set(runs.flatMap((run) => Object.keys(run)))];
  const result = { runs: runs.length, median: {}, spread: {} };
  result.machineBound = runs.filter((run) => run.machineBound).length;
  for (const name of names) {
    const values = runs.map((run) => run[name]).filter((value) => typeof value === 'number');
    if (values.length === 0) continue;
    result.median[name] = median(values);
    result.spread[name] = spread(values);
  }
  result.heights = medianShares(runs.map((run) => run.heights));
  return result;
}

function medianShares(shares) {
  const heights = [...new Set(shares.flatMap((share) => Object.keys(share ?? {})))];
  return Object.fromEntries(heights.map((h) => [h, median(shares.map((share) => share[h] ?? 0))]));
}
