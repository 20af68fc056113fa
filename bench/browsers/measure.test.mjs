/** The arithmetic of the table, on counts small enough to check by hand. */

import { expect, test } from 'vitest';
import { planCrowd } from './arrivals.mjs';
import { byteFigures, fairness, measure, steadyCopies } from './measure.mjs';
import { median, quantile, spread } from './numbers.mjs';
import { parseStat } from './processes.mjs';
import { mergeResults } from './results.mjs';
import { summarise } from './summary.mjs';
import { markdownTable } from './table.mjs';

const SEGMENT = 100;

function viewer(id, keys, { received = 0, sent = 0, stalls = [] } = {}) {
  const segments = Object.fromEntries(keys.map((key) => [key, SEGMENT]));
  return {
    id,
    arrivedMs: 0,
    collectedMs: 60_000,
    onlineMs: 60_000,
    consumed: { bytes: keys.length * SEGMENT, segments },
    rtc: { received, sent },
    marks: { playing: 500 + id },
    stalls,
    latencySec: [9, 9, 9, 7, 7, 8],
    heights: { 240: 10 },
    lagMs: [1, 2],
    frames: { total: 100, dropped: 0 },
  };
}

const media = (bytes) => ({
  media: { requests: 1, bytes },
  playlist: { requests: 2, bytes: 10 },
  other: { requests: 0, bytes: 0 },
});

function run() {
  const keys = ['600:0', '600:1', '600:2', '600:3'];
  return {
    startMs: 0,
    endMs: 60_000,
    cpu: { browsers: 6, server: 1, origin: 0, bench: 0 },
    busy: [0.5, 0.6, 0.95, 0.5],
    viewers: [
      viewer(0, keys, { sent: 300, stalls: [{ sec: 0.5, wallMs: 5_000, atMs: 5_000 }] }),
      viewer(1, keys, { received: 320, sent: 100 }),
    ],
    origin: {
      clients: { v0: media(400), v1: media(100), signer: media(400) },
      segments: { '600:2': { viewers: 100 }, '600:3': { viewers: 200 } },
      channel: { startMs: 30_000, segmentSec: 2 },
    },
  };
}

test('offload, limit, copies and waste of two viewers', () => {
  const { viewers, origin } = run();
  expect(byteFigures(viewers, origin)).toMatchObject({
    consumed: 800,
    http: 500,
    peer: 320,
    offload: 300 / 800,
    limit: 0.5,
    copies: 1.25,
    signerCopies: 1,
    waste: 20 / 800,
  });
});

test('steady copies look at the last 20 s that everybody had time to ask for', () => {
  const raw = run();
  expect(steadyCopies(raw.viewers, { ...raw, endMs: 60_000 })).toBe(1);
  expect(steadyCopies(raw.viewers, { ...raw, endMs: 200_000 })).toBeUndefined();
});

test('a run in full', () => {
  const figures = measure(run());
  expect(figures).toMatchObject({
    started: 2,
    startMs: 500.5,
    stalledViewers: 1,
    stallSec: 0.5,
    lateStallSec: 0,
    latencySec: 7,
    fairness: 1.5,
    cpuPerViewerMin: 3,
    mediaRequestsPerViewerMin: 1,
    playlistRequestsPerViewerMin: 2,
    machineBound: true,
  });
});

test('a viewer whose page is lost is said to be lost', () => {
  const raw = run();
  raw.viewers.push({ id: 2, arrivedMs: 0 });
  raw.origin.clients.v2 = media(400);
  const figures = measure(raw);
  expect(figures).toMatchObject({ viewers: 3, lost: 1, started: 2, http: 500, offload: 300 / 800 });
  expect(figures.steadyCopies).toBeUndefined();
});

test('an engine that uploads nothing has no fairness', () => {
  expect(fairness([viewer(0, []), viewer(1, [])])).toBeUndefined();
});

test('medians, quantiles and spreads leave out what was not measured', () => {
  expect(median([3, 1, undefined, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeUndefined();
  expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
  expect(spread([2, Number.NaN, 5])).toEqual([2, 5]);
});

test('a summary holds the median and spread of each figure', () => {
  const runs = [{ offload: 0.9 }, { offload: 0.8, machineBound: true }, { offload: 0.95 }];
  const summary = summarise(runs);
  expect(summary.median.offload).toBe(0.9);
  expect(summary.spread.offload).toEqual([0.8, 0.95]);
  expect(summary).toMatchObject({ runs: 3, machineBound: 1 });
});

test('a crowd is the same for the same seed, and within its span', () => {
  const asked = { viewers: 16, arriveSec: 20 };
  const plan = planCrowd(asked, 120, 5);
  expect(plan).toEqual(planCrowd(asked, 120, 5));
  expect(plan).not.toEqual(planCrowd(asked, 120, 6));
  expect(plan.map(({ viewer }) => viewer)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  expect(plan[0].atMs).toBe(0);
  expect(plan.at(-1).atMs).toBeLessThanOrEqual(20_000);
});

test('nobody leaves twice or before arriving', () => {
  const churn = { kind: 'steady', everySec: 4 };
  const here = new Set();
  for (const { type, viewer } of planCrowd({ viewers: 8, arriveSec: 10, churn }, 90)) {
    expect(here.has(viewer)).toBe(type === 'leave');
    if (type === 'arrive') here.add(viewer);
    else here.delete(viewer);
  }
  expect(here.size).toBe(8);
  const third = planCrowd(
    { viewers: 16, arriveSec: 0, churn: { kind: 'third', atShare: 0.5 } },
    60,
  );
  expect(third.filter(({ type }) => type === 'leave').map(({ atMs }) => atMs)).toEqual(
    Array(5).fill(30_000),
  );
});

test('a process named with blanks and parentheses is parsed', () => {
  const line = '42 (a) b (c) S 7 1 1 0 -1 0 0 0 0 0 10 20 3 4 20 0 1';
  expect(parseStat(line)).toEqual({ parent: 7, ticks: 37 });
});

test('results of the same length merge by engine, others replace', () => {
  const old = { live8: { seconds: 120, viewers: 8, engines: { plain: 1 } } };
  const fresh = { live8: { seconds: 120, viewers: 8, engines: { ours: 2 } } };
  expect(mergeResults(old, fresh).live8.engines).toEqual({ plain: 1, ours: 2 });
  fresh.live8.seconds = 60;
  expect(mergeResults(old, fresh).live8.engines).toEqual({ ours: 2 });
});

test('the table compares CPU with plain and names a machine-bound run', () => {
  const plain = summarise([measure(run())]);
  const raw = run();
  raw.cpu.browsers = 7.5;
  const engines = { plain, ours: summarise([measure(raw)]) };
  const text = markdownTable({ live8: { seconds: 60, viewers: 2, engines } });
  expect(text).toContain('3.75 (1.25×)');
  expect(text).toContain('MACHINE-BOUND 1/1');
});
