/**
 * The uplink: what it gives, measured while it is the bottleneck, and the window that keeps order
 * meaningful.
 */
import { type BitsPerSec, type Bytes, type Ms, PIECE_BYTES } from '../units/index.js';

export interface UplinkConfig {
  /** Believed before anything is measured. Too much: the first pieces of a thin uplink wait for each other. */
  readonly startRate: BitsPerSec;
  /** Never believed to be less, so that a bad sample cannot stop uploads. */
  readonly leastRate: BitsPerSec;
  /** Bytes in send buffers at most, as time. Longer: late pieces queue in front of urgent ones. */
  readonly windowMs: Ms;
  /** Pieces in send buffers at least. More: a thin uplink brings several pieces late instead of one in time. */
  readonly windowPieces: number;
}

export const DEFAULT_UPLINK: UplinkConfig = {
  startRate: 3_000_000,
  leastRate: 256_000,
  windowMs: 200,
  windowPieces: 2,
};

export interface Uplink {
  readonly rate: BitsPerSec;
  /**
   * When the first bytes of the present backlog left, `Infinity` before; what went then was on its
   * way already. Undefined while nothing waits, for then the rate is not the uplink's.
   */
  readonly since: Ms | undefined;
  /** Bytes that left since then. */
  readonly bytes: Bytes;
}

export function startUplink(config = DEFAULT_UPLINK): Uplink {
  return { rate: config.startRate, since: undefined, bytes: 0 };
}

/** Whether something waits for the window has changed. */
export function uplinkBacklog(uplink: Uplink, waiting: boolean): Uplink {
  if (waiting === (uplink.since !== undefined)) return uplink;
  return { rate: uplink.rate, since: waiting ? Number.POSITIVE_INFINITY : undefined, bytes: 0 };
}

/**
 * Bytes left the send buffers. A sample is taken every `SAMPLE_MS` of backlog, on a wide uplink
 * sooner: a burst does not keep it busy for so long.
 */
export function uplinkDrained(
  uplink: Uplink,
  now: Ms,
  bytes: Bytes,
  config = DEFAULT_UPLINK,
): Uplink {
  if (uplink.since === undefined) return uplink;
  const ms = now - uplink.since;
  if (ms < 0) return { ...uplink, since: now };
  const total = uplink.bytes + bytes;
  if (ms < SHORT_MS || (ms < SAMPLE_MS && total < SHORT_BYTES)) return { ...uplink, bytes: total };
  const sample = (total * 8000) / ms;
  const rate = Math.max(config.leastRate, uplink.rate + (sample - uplink.rate) * WEIGHT);
  return { rate, since: now, bytes: 0 };
}

/** PSH3: bytes that may be in send buffers, all links together. */
export function uploadWindow(rate: BitsPerSec, config = DEFAULT_UPLINK): Bytes {
  return Math.max(config.windowPieces * PIECE_BYTES, (rate * config.windowMs) / 8000);
}

const SAMPLE_MS = 200;
const SHORT_MS = 40;
const SHORT_BYTES = 24 * PIECE_BYTES;
const WEIGHT = 0.4;
