/** Where the bytes came from, beside the least that the edge could have sent. */
import type { BitsPerSec, Bytes, Ms } from '@shoal/core/units';
import { type Audience, type OffloadLimit, offloadLimit } from '../limit/limit.js';
import type { Delivery, Simulation, Visit } from '../simulation.js';
import type { Segment } from '../world/media.js';
import { hasJoined, presentMs, sum, uploads } from './presence.js';
import type { Moment } from './sampler.js';

export interface Traffic {
  /** What the limit is made of: means over the run, in which a viewer counts as long as it stays. */
  readonly audience: Audience;
  /** Of `offload`, for these inputs. */
  readonly limit: OffloadLimit;
  /** 1 minus edge bytes over bytes played; waste counts against it. */
  readonly offload: number;
  /** Edge bytes over the bytes of one copy of all that was played. */
  readonly copies: number;
  /** The same for the segments of the last 20 s whose time has passed (live). */
  readonly copiesSteady: number;
  /** Copies by the reason for the fetch. */
  readonly copiesByWhy: Readonly<Record<string, number>>;
  /** Most that the edge sent, as a mean of five seconds. */
  readonly edgePeak: BitsPerSec;
  readonly edgeRequestsPerViewerMin: number;
  /** Bytes that came twice or in vain, over bytes played. */
  readonly waste: number;
}

export function trafficOf(
  simulation: Simulation,
  visits: readonly Visit[],
  honest: readonly Visit[],
): Traffic {
  const { media, edge, sampler } = simulation;
  const names = new Set(honest.map(({ name }) => name));
  const deliveries = simulation.deliveries.filter(({ viewer }) => names.has(viewer));
  const played = sum(deliveries, ({ edge: a, peer: b }) => a + b);
  const unique = new Map(deliveries.map(({ segment }) => [idOf(segment), segment]));
  const oneCopy = sum([...unique.values()], (segment) => media.sizeOf(segment));
  const sent = sum(
    edge.sent.filter(({ client }) => names.has(client)),
    ({ bytes }) => bytes,
  );
  const wasted = sum(visits, ({ viewer }) => {
    const figures = viewer?.figures;
    return figures === undefined ? 0 : figures.wastedEdge + figures.wastedPeer;
  });
  const viewerMs = sum(visits, (visit) => presentMs(simulation, visit));
  const audience = audienceOf(simulation, honest, { played, oneCopy });
  return {
    audience,
    limit: offloadLimit(audience),
    offload: 1 - sent / played,
    copies: sent / oneCopy,
    copiesSteady: copiesOf(simulation, deliveries),
    copiesByWhy: byWhy(honest, oneCopy),
    edgePeak: peakOf(sampler.moments),
    edgeRequestsPerViewerMin: (60_000 * edge.counts.requests) / viewerMs,
    waste: wasted / played,
  };
}

/** One viewer for each time that the bytes were played; each counts as long as it stays. */
function audienceOf(
  simulation: Simulation,
  visits: readonly Visit[],
  { played, oneCopy }: { readonly played: Bytes; readonly oneCopy: Bytes },
): Audience {
  const msOf = (some: readonly Visit[]): Ms => sum(some, (visit) => presentMs(simulation, visit));
  const uploaders = visits.filter(uploads);
  const [allMs, uploadMs] = [msOf(visits), msOf(uploaders)];
  const upMs = sum(uploaders, (visit) => visit.spec.up * presentMs(simulation, visit));
  return {
    viewers: played / oneCopy,
    bitrate: (8_000 * played) / allMs,
    joined: msOf(visits.filter(hasJoined)) / allMs,
    uploading: uploadMs / allMs,
    uplink: uploadMs > 0 ? upMs / uploadMs : 0,
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
    const age = scenario.forMs - media.publishedAt({ sequence: segment.sequence });
    return age > SETTLED_MS && age <= SETTLED_MS + STEADY_MS;
  };
  const sent = edge.sent.filter((item) => isSteady(item) && names.has(item.client));
  const steady = new Map(played.filter(isSteady).map(({ segment }) => [idOf(segment), segment]));
  const oneCopy = sum([...steady.values()], (segment) => media.sizeOf(segment));
  return sum(sent, ({ bytes }) => bytes) / oneCopy;
}

function idOf({ rendition, sequence, part }: Segment): string {
  return `${rendition}/${sequence}/${part}`;
}

function byWhy(visits: readonly Visit[], oneCopy: number): Record<string, number> {
  const copies: Record<string, number> = {};
  for (const { viewer } of visits) {
    for (const [why, bytes] of Object.entries(viewer?.figures.edgeByWhy ?? {})) {
      copies[why] = (copies[why] ?? 0) + bytes / oneCopy;
    }
  }
  return copies;
}

function peakOf(moments: readonly Moment[]): BitsPerSec {
  const rates = moments.map((_, i) =>
    sum(moments.slice(Math.max(0, i - PEAK_SEC + 1), i + 1), ({ edgeBytes }) => edgeBytes),
  );
  return (8 * Math.max(0, ...rates)) / PEAK_SEC;
}

const SETTLED_MS = 4_000;
const STEADY_MS = 20_000;
const PEAK_SEC = 5;
