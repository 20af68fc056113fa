/** What came out of a run, as figures. */
import type { Delivery, Simulation, Visit } from '../simulation.js';
import type { Segment } from '../world/media.js';

export interface Report {
  readonly scenario: string;
  readonly seed: number;
  readonly plain: boolean;
  readonly viewers: number;
  /** 1 minus edge bytes over bytes played; waste counts against it. */
  readonly offload: number;
  /** The same if every segment that anybody played had left the edge once. */
  readonly offloadLimit: number;
  /** Edge bytes over the bytes of one copy of all that was played. */
  readonly copies: number;
  /** The same for the segments of the last 20 s whose time has passed (live). */
  readonly copiesSteady: number;
  /** Copies by the reason for the fetch. */
  readonly copiesByWhy: Readonly<Record<string, number>>;
  readonly startMedianMs: number;
  readonly startP95Ms: number;
  readonly neverStarted: number;
  readonly stalledViewers: number;
  readonly stalls: number;
  readonly stallMs: number;
  readonly rebuffer: number;
  readonly lastStallAt: number;
  readonly latencyMedianMs: number;
  readonly latencyP95Ms: number;
  readonly completeMedianMs: number;
  readonly completeP95Ms: number;
  /** Bytes that came twice or in vain, over bytes played. */
  readonly waste: number;
  /** Most uploaded by one viewer over the mean. */
  readonly fairness: number;
  readonly corrupt: number;
  readonly messagesPerViewerSec: number;
  readonly trackerBytesPerViewer: number;
  readonly edgeRequestsPerViewerMin: number;
  readonly broken: readonly string[];
  readonly events: number;
}

/** The figures of honest viewers; what hostile ones did shows in theirs. */
export function reportOf(simulation: Simulation): Report {
  const { scenario, media, edge, fabric, tracker } = simulation;
  const visits = simulation.visits.filter(({ player }) => player !== undefined);
  const honest = visits.filter(({ spec }) => (spec.behaviour ?? 'good') === 'good');
  const names = new Set(honest.map(({ name }) => name));
  const deliveries = simulation.deliveries.filter(({ viewer }) => names.has(viewer));
  const played = sum(deliveries, ({ edge: a, peer: b }) => a + b);
  const unique = new Map(deliveries.map(({ segment }) => [idOf(segment), segment]));
  const oneCopy = sum([...unique.values()], (segment) => media.sizeOf(segment));
  const sent = sum(
    edge.sent.filter(({ client }) => names.has(client)),
    ({ bytes }) => bytes,
  );
  const players = honest.map(({ player }) => player!);
  const heads = players.map(({ playhead }) => playhead);
  const starts = players
    .filter(({ playhead }) => playhead.playedAt !== undefined)
    .map(({ playhead, arrivedAt }) => playhead.playedAt! - arrivedAt);
  const latencies = players.flatMap((player) => player.latencies);
  const complete = honest.flatMap(({ viewer }) => viewer?.figures.completeMs ?? []);
  const watched = sum(honest, (visit) => watchedMs(simulation, visit));
  const stallMs = sum(heads, (head) => head.stallMs);
  const uploads = visits.map(({ viewer }) => viewer?.figures.sentBytes ?? 0);
  const wasted = sum(visits, ({ viewer }) => {
    const f = viewer?.figures;
    return f === undefined ? 0 : f.wastedEdge + f.wastedPeer;
  });
  const viewerSec = sum(visits, (visit) => presentMs(simulation, visit)) / 1000;
  return {
    scenario: scenario.name,
    seed: scenario.seed,
    plain: scenario.plain,
    viewers: visits.length,
    offload: 1 - sent / played,
    offloadLimit: 1 - oneCopy / played,
    copies: sent / oneCopy,
    copiesSteady: copiesOf(simulation, deliveries),
    copiesByWhy: byWhy(honest, oneCopy),
    startMedianMs: quantile(starts, 0.5),
    startP95Ms: quantile(starts, 0.95),
    neverStarted: players.length - starts.length,
    stalledViewers: heads.filter(({ stallsAt }) => stallsAt.length > 0).length,
    stalls: sum(heads, ({ stallsAt }) => stallsAt.length),
    stallMs,
    rebuffer: watched > 0 ? stallMs / watched : 0,
    lastStallAt: Math.max(0, ...heads.flatMap(({ stallsAt }) => stallsAt)),
    latencyMedianMs: quantile(latencies, 0.5),
    latencyP95Ms: quantile(latencies, 0.95),
    completeMedianMs: quantile(complete, 0.5),
    completeP95Ms: quantile(complete, 0.95),
    waste: wasted / played,
    fairness: Math.max(...uploads) / Math.max(1, sum(uploads, (n) => n) / uploads.length),
    corrupt: sum(visits, ({ viewer }) => viewer?.figures.corrupt ?? 0),
    messagesPerViewerSec: fabric.counts.messages / viewerSec,
    trackerBytesPerViewer: tracker.counts.bytesOut / visits.length,
    edgeRequestsPerViewerMin: (60 * edge.counts.requests) / viewerSec,
    broken: simulation.broken,
    events: simulation.agenda.count(),
  };
}

/**
 * Edge bytes of segments whose time has passed by the end, over the bytes of one copy of those
 * played.
 */
function copiesOf({ edge, media, scenario }: Simulation, played: readonly Delivery[]): number {
  if (!media.live) return Number.NaN;
  const names = new Set(played.map(({ viewer }) => viewer));
  const isSteady = ({ segment }: { readonly segment: Segment }): boolean => {
    const age = scenario.forMs - media.publishedAt(segment.sequence);
    return age > SETTLED_MS && age <= SETTLED_MS + STEADY_MS;
  };
  const sent = edge.sent.filter((item) => isSteady(item) && names.has(item.client));
  const steady = new Map(played.filter(isSteady).map(({ segment }) => [idOf(segment), segment]));
  const oneCopy = sum([...steady.values()], (segment) => media.sizeOf(segment));
  return sum(sent, ({ bytes }) => bytes) / oneCopy;
}

function idOf({ rendition, sequence }: Segment): string {
  return `${rendition}/${sequence}`;
}

const SETTLED_MS = 4_000;
const STEADY_MS = 20_000;

function byWhy(visits: readonly Visit[], oneCopy: number): Record<string, number> {
  const copies: Record<string, number> = {};
  for (const { viewer } of visits) {
    for (const [why, bytes] of Object.entries(viewer?.figures.edgeByWhy ?? {})) {
      copies[why] = (copies[why] ?? 0) + bytes / oneCopy;
    }
  }
  return copies;
}

function presentMs({ scenario }: Simulation, { spec }: Visit): number {
  return Math.min(scenario.forMs, spec.leaveAt ?? Number.POSITIVE_INFINITY) - spec.arriveAt;
}

function watchedMs(simulation: Simulation, visit: Visit): number {
  const started = visit.player?.playhead.playedAt;
  if (started === undefined) return 0;
  return Math.max(0, presentMs(simulation, visit) - (started - visit.spec.arriveAt));
}

export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
