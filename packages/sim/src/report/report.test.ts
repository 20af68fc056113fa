/** Reports and tables of runs whose figures are known. */
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../scenario.js';
import { arrivals, FIBRE, shape } from '../scenarios/shape.js';
import { createSimulation } from '../simulation.js';
import { duration, ms, percent, rate, short, size } from './figures.js';
import { quantile, spreadOf } from './quantile.js';
import { reportOf } from './report.js';
import { comparisonOf, tableOf } from './table.js';

function runOf(viewers: number, part: Partial<Scenario> = {}) {
  const simulation = createSimulation(
    shape({
      name: 'plain',
      about: '',
      seed: 3,
      forMs: 40_000,
      plain: true,
      visits: arrivals(3, viewers, 1_000),
      ...part,
    }),
  );
  simulation.run();
  return reportOf(simulation);
}

describe('a report', () => {
  it('counts a copy for every plain viewer', () => {
    const report = runOf(4);
    expect(report.offload).toBeCloseTo(0, 1);
    expect(report.limit.offload).toBeCloseTo(0.75, 1);
    expect(report.copiesSteady).toBe(4);
    expect(report.stalls).toBe(0);
    expect(report.startMedianMs).toBeLessThan(300);
    expect(report.latencyMedianMs).toBeGreaterThan(5_000);
    expect([report.depthMax, report.crossing.share]).toEqual([Number.NaN, Number.NaN]);
  });

  it('holds a run to the limit of its own viewers', () => {
    const visits = arrivals(3, 4, 1_000).map((visit, i) => ({ ...visit, consent: i < 2 }));
    const { audience, limit } = runOf(4, { visits });
    expect(audience.joined).toBeCloseTo(0.5, 1);
    expect(limit.offload).toBeCloseTo(audience.joined - 1 / audience.viewers, 10);
    const thin = arrivals(3, 4, 1_000, { ...FIBRE, up: 100_000 });
    const short = runOf(4, { visits: thin });
    expect(short.limit.by).toBe('uplink');
    expect(short.limit.offload).toBeCloseTo((0.9 * 100_000) / short.audience.bitrate, 10);
  });

  it('has a moment for every second, and all bytes in them', () => {
    const report = runOf(3, { plain: false });
    expect(report.series.map(({ at }) => at)).toEqual(
      Array.from({ length: 40 }, (_, i) => 1_000 * (i + 1)),
    );
    const last = report.series.at(-1);
    expect(last).toMatchObject({ viewers: 3, joined: 3, uploading: 3, uplink: 60_000_000 });
    const [edge, peer] = (['edgeBytes', 'peerBytes'] as const).map((of) =>
      report.series.reduce((total, moment) => total + moment[of], 0),
    );
    expect(peer! / (edge! + peer!)).toBeCloseTo(report.offload, 1);
    expect(report.spreads.uploaded.reduce((total, bytes) => total + bytes, 0)).toBeGreaterThan(
      peer! * 0.99,
    );
    expect(report.spreads.startMs).toHaveLength(3);
    expect(report.depthMax).toBeGreaterThan(0);
    expect(report.trackerLoad).toBeUndefined();
  });

  it('tells which bytes cross networks', () => {
    const visits = arrivals(3, 4, 1_000).map((visit, i) => ({ ...visit, network: `net-${i % 2}` }));
    const { crossing } = runOf(4, { plain: false, visits });
    expect(crossing.blindShare).toBeCloseTo(2 / 3, 10);
    expect(crossing.share).toBeGreaterThan(0);
    expect(crossing.share).toBeLessThan(1);
    const one = visits.map((visit) => ({ ...visit, network: 'one' }));
    expect(runOf(4, { plain: false, visits: one }).crossing).toEqual({ share: 0, blindShare: 0 });
  });

  it('measures the tracker by the clock that it is given', () => {
    let now = 0;
    const scenario = shape({
      name: '',
      about: '',
      seed: 1,
      forMs: 5_000,
      visits: arrivals(1, 2, 500),
    });
    const simulation = createSimulation(scenario, { clock: () => (now += 1) });
    simulation.run();
    const { trackerLoad, series } = reportOf(simulation);
    const spent = series.reduce((ms, { trackerMs }) => ms + (trackerMs ?? 0), 0);
    expect(spent).toBeGreaterThan(10);
    expect(trackerLoad).toBeCloseTo(spent / 5_000, 3);
  });
});

describe('tables', () => {
  it('print every figure of every report', () => {
    const table = tableOf([runOf(2), runOf(3)]);
    expect(table.split('\n')[0]).toMatch(/scenario +plain \(plain\) +plain \(plain\)/);
    expect(table).toContain('copies');
  });

  it('put a run beside its limit and the CDN alone', () => {
    const [head, ...lines] = comparisonOf(runOf(3, { plain: false }), runOf(3)).split('\n');
    expect(head).toMatch(/^plain, seed 3 +Shoal +limit +CDN alone$/);
    expect(lines.find((line) => line.startsWith('offload'))).toMatch(/% +6\d\.\d % +0\.0 %$/);
    expect(lines.find((line) => line.startsWith('waste'))).toMatch(/% +0\.0 %$/);
  });
});

describe('values', () => {
  it('have quantiles', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('are thinned out evenly', () => {
    const many = Array.from({ length: 1_000 }, (_, i) => 999 - i);
    expect(spreadOf(many, 5)).toEqual([0, 250, 500, 749, 999]);
    expect(spreadOf([2, 1])).toEqual([1, 2]);
  });

  it('read well', () => {
    expect([rate(590_000), rate(11_700_000), rate(Number.NaN)]).toEqual([
      '590 kbit/s',
      '11.7 Mbit/s',
      '–',
    ]);
    expect([ms(6_694.6), ms(1_336_286), ms(Number.NaN)]).toEqual(['6695 ms', '1,336 s', '–']);
    expect([percent(-0.056), percent(-1e-9), percent(0.5, 0)]).toEqual(['−5.6 %', '0.0 %', '50 %']);
    expect([size(1_500), duration(181.4), duration(6_694)]).toEqual([
      '1.50 kB',
      '181 ms',
      '6.69 s',
    ]);
    expect([short('10.0 MB'), short('2.50 s'), short('0 ms'), short('100 %')]).toEqual([
      '10 MB',
      '2.5 s',
      '0',
      '100 %',
    ]);
  });
});
