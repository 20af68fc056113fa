/** Counts what happens into the figures that users read. */
import type { FetchWhy, PeerEvent } from '@shoal/core/peer';
import type { Bytes, Ms, PeerId } from '@shoal/core/units';
import { createRateMeter, type RateMeter } from './rate-meter.js';
import type { EngineStats, HttpWhy, NeighbourStats, SegmentStats } from './stats.js';

export interface Counters {
  readonly edgeRate: RateMeter;
  event(now: Ms, event: PeerEvent): void;
  /** Media bytes came over HTTP. */
  http(why: HttpWhy, bytes: Bytes): void;
  request(): void;
  playlist(from: 'http' | 'records'): void;
  segment(segment: SegmentStats): void;
  rtt(peer: PeerId, rttMs: Ms): void;
  uploaded(): Bytes;
  read(): Omit<EngineStats, 'self' | 'peers' | 'why' | 'tracker'>;
}

/** Segments kept in the timeline. */
export const TIMELINE_MAX = 64;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export function createCounters(): Counters {
  const httpByWhy = Object.fromEntries(WHYS.map((why) => [why, 0])) as Record<HttpWhy, Bytes>;
  const totals = { http: 0, p2p: 0, uploaded: 0, unverified: 0, recordsRefused: 0, requests: 0 };
  const wasted = { peer: 0, edge: 0 };
  const corrupt = { peer: 0, edge: 0 };
  const playlists = { http: 0, records: 0 };
  const neighbours = new Map<PeerId, Mutable<NeighbourStats>>();
  const segments: SegmentStats[] = [];
  const edgeRate = createRateMeter();

  const change = (peer: PeerId | undefined, by: (stats: Mutable<NeighbourStats>) => void): void => {
    const stats = peer === undefined ? undefined : neighbours.get(peer);
    if (stats !== undefined) by(stats);
  };
  const event = (now: Ms, event: PeerEvent): void => {
    switch (event.type) {
      case 'peer-connected':
        neighbours.set(event.peer, newNeighbour(event.peer, now, neighbours.get(event.peer)));
        return;
      case 'peer-closed':
        neighbours.delete(event.peer);
        return;
      case 'piece-received':
        if (event.source === 'peer') totals.p2p += event.bytes;
        change(event.peer, (stats) => {
          stats.received += event.bytes;
        });
        return;
      case 'piece-wasted':
        wasted[event.source] += event.bytes;
        return;
      case 'piece-sent':
        totals.uploaded += event.bytes;
        change(event.peer, (stats) => {
          stats.sent += event.bytes;
        });
        return;
      case 'piece-corrupt':
        corrupt[event.peer === undefined ? 'edge' : 'peer']++;
        change(event.peer, (stats) => {
          stats.corrupt++;
        });
        return;
      case 'record-refused':
        totals.recordsRefused++;
        return;
      case 'segment-delivered':
      case 'tracker-changed':
        return;
    }
  };
  return {
    edgeRate,
    event,
    http(why, bytes) {
      totals.http += bytes;
      httpByWhy[why] += bytes;
    },
    request: () => void totals.requests++,
    playlist: (from) => void playlists[from]++,
    segment(segment) {
      segments.push(segment);
      if (segments.length > TIMELINE_MAX) segments.shift();
      if (!segment.verified) totals.unverified += segment.httpBytes;
    },
    rtt(peer, rttMs) {
      const known = neighbours.get(peer);
      if (known === undefined) neighbours.set(peer, { ...newNeighbour(peer, 0), rttMs });
      else known.rttMs = rttMs;
    },
    uploaded: () => totals.uploaded,
    read: () => ({
      http: totals.http,
      p2p: totals.p2p,
      uploaded: totals.uploaded,
      httpByWhy: { ...httpByWhy },
      httpRequests: totals.requests,
      wasted: { ...wasted },
      corrupt: { ...corrupt },
      unverified: totals.unverified,
      recordsRefused: totals.recordsRefused,
      neighbours: [...neighbours.values()].map((stats) => ({ ...stats })),
      playlists: { ...playlists },
      edgeRate: edgeRate.read(),
      segments: [...segments],
    }),
  };
}

const FETCH_WHYS: readonly FetchWhy[] = [
  'cold',
  'seed',
  'standby',
  'deadline',
  'alone',
  'claim',
  'retry',
];
const WHYS: readonly HttpWhy[] = [...FETCH_WHYS, 'init', 'plain', 'rescue'];

/**
 * The round-trip time is told when the link comes up, just before the machine says that a peer is
 * connected.
 */
function newNeighbour(
  peer: PeerId,
  connectedAt: Ms,
  known?: NeighbourStats,
): Mutable<NeighbourStats> {
  return { peer, rttMs: known?.rttMs ?? 0, connectedAt, received: 0, sent: 0, corrupt: 0 };
}
