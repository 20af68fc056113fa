/** What an engine counts, as users read it. Every byte count starts at zero with the session. */
import type { FetchWhy } from '@shoal/core/peer';
import type { Why } from '@shoal/core/telemetry';
import type { BitsPerSec, Bytes, Ms, PeerId } from '@shoal/core/units';
import type { MediaName } from './locations.js';

/** Reasons that media bytes came over HTTP: the engine's own, and those of the player's adapter. */
export type HttpWhy = FetchWhy | 'init' | 'plain' | 'rescue';

export interface NeighbourStats {
  readonly peer: PeerId;
  readonly rttMs: Ms;
  readonly connectedAt: Ms;
  /** Verified bytes that came from it. */
  readonly received: Bytes;
  readonly sent: Bytes;
  /** Pieces from it that did not match their record. */
  readonly corrupt: number;
}

/** One segment, or part of one, that the player was given. */
export interface SegmentStats extends MediaName {
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly verified: boolean;
  /** Clock of the engine's world. */
  readonly askedAt: Ms;
  readonly firstByteAt: Ms;
  readonly lastByteAt: Ms;
  readonly deliveredAt: Ms;
}

export interface EngineStats {
  /** This viewer's own id in the swarm; undefined before the tracker has admitted it. */
  readonly self: PeerId | undefined;
  /**
   * Media bytes that came over HTTP, wasted ones too; playlists, records and signalling are not
   * media.
   */
  readonly http: Bytes;
  /** Verified media bytes that came from peers and were not held already. */
  readonly p2p: Bytes;
  /** Media bytes sent to peers. */
  readonly uploaded: Bytes;
  /** Links open now. */
  readonly peers: number;
  /** The same by reason; those that never came up are left out. */
  readonly httpByWhy: Readonly<Partial<Record<HttpWhy, Bytes>>>;
  readonly httpRequests: number;
  /** Bytes that came twice or too late, by source. */
  readonly wasted: { readonly peer: Bytes; readonly edge: Bytes };
  /** Pieces that did not match their record, by source. None of them was played or forwarded. */
  readonly corrupt: { readonly peer: number; readonly edge: number };
  /** Bytes played without a record to check them against. */
  readonly unverified: Bytes;
  /** Records whose signature or content was refused. */
  readonly recordsRefused: number;
  readonly neighbours: readonly NeighbourStats[];
  readonly playlists: { readonly http: number; readonly records: number };
  /** How late this device is with its own work, smoothed. */
  readonly lagMs: Ms;
  readonly tracker: { readonly up: boolean; readonly refused: string | undefined };
  readonly why: Why;
  /** What HTTP gave when last measured on a body long enough to tell, 0 when not yet. */
  readonly edgeRate: BitsPerSec;
  /** The last segments given to the player, oldest first, 64 at most. */
  readonly segments: readonly SegmentStats[];
}
