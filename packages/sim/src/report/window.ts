/** The figures of a stretch of a run, such as a swarm that has grown up, beside their limits. */
import type { Ms } from '@shoal/core/units';
import type { Simulation, Visit } from '../simulation.js';
import { quantile } from './quantile.js';

export interface WindowReport {
  readonly sinceMs: Ms;
  /** Viewers present, on average. */
  readonly viewers: number;
  /** 1 minus edge bytes over bytes played. */
  readonly offload: number;
  /** The same if every segment that anybody played had left the edge once. */
  readonly offloadLimit: number;
  /** Share of those who consent, less if their uplinks together give less than they play. */
  readonly uplinkLimit: number;
  /** Points of offload that each reason for a fetch cost. */
  readonly costByWhy: Readonly<Record<string, number>>;
  /** From publication to a part's last verified piece. */
  readonly completeMedianMs: Ms;
  readonly completeP95Ms: Ms;
  readonly stalls: number;
  readonly stallMs: Ms;
  /** Most hops from a root at the end, and clusters. */
  readonly depth: number;
  readonly clusters: number;
}

interface Mark {
  readonly edgeByWhy: Readonly<Record<string, number>>;
  readonly parts: number;
  readonly stalls: number;
  readonly stallMs: Ms;
}

/** Call before the run, and what it returns after it. */
export function openWindow(simulation: Simulation, sinceMs: Ms): () => WindowReport {
  const marks = new Map<Visit, Mark>();
  simulation.agenda.after(sinceMs, () => {
    for (const visit of simulation.visits) marks.set(visit, markOf(visit));
  });
  return () => reportOf(simulation, sinceMs, marks);
}

function markOf({ viewer, player }: Visit): Mark {
  return {
    edgeByWhy: { ...viewer?.figures.edgeByWhy },
    parts: viewer?.figures.completeMs.length ?? 0,
    stalls: player?.playhead.stallsAt.length ?? 0,
    stallMs: player?.playhead.stallMs ?? 0,
  };
}

function reportOf(
  simulation: Simulation,
  sinceMs: Ms,
  marks: ReadonlyMap<Visit, Mark>,
): WindowReport {
  const { scenario, media, deliveries, edge, visits } = simulation;
  const recent = deliveries.filter(({ at }) => at >= sinceMs);
  const played = sum(recent.map(({ edge: a, peer: b }) => a + b));
  const segments = new Map(recent.map(({ segment }) => [JSON.stringify(segment), segment]));
  const oneCopy = sum([...segments.values()].map((segment) => media.sizeOf(segment)));
  const sent = sum(edge.sent.filter(({ at }) => at >= sinceMs).map(({ bytes }) => bytes));
  const costByWhy: Record<string, number> = {};
  const [complete, stalls, stallMs]: [number[], number[], number[]] = [[], [], []];
  for (const visit of visits) {
    const [before, after] = [marks.get(visit), markOf(visit)];
    for (const [why, bytes] of Object.entries(after.edgeByWhy)) {
      const more = bytes - (before?.edgeByWhy[why] ?? 0);
      if (more > 0) costByWhy[why] = (costByWhy[why] ?? 0) + (100 * more) / played;
    }
    complete.push(...(visit.viewer?.figures.completeMs.slice(before?.parts) ?? []));
    stalls.push(after.stalls - (before?.stalls ?? 0));
    stallMs.push(after.stallMs - (before?.stallMs ?? 0));
  }
  const clusters =
    simulation.tracker
      .snapshot()
      ?.streams.flatMap(({ renditions }) => renditions.flatMap((each) => each.clusters)) ?? [];
  const presentMs = ({ spec }: Visit): Ms =>
    Math.max(
      0,
      Math.min(scenario.forMs, spec.leaveAt ?? Infinity) - Math.max(sinceMs, spec.arriveAt),
    );
  const present = sum(visits.map(presentMs));
  const linked = visits.filter(({ spec }) => spec.consent !== false);
  const uplinks = sum(
    linked.filter(({ spec }) => spec.uploads !== false).map((v) => presentMs(v) * v.spec.up),
  );
  const wanted = sum(linked.map(presentMs));
  const rate = Math.max(...media.bitrates);
  return {
    sinceMs,
    viewers: present / (scenario.forMs - sinceMs),
    offload: 1 - sent / played,
    offloadLimit: 1 - oneCopy / played,
    uplinkLimit: Math.min(wanted, uplinks / rate) / present,
    costByWhy,
    completeMedianMs: quantile(complete, 0.5),
    completeP95Ms: quantile(complete, 0.95),
    stalls: sum(stalls),
    stallMs: sum(stallMs),
    depth: Math.max(0, ...clusters.map(({ depth }) => depth)),
    clusters: clusters.filter(({ members }) => members.length > 0).length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
