/** How fast the edge answers: time to the first byte and rate after it, smoothed. */
import { type BitsPerSec, type Bytes, bitsPerSec, type Ms, transferMs } from '../units/index.js';

export interface EdgeSpeed {
  readonly firstByteMs: Ms;
  readonly rate: BitsPerSec;
}

/** Before anything was measured. */
export const EDGE_SPEED_START: EdgeSpeed = { firstByteMs: 80, rate: 20_000_000 };

/** One finished or cancelled transfer; short bodies that came at once leave the rate alone. */
export function measureEdge(
  speed: EdgeSpeed,
  firstByteMs: Ms,
  bytes: Bytes,
  bodyMs: Ms,
): EdgeSpeed {
  const tells = bytes >= BYTES_MIN || (bytes > 0 && bodyMs >= LONG_MS);
  const rate = tells ? mix(speed.rate, bitsPerSec(bytes, bodyMs)) : speed.rate;
  return { firstByteMs: mix(speed.firstByteMs, firstByteMs), rate: rate };
}

export function fetchMs(speed: EdgeSpeed, bytes: Bytes): Ms {
  return speed.firstByteMs + transferMs(bytes, speed.rate);
}

function mix(old: number, sample: number): number {
  return old + (sample - old) * WEIGHT;
}

const WEIGHT = 0.4;
const BYTES_MIN = 16_384;
const LONG_MS = 300;
