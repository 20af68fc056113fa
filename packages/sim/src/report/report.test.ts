/** Reports and tables of runs whose figures are known. */
import { expect, it } from 'vitest';
import { arrivals, shape } from '../scenarios/shape.js';
import { createSimulation } from '../simulation.js';
import { quantile, reportOf } from './report.js';
import { tableOf } from './table.js';

function runPlain(viewers: number) {
  const simulation = createSimulation(
    shape({
      name: 'plain',
      about: '',
      seed: 3,
      forMs: 40_000,
      plain: true,
      visits: arrivals(3, viewers, 1_000),
    }),
  );
  simulation.run();
  return reportOf(simulation);
}

it('counts a copy for every plain viewer', () => {
  const report = runPlain(4);
  expect(report.offload).toBeCloseTo(0, 1);
  expect(report.offloadLimit).toBeCloseTo(0.75, 1);
  expect(report.copiesSteady).toBe(4);
  expect(report.stalls).toBe(0);
  expect(report.startMedianMs).toBeLessThan(300);
  expect(report.latencyMedianMs).toBeGreaterThan(5_000);
});

it('prints every figure of every report', () => {
  const table = tableOf([runPlain(2), runPlain(3)]);
  expect(table.split('\n')[0]).toMatch(/scenario +plain \(plain\) +plain \(plain\)/);
  expect(table).toContain('copies');
});

it('takes quantiles of sorted values', () => {
  expect(quantile([3, 1, 2], 0.5)).toBe(2);
  expect(quantile([], 0.5)).toBeNaN();
});
