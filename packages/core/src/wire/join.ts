/**
 * `join`: asks for admission to the swarm of one stream. Its layout is the same in every version.
 */
import type { BitsPerSec, PeerId } from '../units/index.js';
import {
  bytes,
  flag,
  measure,
  optional,
  peerId,
  refined,
  struct,
  text,
  u32,
  uint,
} from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, kind } from './message.js';
import { isVersionRange } from './version.js';

/** The session that a `join` takes up again. */
export interface Resume {
  readonly peer: PeerId;
  /** 16 bytes: proves that the session is ours. */
  readonly secret: Uint8Array;
}

/** Only sent once the viewer has consented. */
export interface Join {
  readonly type: 'join';
  /** Highest and lowest wire version spoken. */
  readonly version: number;
  readonly versionMin: number;
  /** 32 bytes. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  readonly resume: Resume | undefined;
  /** Whether this peer may upload. */
  readonly uploads: boolean;
  /** What the uplink gave when last measured, 0 when unknown. */
  readonly uplink: BitsPerSec;
  /**
   * Admission token, at most 512 printable ASCII characters, empty when the tracker asks for none.
   */
  readonly token: string;
}

const isPrintable = (token: string): boolean => /^[ -~]*$/.test(token);

const fields = struct<Omit<Join, 'type'>>({
  version: uint(1, 255, 1),
  versionMin: uint(1, 255, 1),
  streamId: bytes(32),
  epoch: u32,
  resume: optional(struct<Resume>({ peer: peerId, secret: bytes(16) })),
  uploads: flag,
  uplink: measure(8),
  token: refined(text(LIMITS.tokenBytes), isPrintable, 'token'),
});

export const join: Kind<Join> = kind(0x11, 'join', refined(fields, isVersionRange, 'versions'));
