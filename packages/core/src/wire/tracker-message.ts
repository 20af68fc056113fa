/** What peers and the tracker say to each other, binary frames on one WebSocket. One file a message, as for links. */
import type { BitsPerSec, Bytes, Ms, PartKey, PeerId, Rendition } from '../units/index.js';
import type { SealedRecord } from './record.js';

// ---------------------------------------------------------------- peer to tracker

/** Asks for admission to the swarm of one stream. Only sent once the viewer has consented. */
export interface Join {
  readonly type: 'join';
  readonly version: number;
  readonly versionMin: number;
  /** 32 bytes. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  /** Resumes a session; the secret (16 bytes) proves that it is ours. */
  readonly resume: { readonly peer: PeerId; readonly secret: Uint8Array } | undefined;
  /** Whether this peer may upload. */
  readonly uploads: boolean;
  /** What the uplink gave when last measured, 0 when unknown. */
  readonly uplink: BitsPerSec;
  /** Admission token, at most 512 bytes of ASCII, empty when the tracker asks for none. */
  readonly token: string;
}

/** Which renditions this peer plays now, and where: replaces what was said before. Sent on change, and every few seconds in VOD. */
export interface Follow {
  readonly type: 'follow';
  readonly renditions: readonly {
    readonly rendition: Rendition;
    /** The next sequence the player needs. */
    readonly playhead: number;
    readonly live: boolean;
  }[];
}

/** Which links are open now (the planner builds trees over links that both ends report), with round-trip time. */
export interface Links {
  readonly type: 'links';
  readonly open: readonly { readonly peer: PeerId; readonly rttMs: Ms }[];
}

/** Counters since the last report, every few seconds: for totals and for upload grants. */
export interface Stats {
  readonly type: 'stats';
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly uploadedBytes: Bytes;
  readonly stallMs: Ms;
  readonly uplink: BitsPerSec;
  readonly bufferMs: Ms;
}

/** May I fetch these segments from the edge? Asked before fetching ahead of need what no neighbour holds. */
export interface Claim {
  readonly type: 'claim';
  readonly rendition: Rendition;
  readonly sequences: readonly number[];
}

/** A neighbour sent a piece that does not match its record, or stayed silent. */
export interface Complaint {
  readonly type: 'complaint';
  readonly peer: PeerId;
  readonly about: 'corrupt' | 'silent' | 'violation';
  readonly key: PartKey;
}

/** Signalling between two peers that the tracker introduced. `to` on the way up, `from` on the way down. */
export interface Signal {
  readonly type: 'signal';
  readonly peer: PeerId;
  /** The world's own text (a session description or a candidate), at most 4 KiB of UTF-8, opaque to the tracker. */
  readonly payload: string;
}

export interface Leave {
  readonly type: 'leave';
}

export type ToTracker = Join | Follow | Links | Stats | Claim | Complaint | Signal | Leave;

// ---------------------------------------------------------------- tracker to peer

export interface Welcome {
  readonly type: 'welcome';
  readonly version: number;
  readonly peer: PeerId;
  /** 16 bytes; needed to resume. */
  readonly secret: Uint8Array;
  /** Most links this peer should hold. */
  readonly linksMax: number;
  /** How often `stats` is expected. */
  readonly statsMs: Ms;
}

/** Meet this peer. The one with `offer` starts the link; the other waits for its signal. */
export interface Introduce {
  readonly type: 'introduce';
  readonly peer: PeerId;
  readonly offer: boolean;
}

/** The sender's place in every tree of a rendition's cluster; same shape as `swarm`'s `PeerPlan`. */
export interface Plan {
  readonly type: 'plan';
  readonly rendition: Rendition;
  readonly version: number;
  readonly stripesMax: number;
  readonly trees: readonly {
    readonly parent: PeerId | undefined;
    readonly standby: PeerId | undefined;
    readonly standbyRoot: boolean;
    readonly children: readonly PeerId[];
  }[];
}

/** A new part of a rendition that this peer follows. */
export interface Announce {
  readonly type: 'announce';
  readonly sealed: SealedRecord;
}

/** Answer to `claim`: who fetches each segment. This peer's own id means: you do. */
export interface Claimed {
  readonly type: 'claimed';
  readonly rendition: Rendition;
  readonly owners: readonly { readonly sequence: number; readonly peer: PeerId }[];
}

/** This peer is banned or has left: close the link with it. */
export interface Gone {
  readonly type: 'gone';
  readonly peer: PeerId;
  readonly banned: boolean;
}

/** The session ends; come back after `retryMs` (0: do not). */
export interface Refused {
  readonly type: 'refused';
  readonly why: 'version' | 'stream' | 'token' | 'full' | 'banned' | 'limit';
  readonly retryMs: Ms;
}

export type FromTracker = Welcome | Introduce | Plan | Announce | Claimed | Signal | Gone | Refused;
