/** What enters and leaves the tracker machine. */
import type { BitsPerSec, Bytes, Ms, PeerId, Rendition } from '../units/index.js';
import type { FromTracker, SealedRecord, ToTracker } from '../wire/index.js';

/** The world's number for one WebSocket; never used again once closed. */
export type ConnectionId = number;

export type TrackerInput =
  | { readonly type: 'wake' }
  /**
   * A socket opened. `entropy`: 24 unguessable bytes, 8 for the peer id and 16 for its secret.
   * `network`: the address cut to /24 or /48. `region` and `asn`: where that is and whose, as far
   * as the world knows.
   */
  | {
      readonly type: 'opened';
      readonly connection: ConnectionId;
      readonly entropy: Uint8Array;
      readonly network: string;
      readonly region?: string;
      readonly asn?: string;
    }
  /**
   * `proven`: the world vouches for the secret of a `join` that resumes, though this machine may
   * not remember the peer. A world that makes secrets as a keyed hash of the id can vouch after a
   * restart, and then links keep their names.
   */
  | {
      readonly type: 'message';
      readonly connection: ConnectionId;
      readonly message: ToTracker;
      readonly proven?: boolean;
    }
  | { readonly type: 'violation'; readonly connection: ConnectionId }
  | { readonly type: 'closed'; readonly connection: ConnectionId }
  /** A stream that this tracker serves, with its 32-byte id; a new epoch replaces the old. */
  | { readonly type: 'stream'; readonly streamId: Uint8Array; readonly epoch: number }
  /** The stream is served no longer: its peers are refused. */
  | { readonly type: 'stream-ended'; readonly streamId: Uint8Array }
  /** A new part of a served stream. */
  | { readonly type: 'record'; readonly sealed: SealedRecord };

export type TrackerOutput =
  | { readonly type: 'send'; readonly connection: ConnectionId; readonly message: FromTracker }
  /**
   * Close the socket once what was sent before has left; no `closed` input is needed, one does no
   * harm.
   */
  | { readonly type: 'close'; readonly connection: ConnectionId; readonly why: string };

export type TrackerWhy = 'plan' | 'introduce' | 'enter' | 'news' | 'expire';

/** A picture of the swarm, for metrics and for drawing it. Plain data, a fresh copy. */
export interface TrackerSnapshot {
  readonly connections: number;
  readonly peers: number;
  /** Joins refused and sessions ended, by reason. */
  readonly refused: Readonly<Record<string, number>>;
  readonly streams: readonly StreamSnapshot[];
}

export interface StreamSnapshot {
  /** 32 bytes. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  readonly peers: number;
  readonly totals: StreamTotals;
  readonly renditions: readonly RenditionSnapshot[];
}

/** Sums since the stream began, those of peers that have left included. */
export interface StreamTotals {
  readonly joins: number;
  readonly leaves: number;
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly uploadedBytes: Bytes;
  readonly stallMs: Ms;
  readonly introductions: number;
  readonly signals: number;
  readonly announces: number;
  readonly plans: number;
  readonly claims: number;
  readonly complaints: number;
  readonly bans: number;
}

export interface RenditionSnapshot {
  readonly rendition: Rendition;
  readonly live: boolean;
  /** From the records seen, 0 when none was. */
  readonly bitrate: BitsPerSec;
  readonly clusters: readonly ClusterSnapshot[];
}

export interface ClusterSnapshot {
  readonly cluster: number;
  /** What all members have in common; undefined where they differ, or nobody knows. */
  readonly region: string | undefined;
  readonly asn: string | undefined;
  /** Who waits to be let in. */
  readonly waiting: number;
  readonly trees: number;
  /** Most hops from a root. */
  readonly depth: number;
  readonly members: readonly MemberSnapshot[];
  /** Who feeds whom, and in how many of the trees. */
  readonly feeds: readonly { readonly from: PeerId; readonly to: PeerId; readonly trees: number }[];
}

export interface MemberSnapshot {
  readonly peer: PeerId;
  readonly uploads: boolean;
  readonly uplink: BitsPerSec;
  readonly ageMs: Ms;
  readonly bufferMs: Ms;
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly uploadedBytes: Bytes;
  readonly stallMs: Ms;
  /** Open links that both ends report. */
  readonly links: readonly PeerId[];
  /** Trees that this peer roots: its share of the seeding. */
  readonly roots: number;
}
