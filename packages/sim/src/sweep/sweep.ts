/** Turns one number of a policy over scenarios and seeds, and says what each value brings and costs. */
import type { Ms } from '@shoal/core/units';
import type { Report } from '../report/report.js';
import { reportOf } from '../report/report.js';
import type { Scenario } from '../scenario.js';
import { createSimulation } from '../simulation.js';
import { withSetting } from './setting.js';

export interface SweepSpec {
  readonly path: string;
  readonly values: readonly number[];
  readonly scenarios: readonly ((seed: number) => Scenario)[];
  readonly seeds: readonly number[];
  /** Shorter than the scenarios, to look sooner. */
  readonly forMs?: Ms | undefined;
}

/** Means over all scenarios and seeds, and what differs between seeds. */
export interface SweepRow {
  readonly value: number;
  /** Offload over its limit. */
  readonly reached: number;
  /** Half the distance between the best and the worst seed, each a mean over the scenarios. */
  readonly spread: number;
  readonly startMedianMs: Ms;
  /** Of all runs together, a viewer. */
  readonly stallMs: Ms;
  readonly completeP95Ms: Ms;
  readonly messagesPerViewerSec: number;
  readonly trackerBytesPerViewer: number;
  readonly edgeRequestsPerViewerMin: number;
}

export function sweep(spec: SweepSpec, done: (runs: number, of: number) => void): SweepRow[] {
  const { path, values, scenarios, seeds, forMs } = spec;
  const of = values.length * scenarios.length * seeds.length;
  let runs = 0;
  return values.map((value) => {
    const { peer, tracker } = withSetting(path, value);
    const bySeed = seeds.map((seed) =>
      scenarios.map((make) => {
        const scenario = make(seed);
        const simulation = createSimulation(
          { ...scenario, config: peer, forMs: Math.min(scenario.forMs, forMs ?? scenario.forMs) },
          { tracker },
        );
        simulation.run();
        runs += 1;
        done(runs, of);
        return reportOf(simulation);
      }),
    );
    return rowOf(value, bySeed);
  });
}

function rowOf(value: number, bySeed: readonly (readonly Report[])[]): SweepRow {
  const all = bySeed.flat();
  const mean = (of: (report: Report) => number): number => meanOf(all.map(of));
  const seeds = bySeed.map((reports) => meanOf(reports.map(reachedOf)));
  return {
    value,
    reached: mean(reachedOf),
    spread: (Math.max(...seeds) - Math.min(...seeds)) / 2,
    startMedianMs: mean(({ startMedianMs }) => startMedianMs),
    stallMs: mean(({ stallMs, viewers }) => stallMs / viewers),
    completeP95Ms: mean(({ completeP95Ms }) => completeP95Ms),
    messagesPerViewerSec: mean((report) => report.messagesPerViewerSec),
    trackerBytesPerViewer: mean((report) => report.trackerBytesPerViewer),
    edgeRequestsPerViewerMin: mean((report) => report.edgeRequestsPerViewerMin),
  };
}

function reachedOf({ offload, limit }: Report): number {
  return offload / limit.offload;
}

/** What a scenario does not have, such as latency of a title, is left out. */
function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((total, value) => total + value, 0) / known.length;
}
