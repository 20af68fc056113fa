/** Counters: a fold over the events of a peer. */
import { Bytes, type PeerId } from '../units/index.js';
import type { FetchWhy, PeerEvent } from './events.js';

/** Bytes since the session began, but for `segments` and `corrupt`, which are counts. */
export interface Counters {
  edge: Bytes;
  peer: Bytes;
  uploaded: Bytes;
  wastedEdge: Bytes;
  wastedPeer: Bytes;
  /** Played without a record to check against. */
  unverified: Bytes;
  corruptEdge: number;
  corruptPeer: number;
  segments: number;
  readonly edgeByWhy: Record<FetchWhy, Bytes>;
  /** Of open links only. */
  readonly byPeer: Map<PeerId, { received: Bytes; sent: Bytes }>;
}

export function createCounters(): Counters {
  return {
    edge: 0,
    peer: 0,
    uploaded: 0,
    wastedEdge: 0,
    wastedPeer: 0,
    unverified: 0,
    corruptEdge: 0,
    corruptPeer: 0,
    segments: 0,
    edgeByWhy: { cold: 0, seed: 0, standby: 0, deadline: 0, alone: 0, claim: 0, retry: 0 },
    byPeer: new Map(),
  };
}

/** Adds one event to `counters`. */
export function count(counters: Counters, event: PeerEvent): void {
  switch (event.type) {
    case 'peer-connected':
      counters.byPeer.set(event.peer, { received: 0, sent: 0 });
      return;
    case 'peer-closed':
      counters.byPeer.delete(event.peer);
      return;
    case 'piece-received':
      counters[event.source] = Bytes(counters[event.source] + event.bytes);
      if (event.why !== undefined) counters.edgeByWhy[event.why] += event.bytes;
      addTo(counters, event.peer, 'received', event.bytes);
      return;
    case 'piece-wasted':
      counters[event.source === 'peer' ? 'wastedPeer' : 'wastedEdge'] += event.bytes;
      return;
    case 'piece-sent':
      counters.uploaded += event.bytes;
      addTo(counters, event.peer, 'sent', event.bytes);
      return;
    case 'piece-corrupt':
      counters[event.peer === undefined ? 'corruptEdge' : 'corruptPeer']++;
      return;
    case 'segment-delivered':
      counters.segments++;
      if (!event.verified) counters.unverified += event.httpBytes;
      return;
    case 'record-refused':
    case 'tracker-changed':
      return;
  }
}

function addTo(
  counters: Counters,
  peer: PeerId | undefined,
  way: 'received' | 'sent',
  bytes: Bytes,
): void {
  const neighbour = peer === undefined ? undefined : counters.byPeer.get(peer);
  if (neighbour !== undefined) neighbour[way] += bytes;
}
