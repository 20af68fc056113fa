/** What came of a large event: exact figures of the trackers, estimates of what viewers had. */
import type { Bytes, Ms } from '@shoal/core/units';
import type { ScenarioFile } from '../file/schema.js';
import { quantile } from '../report/quantile.js';
import { type Estimate, estimateOf, jackknife } from './estimate.js';
import type { SampleResult } from './sample.js';
import type { ShardMoment, ShardResult } from './shard.js';

/** One sampled cluster, with peers and with the CDN alone. */
export interface SamplePair {
  readonly ours: SampleResult;
  readonly plain: SampleResult;
}

export interface LargeRun {
  readonly file: ScenarioFile;
  readonly name: string;
  readonly seed: number;
  readonly forMs: Ms;
  readonly shards: readonly ShardResult[];
  readonly samples: readonly SamplePair[];
  readonly cost: LargeReport['cost'];
}

export interface LargeReport {
  readonly scenario: string;
  readonly about: string;
  readonly seed: number;
  readonly forMs: Ms;
  /** All who came. */
  readonly viewers: number;
  readonly machines: number;
  readonly counts: ShardResult['counts'];
  readonly peersMost: number;
  /** When all had come. */
  readonly clusters: number;
  /** By a clock: these differ from run to run, all others do not. */
  readonly measured: Measured;
  readonly series: readonly ShardMoment[];
  readonly sample: Sample;
  readonly cost: {
    readonly wallMs: Ms;
    readonly cpuMs: Ms;
    /** Most memory that the process had. */
    readonly rssBytes: Bytes;
  };
}

export interface Measured {
  /** Cores that all machines together were busy with planning, over the event and at the worst of 10 s. */
  readonly planCores: number;
  readonly planCoresWorst: number;
  /** The same for everything that the tracker computes, planning included. */
  readonly busyCores: number;
  readonly busyCoresWorst: number;
  /** From the arrival of a join at its machine until the answer was computed. */
  readonly joinP50Ms: Ms;
  readonly joinP99Ms: Ms;
  readonly joinMaxMs: Ms;
  readonly busyMs: Readonly<Record<string, Ms>>;
}

/** Estimates over all clusters, each viewer as likely as any other to be in a sampled one. */
export interface Sample {
  readonly clusters: number;
  readonly viewers: number;
  readonly windowMs: Ms;
  readonly pieces: number;
  readonly broken: readonly string[];
  /** Of those who share: as they come, once all are there, and over the whole event. */
  readonly offloadComing: Estimate;
  readonly offloadSteady: Estimate;
  readonly offload: Estimate;
  readonly startP95Ms: Arms;
  readonly startMedianMs: Arms;
  /** Stalled time over watched time. */
  readonly rebuffer: Arms;
  readonly latencyMedianMs: Arms;
  /** Most that the edge sent in five seconds, over the same with the CDN alone. */
  readonly edgePeakShare: Estimate;
}

export interface Arms {
  readonly ours: Estimate;
  readonly plain: Estimate;
  /** Ours less the CDN's, cluster by cluster. */
  readonly more: Estimate;
}

export function largeReportOf(run: LargeRun): LargeReport {
  const { file, name, seed, forMs, shards, cost } = run;
  const series = summed(shards.map((shard) => shard.series));
  const waits = shards.flatMap(({ joinWaits }) => [...joinWaits]);
  const cores = (of: (moment: ShardMoment) => Ms): readonly [number, number] => {
    const spent = series.map(of);
    const passed = series.at(-1)?.at ?? 0;
    const worst = spent.reduce((most, ms) => Math.max(most, ms / MOMENT_MS), 0);
    return [spent.reduce((sum, ms) => sum + ms, 0) / passed, worst];
  };
  const [planCores, planCoresWorst] = cores(({ planMs }) => planMs);
  const [busyCores, busyCoresWorst] = cores(({ busyMs }) => busyMs);
  return {
    scenario: name,
    about: file.about,
    seed,
    forMs: Math.min(forMs, series.at(-1)?.at ?? 0),
    viewers: shards.reduce((sum, { viewers }) => sum + viewers, 0),
    machines: shards.length,
    counts: totals(shards.map(({ counts }) => counts)),
    peersMost: series.reduce((most, { peers }) => Math.max(most, peers), 0),
    clusters: shards.reduce((sum, { clusters }) => sum + clusters, 0),
    measured: {
      planCores,
      planCoresWorst,
      busyCores,
      busyCoresWorst,
      joinP50Ms: quantile(waits, 0.5),
      joinP99Ms: quantile(waits, 0.99),
      joinMaxMs: waits.reduce((most, ms) => Math.max(most, ms), 0),
      busyMs: totals(shards.map(({ busyMs }) => busyMs)),
    },
    series,
    sample: sampleOf(run, series),
    cost,
  };
}

