/** `signal`: signalling between two peers that the tracker introduced, the same both ways. */
import type { PeerId } from '../units/index.js';
import { peerId, text } from './field.js';
import { LIMITS } from './limits.js';
import { type Kind, message } from './message.js';

export interface Signal {
  readonly type: 'signal';
  /** Whom it is for on the way up, whom it is from on the way down. */
  readonly peer: PeerId;
  /**
   * The world's own text (a session description or a candidate), at most 4 KiB of UTF-8, opaque to
   * the tracker.
   */
  readonly payload: string;
}

export const signal: Kind<Signal> = message(0x20, 'signal', {
  peer: peerId,
  payload: text(LIMITS.signalBytes),
});
