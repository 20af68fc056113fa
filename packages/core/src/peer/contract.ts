/** What enters and leaves the peer machine. Bytes stay outside: the world holds the buffers. */

import type { FetchWhy, PeerEvent } from '../telemetry/index.js';
import type { BitsPerSec, Bytes, Ms, PartId, PartKey, PeerId, Rendition } from '../units/index.js';
import type { FromTracker, LinkMessage, SealedRecord, ToTracker } from '../wire/index.js';

export type { FetchWhy, PeerEvent };

/** The world's number for a segment that the player asked for. */
export type RequestId = number;
/** The machine's number for a fetch from the edge. */
export type FetchId = number;
/** The world's number for bytes that arrived from a peer and wait to be checked. */
export type ArrivalId = number;

/**
 * Where unchecked bytes of a piece are: in an arrival, or at an offset of what a fetch has
 * received.
 */
export type Unchecked =
  | { readonly in: 'arrival'; readonly arrival: ArrivalId }
  | { readonly in: 'fetch'; readonly fetch: FetchId; readonly offset: Bytes };

export type PeerInput =
  | { readonly type: 'wake' }
  // the viewer
  | { readonly type: 'consent'; readonly granted: boolean }
  /**
   * `uploads` off: receive only (cellular, low battery, hidden page, cap reached). `rateMax` 0: no
   * cap.
   */
  | { readonly type: 'uploads'; readonly on: boolean; readonly rateMax: BitsPerSec }
  // the player
  /**
   * The renditions being played, all of them: replaces what was said before. `lateMs`: by how much
   * this machine has been late, unless its timers are held back.
   */
  | {
      readonly type: 'follow';
      readonly renditions: readonly { readonly rendition: Rendition; readonly live: boolean }[];
      readonly lateMs?: Ms | undefined;
    }
  /**
   * Every 250 ms, on stall or seek, and before a segment is asked for: `sequence` is the next the
   * player lacks, `bufferMs` what is left before it. `part`: the next part of it that it lacks,
   * said by a player that asks for parts. `lateMs` as above.
   */
  | {
      readonly type: 'playback';
      readonly rendition: Rendition;
      readonly sequence: number;
      readonly part?: number | undefined;
      readonly bufferMs: Ms;
      readonly stalled: boolean;
      readonly playing: boolean;
      /** How far ahead of its playhead the player alone would buffer. */
      readonly bufferMsMax: Ms;
      readonly lateMs?: Ms | undefined;
    }
  /**
   * The player asks for a segment now, or for one part of it. The record may not be known yet.
   */
  | {
      readonly type: 'want';
      readonly request: RequestId;
      readonly rendition: Rendition;
      readonly sequence: number;
      readonly part?: number | undefined;
    }
  | { readonly type: 'unwant'; readonly request: RequestId }
  /** What the playlist says exists, oldest first: only these may be fetched without a record. */
  | {
      readonly type: 'located';
      readonly rendition: Rendition;
      readonly live: boolean;
      readonly segments: readonly { readonly sequence: number; readonly durationMs: Ms }[];
      /** It names parts as well: a player may start one or two segments behind its end. */
      readonly parts?: boolean | undefined;
    }
  // integrity
  /**
   * A record from HTTP (those from peers and the tracker come inside messages). Checked in form,
   * not yet in signature.
   */
  | { readonly type: 'record'; readonly sealed: SealedRecord }
  | { readonly type: 'records-ended'; readonly rendition: Rendition; readonly ok: boolean }
  | { readonly type: 'verified'; readonly verify: number; readonly ok: boolean }
  /**
   * The bytes match the digest (the world now keeps them as that piece) or not (the world has
   * dropped them).
   */
  | {
      readonly type: 'checked';
      readonly key: PartKey;
      readonly index: number;
      readonly from: Unchecked;
      readonly ok: boolean;
    }
  // links
  | { readonly type: 'link-up'; readonly peer: PeerId; readonly rttMs: Ms }
  | { readonly type: 'link-down'; readonly peer: PeerId }
  | { readonly type: 'message'; readonly peer: PeerId; readonly message: LinkMessage }
  | {
      readonly type: 'piece';
      readonly peer: PeerId;
      readonly key: PartKey;
      readonly index: number;
      readonly bytes: Bytes;
      readonly arrival: ArrivalId;
    }
  /** The peer broke the wire rules; the world has not closed the link yet. */
  | { readonly type: 'violation'; readonly peer: PeerId }
  /** `bytes` of what was sent to this peer have left the send buffer. */
  | { readonly type: 'drained'; readonly peer: PeerId; readonly bytes: Bytes }
  // edge
  /** All bytes of this fetch so far. */
  | { readonly type: 'fetched'; readonly fetch: FetchId; readonly bytes: Bytes }
  /**
   * The body is complete (`done`), or it is not and will not be. `status` is 0 when no answer came.
   */
  | {
      readonly type: 'fetch-ended';
      readonly fetch: FetchId;
      readonly done: boolean;
      readonly bytes: Bytes;
      readonly status: number;
    }
  // tracker
  | { readonly type: 'tracker-up' }
  | { readonly type: 'tracker-down' }
  | { readonly type: 'tracker'; readonly message: FromTracker };

