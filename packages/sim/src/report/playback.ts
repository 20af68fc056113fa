/** What viewers saw: how soon they started, how often they waited, how far behind live they were. */
import type { Ms } from '@shoal/core/units';
import type { Simulation, Visit } from '../simulation.js';
import { presentMs, sum } from './presence.js';
import { quantile } from './quantile.js';

export interface Playback {
  readonly startMedianMs: Ms;
  readonly startP95Ms: Ms;
  readonly neverStarted: number;
  readonly stalledViewers: number;
  readonly stalls: number;
  readonly stallMs: Ms;
  /** Stalled time over watched time. */
  readonly rebuffer: number;
  readonly lastStallAt: Ms;
  readonly latencyMedianMs: Ms;
  readonly latencyP95Ms: Ms;
  /** From publication of a part to its last verified piece. */
  readonly completeMedianMs: Ms;
  readonly completeP95Ms: Ms;
}

export function playbackOf(simulation: Simulation, visits: readonly Visit[]): Playback {
  const players = visits.flatMap(({ player }) => player ?? []);
  const heads = players.map(({ playhead }) => playhead);
  const starts = players
    .filter(({ playhead }) => playhead.playedAt !== undefined)
    .map(({ playhead, arrivedAt }) => playhead.playedAt! - arrivedAt);
  const latencies = players.flatMap((player) => player.latencies);
  const complete = visits.flatMap(({ viewer }) => viewer?.figures.completeMs ?? []);
  const watched = sum(visits, (visit) => watchedMs(simulation, visit));
  const stallMs = sum(heads, (head) => head.stallMs);
  return {
    startMedianMs: quantile(starts, 0.5),
    startP95Ms: quantile(starts, 0.95),
    neverStarted: players.length - starts.length,
    stalledViewers: heads.filter(({ stallsAt }) => stallsAt.length > 0).length,
    stalls: sum(heads, ({ stallsAt }) => stallsAt.length),
    stallMs,
    rebuffer: watched > 0 ? stallMs / watched : 0,
    lastStallAt: heads.reduce((last, { stallsAt }) => Math.max(last, stallsAt.at(-1) ?? 0), 0),
    latencyMedianMs: quantile(latencies, 0.5),
    latencyP95Ms: quantile(latencies, 0.95),
    completeMedianMs: quantile(complete, 0.5),
    completeP95Ms: quantile(complete, 0.95),
  };
}

function watchedMs(simulation: Simulation, visit: Visit): Ms {
  const started = visit.player?.playhead.playedAt;
  if (started === undefined) return 0;
  return Math.max(0, presentMs(simulation, visit) - (started - visit.spec.arriveAt));
}
