/** How fast the edge gives bytes, from bodies long enough to tell. */
import { BitsPerSec, type Bytes, bitsPerSec, type Ms } from '@shoal/core/units';

export interface RateMeter {
  /** A transfer moved `bytes` after its first chunk, in `ms`. */
  sample(bytes: Bytes, ms: Ms): void;
  /** 0 until a sample was long enough. */
  read(): BitsPerSec;
}

/** Shorter bodies come in one burst of the transport, and say nothing about its rate. */
export const SAMPLE_BYTES_MIN = 48_000;
/** Weight of the newest sample. */
const NEWEST = 0.4;

export function createRateMeter(): RateMeter {
  let rate = BitsPerSec(0);
  return {
    sample(bytes, ms) {
      if (bytes < SAMPLE_BYTES_MIN) return;
      const sampled = bitsPerSec(bytes, ms);
      rate = BitsPerSec(rate === 0 ? sampled : NEWEST * sampled + (1 - NEWEST) * rate);
    },
    read: () => rate,
  };
}
