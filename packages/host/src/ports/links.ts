/** Port: links to other peers, two channels each, set up by texts that somebody relays. */
import type { Bytes, Ms, PeerId } from '@shoal/core/units';

/** Nothing is called after `close`, whatever is still on its way. */
export interface LinkEvents {
  /** Both channels are open. */
  up(rttMs: Ms): void;
  /** The link is gone, or never came up. The last call. */
  down(): void;
  /** A frame of the control channel: they arrive in the order sent. */
  control(frame: Uint8Array): void;
  /** A frame of the pieces channel: all arrive, in any order. */
  piece(frame: Uint8Array): void;
  /**
   * `bytes` more of the frames given to `sendPiece`, in order, have left this side's send buffer.
   */
  drained(bytes: Bytes): void;
  /** A text that must reach the other side's `signal`: at most 4 KiB of UTF-8. */
  signal(payload: string): void;
}

export interface Link {
  /** A text from the other side. Malformed text is ignored. */
  signal(payload: string): void;
  /** Before `up` or after `down` the frame is dropped. */
  sendControl(frame: Uint8Array): void;
  /** Before `up` or after `down` the frame is dropped, and never reported as drained. */
  sendPiece(frame: Uint8Array): void;
  close(): void;
}

export interface Links {
  /**
   * Begins a link. The side with `offer` speaks first. Nothing is called before it returns.
   * Undefined: the world cannot make one more.
   */
  open(peer: PeerId, offer: boolean, events: LinkEvents): Link | undefined;
}
