/** `hello`: the first message on a link, both ways. Its layout is the same in every version. */
import type { PeerId } from '../units/index.js';
import { bytes, flag, peerId, refined, struct, u32, uint } from './field.js';
import { type Kind, kind } from './message.js';
import { isVersionRange } from './version.js';

export interface Hello {
  readonly type: 'hello';
  /** Highest and lowest wire version spoken; the session uses the highest in common. */
  readonly version: number;
  readonly versionMin: number;
  readonly peer: PeerId;
  /** 32 bytes. A link of another stream is closed. */
  readonly streamId: Uint8Array;
  readonly epoch: number;
  /** Whether this side may upload at all (phones and revoked consent may not). */
  readonly uploads: boolean;
}

const fields = struct<Omit<Hello, 'type'>>({
  version: uint(1, 255, 1),
  versionMin: uint(1, 255, 1),
  peer: peerId,
  streamId: bytes(32),
  epoch: u32,
  uploads: flag,
});

export const hello: Kind<Hello> = kind(0x01, 'hello', refined(fields, isVersionRange, 'versions'));