/** The input of one type. */
export type InputOf<Type extends PeerInput['type']> = Extract<PeerInput, { readonly type: Type }>;

export type PeerOutput =
  // the player
  /**
   * All pieces of what was asked for are held: hand over a copy. Times say when its bytes moved,
   * for an honest bandwidth estimate.
   */
  | {
      readonly type: 'deliver';
      readonly request: RequestId;
      readonly parts: readonly PartId[];
      readonly firstByteAt: Ms;
      readonly lastByteAt: Ms;
      readonly httpBytes: Bytes;
      readonly peerBytes: Bytes;
    }
  /**
   * No record can be had, so nothing can be checked: hand over the bytes of these edge fetches, one
   * behind the other, as a plain player would, never to peers.
   */
  | {
      readonly type: 'deliver-plain';
      readonly request: RequestId;
      readonly fetches: readonly FetchId[];
    }
  | { readonly type: 'fail'; readonly request: RequestId; readonly status: number }
  // integrity
  | { readonly type: 'verify'; readonly verify: number; readonly sealed: SealedRecord }
  | {
      readonly type: 'check';
      readonly key: PartKey;
      readonly index: number;
      readonly digest: Uint8Array;
      readonly length: Bytes;
      readonly from: Unchecked;
    }
  | { readonly type: 'discard'; readonly arrival: ArrivalId }
  /** Forget the pieces of this part. */
  | { readonly type: 'evict'; readonly part: PartId }
  /** A record is verified: the world may write playlists from it and serve it to neighbours. */
  | { readonly type: 'recorded'; readonly sealed: SealedRecord }
  // links
  | { readonly type: 'connect'; readonly peer: PeerId; readonly offer: boolean }
  | { readonly type: 'disconnect'; readonly peer: PeerId }
  | { readonly type: 'send'; readonly peer: PeerId; readonly message: LinkMessage }
  | {
      readonly type: 'send-piece';
      readonly peer: PeerId;
      readonly key: PartKey;
      readonly index: number;
    }
  // edge
  /**
   * Bytes `from` (inclusive) to `to` (exclusive; undefined: to the end) of a part, or of the whole
   * segment that begins with it, in one request.
   */
  | {
      readonly type: 'fetch';
      readonly fetch: FetchId;
      readonly key: PartKey;
      readonly of: 'part' | 'segment';
      readonly from: Bytes;
      readonly to: Bytes | undefined;
      readonly why: FetchWhy;
      /** Bypass caches: what they gave did not match the record. */
      readonly fresh: boolean;
    }
  | { readonly type: 'cancel-fetch'; readonly fetch: FetchId }
  /** No further need of this fetch's bytes: said exactly once of every fetch, when none is checked. */
  | { readonly type: 'release-fetch'; readonly fetch: FetchId }
  /**
   * Get records over HTTP from `since` (a sequence) on, `count` at most; answered by `record`
   * inputs and one `records-ended`.
   */
  | {
      readonly type: 'fetch-records';
      readonly rendition: Rendition;
      readonly since: number;
      readonly count: number;
    }
  // tracker
  | { readonly type: 'tracker-open' }
  | { readonly type: 'tracker-close' }
  | { readonly type: 'tracker-send'; readonly message: Exclude<ToTracker, { type: 'signal' }> }
  // users
  | { readonly type: 'event'; readonly event: PeerEvent };

/** Why the machine asks to be woken: the first thing wanted in a trace. */
export type PeerWhy =
  | 'deadline'
  | 'have'
  | 'repair'
  | 'failover'
  | 'connect'
  | 'records'
  | 'stats'
  | 'rejoin'
  | 'hedge'
  | 'retry'
  | 'claim'
  | 'upload'
  | 'plain'
  | 'overload'
  | 'settle';

/** What the machine is told at the door, once. */
export interface PeerStart {
  readonly seed: number;
  readonly now: Ms;
  /** 32 bytes. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  readonly keyId: Uint8Array;
}
