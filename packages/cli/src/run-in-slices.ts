/** Plays simulations side by side, a slice of virtual time after the other, so that signals and a
 * progress bar get their turn. */
import { setImmediate } from 'node:timers/promises';
import type { Scenario, Simulation } from '@shoal/sim';

export interface SliceHooks {
  /** The share of the work that is done. */
  progress(done: number): void;
  isStopped(): boolean;
}

/** All of the same length. Gives how much time was played: all of it unless stopped. */
export async function runInSlices(runs: readonly Simulation[], hooks: SliceHooks): Promise<number> {
  const scenario = runs[0]?.scenario;
  if (scenario === undefined) return 0;
  const doneAt = workOf(scenario);
  for (const run of runs) run.start();
  let at = 0;
  for (let slice = SLICE_MS_MIN; at < scenario.forMs && !hooks.isStopped(); ) {
    at = Math.min(scenario.forMs, at + slice);
    const began = performance.now();
    for (const run of runs) run.advance(at);
    const isQuick = performance.now() - began < TURN_MS;
    slice = Math.max(SLICE_MS_MIN, isQuick ? 2 * slice : slice / 2);
    hooks.progress(doneAt(at));
    await setImmediate();
  }
  for (const run of runs) run.end();
  return at;
}

/** Work is viewers times time: gives the share of it before a moment. */
function workOf({ visits, forMs }: Scenario): (at: number) => number {
  const bucketMs = forMs / BUCKETS;
  const before = [0];
  for (let i = 0; i < BUCKETS; i++) {
    const at = (i + 0.5) * bucketMs;
    const present = visits.filter((v) => v.arriveAt <= at && (v.leaveAt ?? forMs) >= at).length;
    before.push((before[i] ?? 0) + present);
  }
  const all = before[BUCKETS] ?? 0;
  return (at) => {
    const i = Math.min(BUCKETS - 1, Math.floor(at / bucketMs));
    const [from = 0, to = 0] = [before[i], before[i + 1]];
    return all === 0 ? at / forMs : (from + (to - from) * (at / bucketMs - i)) / all;
  };
}

const SLICE_MS_MIN = 10;
/** A slice should take about so long of real time. */
const TURN_MS = 100;
const BUCKETS = 200;
