/** The viewers of one sampled cluster, piece by piece, with peers or with the CDN alone. */
import type { Ms } from '@shoal/core/units';
import { buildScenario } from '../file/build.js';
import type { ScenarioFile } from '../file/schema.js';
import { reportOf } from '../report/report.js';
import type { VisitSpec } from '../scenario.js';
import { createSimulation } from '../simulation.js';

export interface SampleTask {
  readonly file: ScenarioFile;
  readonly name: string;
  readonly seed: number;
  readonly visits: readonly VisitSpec[];
  readonly plain: boolean;
}

export interface SampleResult {
  /** False when it was stopped: then its figures are of less than the others'. */
  readonly isWhole: boolean;
  readonly viewers: number;
  readonly offload: number;
  readonly limit: number;
  /** Edge bytes over the bytes of one copy, in the last 20 s. */
  readonly copiesSteady: number;
  /** Viewers in these seconds. */
  readonly presentSteady: number;
  readonly startMedianMs: Ms;
  readonly startP95Ms: Ms;
  /** Stalled time over time watched. */
  readonly rebuffer: number;
  readonly latencyMedianMs: Ms;
  readonly pieces: number;
  readonly broken: readonly string[];
  /** Bytes that the edge sent in each second since the event began. */
  readonly edgeBytes: readonly number[];
}

/** From the first arrival on, for as long as the file says; who comes later is left out. */
export function playSample(task: SampleTask, progress: (done: number) => boolean): SampleResult {
  const { file, name, seed, plain } = task;
  const forMs = file.sample?.for ?? file.for;
  const beganAt = Math.min(...task.visits.map(({ arriveAt }) => arriveAt));
  const one = { ...file, viewers: { ...file.viewers, count: 1 } };
  const visits = task.visits
    .map((visit) => shifted(visit, beganAt))
    .filter(({ arriveAt }) => arriveAt < forMs)
    .sort((a, b) => a.arriveAt - b.arriveAt);
  const scenario = { ...buildScenario(one, name, { seed, forMs }), visits, plain };
  const simulation = createSimulation(scenario);
  simulation.start();
  let at = 0;
  while (at < forMs) {
    at = Math.min(forMs, at + SLICE_MS);
    simulation.advance(at);
    if (!progress(at / forMs)) break;
  }
  simulation.end();
  const report = reportOf(simulation);
  const idle = Array.from({ length: Math.floor(beganAt / 1000) }, () => 0);
  const { moments } = simulation.sampler;
  return {
    isWhole: at === forMs,
    viewers: report.viewers,
    offload: report.offload,
    limit: report.limit.offload,
    copiesSteady: report.copiesSteady,
    presentSteady: moments.at(-1)?.viewers ?? 0,
    startMedianMs: report.startMedianMs,
    startP95Ms: report.startP95Ms,
    rebuffer: report.rebuffer,
    latencyMedianMs: report.latencyMedianMs,
    pieces: simulation.fabric.counts.pieces,
    broken: report.broken,
    edgeBytes: [...idle, ...moments.map(({ edgeBytes }) => edgeBytes)],
  };
}

function shifted(visit: VisitSpec, byMs: Ms): VisitSpec {
  const { arriveAt, leaveAt } = visit;
  return {
    ...visit,
    arriveAt: arriveAt - byMs + LEAD_MS,
    ...(leaveAt === undefined ? {} : { leaveAt: leaveAt - byMs + LEAD_MS }),
  };
}

const SLICE_MS = 2_000;
/** Before the first comes. */
const LEAD_MS = 500;
