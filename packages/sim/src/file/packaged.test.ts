/** Smoke: the packaged scenarios, small, keep their promises beside the same without peers. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alwaysFaults } from '../check/index.js';
import { reportOf } from '../report/report.js';
import { createSimulation, type Simulation } from '../simulation.js';
import { buildScenario } from './build.js';
import { readScenario } from './read.js';

const VIEWERS = 12;
const BITRATE = 400_000;
const FOR = 70_000;

/** As packaged, but for fewer viewers of a lower bitrate; fixed rates shrink with it. */
function small(name: string, plain: boolean): Simulation {
  const path = new URL(`../../scenarios/${name}.yaml`, import.meta.url);
  const file = readScenario(readFileSync(path, 'utf8'), name);
  const { stream, viewers, access } = file;
  const factor = BITRATE / stream.bitrates.at(-1)!;
  const shrunk = {
    ...file,
    for: Math.min(file.for, FOR),
    stream: { ...stream, bitrates: [BITRATE], titles: Math.min(stream.titles, 3) },
    viewers: { ...viewers, count: VIEWERS, arrive: viewers.arrive.map(soon) },
    access: access.map((one) => ({
      ...one,
      up: typeof one.up === 'number' ? factor * one.up : one.up,
    })),
  };
  const simulation = createSimulation({ ...buildScenario(shrunk, name), plain });
  simulation.run();
  return simulation;
}

const soon = <Wave extends { readonly at: number; readonly within: number }>(wave: Wave): Wave => ({
  ...wave,
  at: Math.min(wave.at, 10_000),
  within: Math.min(wave.within, 20_000),
});

describe.each([
  'demo',
  'club-match-500',
  'flash-crowd',
  'mobile-heavy',
  'vod-long-tail',
  'hostile',
  'half-time',
  'consent-30',
  'thin-uplinks-100',
  'third-leaves-200',
  'sybils-30',
])('%s', (name) => {
  const ours = small(name, false);
  const [report, plain] = [ours, small(name, true)].map(reportOf);

  it('keeps every promise', () => {
    expect(alwaysFaults(ours)).toEqual([]);
    const unverified = ours.visits.map(({ viewer }) => viewer?.figures.unverifiedDelivered ?? 0);
    expect(Math.max(...unverified)).toBe(0);
  });

  it('is carried by peers in part, and plays as without them', () => {
    expect(report!.offload).toBeGreaterThan(plain!.offload + 0.02);
    expect(report!.neverStarted).toBeLessThanOrEqual(plain!.neverStarted);
    expect(report!.rebuffer).toBeLessThanOrEqual(plain!.rebuffer + 0.001);
  });
});

it('an edge that can send three copies starts everybody', () => {
  const report = reportOf(small('three-copies-200', false));
  expect(report.neverStarted).toBe(0);
  expect(report.offload).toBeGreaterThan(0.6);
});
