/** The gauges of a peer: what is, now. What has been is counted from events, see `telemetry`. */
import type { BitsPerSec, Bytes, Ms, PeerId } from '../units/index.js';
import { isOverloaded } from './overload.js';
import { rate } from './push.js';
import { openLinks, type State } from './state.js';

/** `linked`, or what stands between this peer and others. */
export type PeerReason =
  | 'linked'
  | 'no-consent'
  | 'overloaded'
  | 'refused'
  | 'no-tracker'
  | 'waiting'
  | 'connecting'
  | 'alone';

export interface PeerStats {
  readonly reason: PeerReason;
  /** How late this machine is itself, smoothed. */
  readonly lagMs: Ms;
  /** Parts held whole, and all bytes held. */
  readonly parts: number;
  readonly bytesHeld: Bytes;
  /** What the uplink is believed to give, the viewer's cap considered. */
  readonly uplink: BitsPerSec;
  /** Open links; `score` is 0 to 1. */
  readonly neighbours: readonly {
    readonly peer: PeerId;
    readonly rttMs: Ms;
    readonly score: number;
  }[];
}

export function statsOf(s: State): PeerStats {
  return {
    reason: reasonOf(s),
    lagMs: s.overload.lagMs,
    parts: s.parts.size - s.open.size,
    bytesHeld: s.bytesHeld,
    uplink: rate(s),
    neighbours: openLinks(s).map(({ peer, rttMs, score }) => ({ peer, rttMs, score: score.value })),
  };
}

function reasonOf(s: State): PeerReason {
  if (!s.consent) return 'no-consent';
  if (openLinks(s).length > 0) return 'linked';
  const { phase, refused, failures } = s.session;
  if (isOverloaded(s) || s.now < s.overload.restUntil) return 'overloaded';
  if (s.links.size + s.introduced.length + s.calls.length > 0) return 'connecting';
  if (phase === 'joined') return 'alone';
  if (refused !== undefined) return 'refused';
  return failures > 0 ? 'no-tracker' : 'waiting';
}
