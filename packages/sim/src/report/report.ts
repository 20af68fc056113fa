/** What came out of a run, as figures. */
import type { Bytes, Ms } from '@shoal/core/units';
import type { Simulation, Visit } from '../simulation.js';
import { type Playback, playbackOf } from './playback.js';
import { quantile, spreadOf } from './quantile.js';
import type { Moment } from './sampler.js';
import { type Swarm, swarmOf } from './swarm.js';
import { type Traffic, trafficOf } from './traffic.js';

export interface Report extends Traffic, Playback, Swarm {
  readonly scenario: string;
  readonly about: string;
  readonly seed: number;
  readonly plain: boolean;
  readonly live: boolean;
  readonly forMs: Ms;
  readonly viewers: number;
  readonly broken: readonly string[];
  readonly events: number;
  readonly happenings: readonly { readonly at: Ms; readonly what: string }[];
  /** Every second. */
  readonly series: readonly Moment[];
  readonly spreads: Spreads;
}

/** Values in order, one a viewer; of many viewers, evenly chosen ones. */
export interface Spreads {
  readonly startMs: readonly Ms[];
  readonly stallMs: readonly Ms[];
  readonly latencyMs: readonly Ms[];
  readonly uploaded: readonly Bytes[];
  /** Places in trees, by hops from the root. */
  readonly depths: readonly number[];
}

/** The figures of honest viewers; what hostile ones did shows in theirs. */
export function reportOf(simulation: Simulation): Report {
  const { scenario, media, sampler } = simulation;
  const visits = simulation.visits.filter(({ player }) => player !== undefined);
  const honest = visits.filter(({ spec }) => (spec.behaviour ?? 'good') === 'good');
  return {
    scenario: scenario.name,
    about: scenario.about,
    seed: scenario.seed,
    plain: scenario.plain,
    live: media.live,
    forMs: scenario.forMs,
    viewers: visits.length,
    ...trafficOf(simulation, visits, honest),
    ...playbackOf(simulation, honest),
    ...swarmOf(simulation, visits),
    broken: simulation.broken,
    events: simulation.agenda.count(),
    happenings: scenario.happenings.map(({ at, what }) => ({ at, what })),
    series: sampler.moments,
    spreads: { ...spreadsOf(visits, honest), depths: Array.from(sampler.depths, (n) => n ?? 0) },
  };
}

function spreadsOf(visits: readonly Visit[], honest: readonly Visit[]): Omit<Spreads, 'depths'> {
  const players = honest.flatMap(({ player }) => player ?? []);
  return {
    startMs: spreadOf(
      players.flatMap(({ playhead: { playedAt }, arrivedAt }) =>
        playedAt === undefined ? [] : [playedAt - arrivedAt],
      ),
    ),
    stallMs: spreadOf(players.map(({ playhead }) => playhead.stallMs)),
    latencyMs: spreadOf(
      players
        .filter(({ latencies }) => latencies.length > 0)
        .map(({ latencies }) => quantile(latencies, 0.5)),
    ),
    uploaded: spreadOf(visits.map(({ viewer }) => viewer?.figures.sentBytes ?? 0)),
  };
}
