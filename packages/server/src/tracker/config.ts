/**
 * What an operator may choose about the tracker's sockets; the swarm's own rules are the machine's.
 */

export interface TrackerSocketConfig {
  /** Sockets held at a time; more are refused with 503, and those viewers play from the edge. */
  readonly socketsMax: number;
  /** Bytes waiting for one slow socket before it is closed. */
  readonly bufferBytesMax: number;
  /** Time between pings; a socket that misses one answer is closed. */
  readonly pingMs: number;
  /** Whether `X-Forwarded-For` names the viewer: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
}

export const DEFAULT_TRACKER_SOCKETS: TrackerSocketConfig = {
  socketsMax: 20_000,
  bufferBytesMax: 1024 * 1024,
  pingMs: 20_000,
  trustProxy: false,
};

/**
 * Largest frame a peer may send: a signal of 4 KiB with its head is the largest that the wire
 * knows.
 */
export const FRAME_BYTES_MAX = 8192;
