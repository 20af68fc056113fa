/** What the swarm asked of viewers, networks and the tracker. */
import type { Simulation, Visit } from '../simulation.js';
import { type Crossing, crossingOf } from './crossing.js';
import { hasJoined, presentMs, sum } from './presence.js';

export interface Swarm {
  /** Most uploaded by one viewer over the mean. */
  readonly fairness: number;
  readonly corrupt: number;
  readonly crossing: Crossing;
  /** Hops from the root of a tree, over all places in all trees; NaN without trees. */
  readonly depthMean: number;
  readonly depthMax: number;
  readonly messagesPerViewerSec: number;
  readonly trackerBytesPerViewer: number;
  /** Share of one core that the tracker took; undefined where no clock was given. */
  readonly trackerLoad: number | undefined;
}

export function swarmOf(simulation: Simulation, visits: readonly Visit[]): Swarm {
  const { fabric, tracker, sampler, scenario } = simulation;
  const uploaded = visits.map(({ viewer }) => viewer?.figures.sentBytes ?? 0);
  const mean = sum(uploaded, (bytes) => bytes) / uploaded.length;
  const viewerMs = sum(visits, (visit) => presentMs(simulation, visit));
  const depths = Array.from(sampler.depths, (places) => places ?? 0);
  const hops = sum([...depths.entries()], ([depth, places]) => depth * places);
  return {
    fairness: uploaded.reduce((most, bytes) => Math.max(most, bytes), 0) / Math.max(1, mean),
    corrupt: sum(visits, ({ viewer }) => viewer?.figures.corrupt ?? 0),
    crossing: crossingOf(visits.filter(hasJoined)),
    depthMean: hops / sum(depths, (places) => places),
    depthMax: depths.length > 0 ? depths.length - 1 : Number.NaN,
    messagesPerViewerSec: (1_000 * fabric.counts.messages) / viewerMs,
    trackerBytesPerViewer: tracker.counts.bytesOut / visits.length,
    trackerLoad: sampler.isTimed ? tracker.counts.busyMs / scenario.forMs : undefined,
  };
}
