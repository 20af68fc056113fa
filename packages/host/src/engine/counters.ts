/** Counts what happens into the figures that users read; they outlive any one engine. */
import type { PeerEvent } from '@shoal/core/peer';
import type { Bytes } from '@shoal/core/units';
import type { Neighbour } from './link-table.js';
import { createRateMeter, type RateMeter } from './rate-meter.js';
import type { EngineStats, HttpWhy, SegmentStats } from './stats.js';

/** The figures that only an engine has. */
type Gauges = 'self' | 'peers' | 'neighbours' | 'lagMs' | 'why' | 'tracker';

export interface Counters {
  readonly edgeRate: RateMeter;
  /** `neighbour`: whom the event is about. */
  event(event: PeerEvent, neighbour: Neighbour | undefined): void;
  /** Media bytes came over HTTP. */
  http(why: HttpWhy, bytes: Bytes): void;
  request(): void;
  playlist(from: 'http' | 'records'): void;
  segment(segment: SegmentStats): void;
  read(): Omit<EngineStats, Gauges>;
  /** While no engine runs: what the player loaded by itself still counts. */
  idle(): EngineStats;
}

/** Segments kept in the timeline. */
export const TIMELINE_MAX = 64;

export function createCounters(): Counters {
  const httpByWhy: Partial<Record<HttpWhy, Bytes>> = {};
  const totals = {
    http: 0,
    httpRequests: 0,
    p2p: 0,
    uploaded: 0,
    unverified: 0,
    recordsRefused: 0,
  };
  const wasted = { peer: 0, edge: 0 };
  const corrupt = { peer: 0, edge: 0 };
  const playlists = { http: 0, records: 0 };
  const segments: SegmentStats[] = [];
  const edgeRate = createRateMeter();
  const read = () => ({
    ...totals,
    httpByWhy: { ...httpByWhy },
    wasted: { ...wasted },
    corrupt: { ...corrupt },
    playlists: { ...playlists },
    edgeRate: edgeRate.read(),
    segments: [...segments],
  });
  return {
    edgeRate,
    event(event, neighbour) {
      if (event.type === 'piece-received') {
        if (event.source === 'peer') totals.p2p += event.bytes;
        if (neighbour) neighbour.received += event.bytes;
      } else if (event.type === 'piece-sent') {
        totals.uploaded += event.bytes;
        if (neighbour) neighbour.sent += event.bytes;
      } else if (event.type === 'piece-corrupt') {
        corrupt[event.peer ? 'peer' : 'edge']++;
        if (neighbour) neighbour.corrupt++;
      } else if (event.type === 'piece-wasted') wasted[event.source] += event.bytes;
      else if (event.type === 'record-refused') totals.recordsRefused++;
    },
    http(why, bytes) {
      totals.http += bytes;
      httpByWhy[why] = (httpByWhy[why] ?? 0) + bytes;
    },
    request: () => void totals.httpRequests++,
    playlist: (from) => void playlists[from]++,
    segment(segment) {
      segments.push(segment);
      if (segments.length > TIMELINE_MAX) segments.shift();
      if (!segment.verified) totals.unverified += segment.httpBytes;
    },
    read,
    idle: () => ({
      ...read(),
      self: undefined,
      peers: 0,
      neighbours: [],
      lagMs: 0,
      tracker: { up: false, refused: undefined },
      why: { code: 'no-tag', detail: undefined },
    }),
  };
}