function sampleOf({ file, samples, shards }: LargeRun, series: readonly ShardMoment[]): Sample {
  const windowMs = file.sample?.for ?? file.for;
  const steady = samples.map(({ ours }) => 1 - ours.copiesSteady / ours.presentSteady);
  const watchedMs = series.reduce((sum, { peers }) => sum + peers * MOMENT_MS, 0);
  const joins = shards.reduce((sum, { counts }) => sum + counts.joins, 0);
  const comingShare = Math.min(1, (windowMs * joins) / watchedMs);
  const whole = samples.map(
    ({ ours }, i) => comingShare * ours.offload + (1 - comingShare) * (steady[i] as number),
  );
  const arms = (of: (result: SampleResult) => number): Arms => ({
    ours: estimateOf(samples.map(({ ours }) => of(ours))),
    plain: estimateOf(samples.map(({ plain }) => of(plain))),
    more: estimateOf(samples.map(({ ours, plain }) => of(ours) - of(plain))),
  });
  return {
    clusters: samples.length,
    viewers: samples.reduce((sum, { ours }) => sum + ours.viewers, 0),
    windowMs,
    pieces: samples.reduce((sum, { ours }) => sum + ours.pieces, 0),
    broken: samples.flatMap(({ ours }) => ours.broken),
    offloadComing: estimateOf(samples.map(({ ours }) => ours.offload)),
    offloadSteady: estimateOf(steady),
    offload: estimateOf(whole),
    startP95Ms: arms(({ startP95Ms }) => startP95Ms),
    startMedianMs: arms(({ startMedianMs }) => startMedianMs),
    rebuffer: arms(({ rebuffer }) => rebuffer),
    latencyMedianMs: arms(({ latencyMedianMs }) => latencyMedianMs),
    edgePeakShare: jackknife(samples, peakShareOf),
  };
}

/** All sampled clusters together, each in its own time. */
function peakShareOf(samples: readonly SamplePair[]): number {
  const [ours, plain] = (['ours', 'plain'] as const).map((arm) =>
    peakOf(samples.map((pair) => pair[arm].edgeBytes)),
  ) as [number, number];
  return ours / plain;
}

/** After its window a cluster is taken to go on as in its last ten seconds. */
function peakOf(curves: readonly (readonly number[])[]): Bytes {
  const seconds = Math.max(0, ...curves.map(({ length }) => length));
  const at = (curve: readonly number[], second: number): Bytes =>
    curve[second] ?? meanOf(curve.slice(-STEADY_SEC));
  const sums = Array.from({ length: seconds }, (_, second) =>
    curves.reduce((sum, curve) => sum + at(curve, second), 0),
  );
  const means = sums.map((_, i) => meanOf(sums.slice(Math.max(0, i - PEAK_SEC + 1), i + 1)));
  return means.reduce((most, bytes) => Math.max(most, bytes), 0);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function summed(all: readonly (readonly ShardMoment[])[]): readonly ShardMoment[] {
  const longest = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => {
    const now = all.flatMap((series) => series[i] ?? []);
    const sum = (of: (moment: ShardMoment) => number): number =>
      now.reduce((total, moment) => total + of(moment), 0);
    return {
      at: now[0]?.at ?? 0,
      peers: sum(({ peers }) => peers),
      busyMs: sum(({ busyMs }) => busyMs),
      planMs: sum(({ planMs }) => planMs),
    };
  });
}

function totals<Keys extends string>(
  all: readonly Readonly<Record<Keys, number>>[],
): Readonly<Record<Keys, number>> {
  const sums = {} as Record<Keys, number>;
  for (const one of all) {
    for (const key of Object.keys(one) as Keys[]) sums[key] = (sums[key] ?? 0) + one[key];
  }
  return sums;
}

const MOMENT_MS = 10_000;
const PEAK_SEC = 5;
const STEADY_SEC = 10;
