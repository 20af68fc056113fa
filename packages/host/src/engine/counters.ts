/** Counts what happens into the figures that users read. */
import type { PeerEvent } from '@shoal/core/peer';
import type { Bytes, Ms, PeerId } from '@shoal/core/units';
import { createNeighbourBook } from './neighbour-book.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';
import type { EngineStats, HttpWhy, SegmentStats } from './stats.js';

/** The figures that come from counting alone. */
export type Counted = Omit<EngineStats, 'self' | 'peers' | 'lagMs' | 'why' | 'tracker'>;

export interface Counters {
  readonly edgeRate: RateMeter;
  event(now: Ms, event: PeerEvent): void;
  /** Media bytes came over HTTP. */
  http(why: HttpWhy, bytes: Bytes): void;
  request(): void;
  playlist(from: 'http' | 'records'): void;
  segment(segment: SegmentStats): void;
  rtt(peer: PeerId, rttMs: Ms): void;
  read(): Counted;
}

/** Segments kept in the timeline. */
export const TIMELINE_MAX = 64;

export function createCounters(): Counters {
  const httpByWhy = Object.fromEntries(WHYS.map((why) => [why, 0])) as Record<HttpWhy, Bytes>;
  const totals = { http: 0, p2p: 0, uploaded: 0, unverified: 0, recordsRefused: 0 };
  const wasted = { peer: 0, edge: 0 };
  const corrupt = { peer: 0, edge: 0 };
  const playlists = { http: 0, records: 0 };
  const neighbours = createNeighbourBook();
  const segments: SegmentStats[] = [];
  const edgeRate = createRateMeter();
  let httpRequests = 0;
  return {
    edgeRate,
    event(now, event) {
      neighbours.event(now, event);
      if (event.type === 'piece-received' && event.source === 'peer') totals.p2p += event.bytes;
      else if (event.type === 'piece-sent') totals.uploaded += event.bytes;
      else if (event.type === 'piece-wasted') wasted[event.source] += event.bytes;
      else if (event.type === 'piece-corrupt') corrupt[event.peer ? 'peer' : 'edge']++;
      else if (event.type === 'record-refused') totals.recordsRefused++;
    },
    http(why, bytes) {
      totals.http += bytes;
      httpByWhy[why] += bytes;
    },
    request: () => void httpRequests++,
    playlist: (from) => void playlists[from]++,
    segment(segment) {
      segments.push(segment);
      if (segments.length > TIMELINE_MAX) segments.shift();
      if (!segment.verified) totals.unverified += segment.httpBytes;
    },
    rtt: neighbours.rtt,
    read: () => ({
      ...totals,
      httpByWhy: { ...httpByWhy },
      httpRequests,
      wasted: { ...wasted },
      corrupt: { ...corrupt },
      neighbours: neighbours.read(),
      playlists: { ...playlists },
      edgeRate: edgeRate.read(),
      segments: [...segments],
    }),
  };
}

const WHYS: readonly HttpWhy[] = [
  'cold',
  'seed',
  'standby',
  'deadline',
  'alone',
  'claim',
  'retry',
  'init',
  'plain',
  'rescue',
];
