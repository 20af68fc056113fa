/** The engine's figures for users: counters, neighbours, and why there are no peers. */

import type { FetchWhy } from '../telemetry/index.js';
import type { BitsPerSec, Bytes, Ms, PeerId } from '../units/index.js';
import { rate } from './push.js';
import { openLinks, type State } from './state.js';

export interface NeighbourStats {
  readonly peer: PeerId;
  readonly rttMs: Ms;
  readonly received: Bytes;
  readonly sent: Bytes;
  /** 0 to 1. */
  readonly score: number;
}

/** `ok`, or what stands between this peer and others. */
export type PeerReason =
  | 'ok'
  | 'no-consent'
  | 'refused'
  | 'tracker-unreachable'
  | 'joining'
  | 'connecting'
  | 'alone'
  | 'uploads-off';

/**
 * Bytes since the start; `edge` and `peer` are verified and new, so wasted and unverified ones come
 * on top.
 */
export interface PeerStats {
  readonly edge: Bytes;
  readonly peer: Bytes;
  readonly uploaded: Bytes;
  readonly wastedEdge: Bytes;
  readonly wastedPeer: Bytes;
  readonly unverified: Bytes;
  readonly corruptEdge: number;
  readonly corruptPeer: number;
  readonly segments: number;
  readonly edgeByWhy: Readonly<Record<FetchWhy, Bytes>>;
  readonly neighbours: readonly NeighbourStats[];
  readonly parts: number;
  readonly bytesHeld: Bytes;
  readonly uplink: BitsPerSec;
  readonly reason: PeerReason;
}

export function statsOf(s: State): PeerStats {
  const { byPeer, edgeByWhy, ...totals } = s.counters;
  return {
    ...totals,
    edgeByWhy: { ...edgeByWhy },
    neighbours: openLinks(s).map(({ peer, rttMs, score }) => ({
      peer,
      rttMs,
      received: byPeer.get(peer)?.received ?? 0,
      sent: byPeer.get(peer)?.sent ?? 0,
      score: score.value,
    })),
    parts: s.parts.size - s.open.size,
    bytesHeld: s.bytesHeld,
    uplink: rate(s),
    reason: reasonOf(s),
  };
}

function reasonOf(s: State): PeerReason {
  if (!s.consent) return 'no-consent';
  if (openLinks(s).length > 0) return s.uploads.on ? 'ok' : 'uploads-off';
  if (s.links.size > 0) return 'connecting';
  const { status, refused, failures } = s.session;
  if (status === 'joined') return s.introduced.length > 0 ? 'connecting' : 'alone';
  if (refused !== undefined) return 'refused';
  return failures > 0 ? 'tracker-unreachable' : 'joining';
}
