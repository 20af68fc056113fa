/** `claimed`: the answer to `claim`: who fetches each segment. */
import type { PeerId, Rendition } from '../units/index.js';
import { list, peerId, struct, u16, u53 } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface SegmentOwner {
  readonly sequence: number;
  /** The receiver's own id means: you fetch it. */
  readonly peer: PeerId;
}

export interface Claimed {
  readonly type: 'claimed';
  readonly rendition: Rendition;
  readonly owners: readonly SegmentOwner[];
}

const owner = struct<SegmentOwner>({ sequence: u53, peer: peerId });

export const claimed: Kind<Claimed> = message(0x35, 'claimed', {
  rendition: u16,
  owners: list(LIMITS.claimed, owner),
});
