/** `welcome`: the tracker admits this peer. */
import type { Ms, PeerId } from '../units/index.js';
import { bytes, measure, peerId, uint } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface Welcome {
  readonly type: 'welcome';
  /** The wire version of this session. */
  readonly version: number;
  readonly peer: PeerId;
  /** 16 bytes; needed to resume. */
  readonly secret: Uint8Array;
  /** Most links this peer should hold, at most 64. */
  readonly linksMax: number;
  /** How often `stats` is expected. */
  readonly statsMs: Ms;
}

export const welcome: Kind<Welcome> = message(0x31, 'welcome', {
  version: uint(1, 255, 1),
  peer: peerId,
  secret: bytes(16),
  linksMax: uint(1, LIMITS.links),
  statsMs: measure(4),
});
