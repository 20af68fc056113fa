/** Port: one socket of binary frames to the tracker. */

/** Nothing is called after `close`, whatever is still on its way. */
export interface TrackerEvents {
  up(): void;
  message(frame: Uint8Array): void;
  /** The socket is gone, or never came up. The last call. */
  down(): void;
}

export interface TrackerSocket {
  /** Before `up` or after `down` the frame is dropped. */
  send(frame: Uint8Array): void;
  close(): void;
}

export interface TrackerSockets {
  /** Opens a socket; nothing is called before it returns. */
  open(url: string, events: TrackerEvents): TrackerSocket;
}
