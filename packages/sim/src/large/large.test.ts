/** A large event in small: every part of it, in this process. */
import { describe, expect, it } from 'vitest';
import { readScenario } from '../file/read.js';
import { largeHtmlOf } from './page.js';
import type { LargeReport } from './report.js';
import { runLarge } from './run-large.js';
import { largeTableOf } from './table.js';
import { playTask, type Workshop } from './task.js';

const TEXT = `
about: a small event
for: 60 s
stream: { bitrates: 400 kbit/s }
viewers: { count: 90, consent: 90 %, arrive: { within: 10 s }, stay: { mean: 3 min } }
regions:
  - { name: east, share: 50 %, networks: 3 }
  - { name: west, share: 50 %, networks: 3 }
sample: { clusters: 2, for: 40 s, machines: 2 }
`;
const file = readScenario(TEXT, 'small.yaml');
const here: Workshop = (task, progress) => Promise.resolve(playTask(task, progress));
const run = (seed: number): Promise<LargeReport> =>
  runLarge(file, 'small', { seed, workshop: here, jobs: 1 });
/** All but what a clock said. */
const replayed = ({ measured, cost, series, ...rest }: LargeReport) => ({
  ...rest,
  peers: series.map(({ peers }) => peers),
});

describe('a large event', async () => {
  const report = await run(3);

  it('lets everybody join whom the file says', () => {
    expect(report.viewers).toBeGreaterThanOrEqual(90);
    expect(report.counts.joins).toBeGreaterThanOrEqual(81);
    expect(report.counts.joins).toBeLessThan(report.viewers);
    expect(report.counts.refused).toBe(0);
    expect(report.peersMost).toBeGreaterThan(70);
    expect(report.counts.links).toBeGreaterThan(150);
    expect(report.counts.plans).toBeGreaterThan(report.counts.joins);
  });

  it('estimates from clusters by lot what viewers had', () => {
    const { sample } = report;
    expect([sample.clusters, sample.broken]).toEqual([2, []]);
    expect(sample.viewers).toBeGreaterThan(60);
    expect(sample.offloadSteady.mean).toBeGreaterThan(0.8);
    expect(sample.offload.mean).toBeGreaterThan(sample.offloadComing.mean);
    expect(sample.edgePeakShare.mean).toBeLessThan(1);
    expect(sample.rebuffer.plain.mean).toBe(0);
  });

  it('measures the trackers', () => {
    const { measured } = report;
    expect(measured.planCores).toBeGreaterThan(0);
    expect(measured.busyCores).toBeGreaterThan(measured.planCores);
    expect(measured.joinP99Ms).toBeGreaterThanOrEqual(measured.joinP50Ms);
    expect(measured.busyMs).toHaveProperty('join');
  });

  it('replays a seed but for what a clock said', async () => {
    expect(replayed(await run(3))).toEqual(replayed(report));
    expect(replayed(await run(4))).not.toEqual(replayed(report));
  });

  it('is told as a table and as a page that needs nothing else', () => {
    const table = largeTableOf(report);
    expect(table).toMatch(/offload while they come +\d+\.\d\d % ± \d+\.\d\d %/);
    expect(table).toMatch(/planning +\d+\.\d\d cores/);
    const page = largeHtmlOf(report);
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/(?:src|href)="http|<script/);
  });
});

it('reports what it has when it is stopped', async () => {
  let heard = 0;
  const isStopped = (): boolean => {
    heard += 1;
    return heard > 1;
  };
  const report = await runLarge(file, 'small', { workshop: here, jobs: 1, isStopped });
  expect(report.forMs).toBeLessThan(60_000);
  expect(largeTableOf(report)).toContain('joins');
});
