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
/** Unless they took so long. */
const LONG_MS = 300;
/** Weight of the newest sample. */
const NEWEST = 0.4;

export function createRateMeter(): RateMeter {
  let rate = BitsPerSec(0);
  return {
    sample(bytes, ms) {
      if (bytes < SAMPLE_BYTES_MIN && (bytes === 0 || ms < LONG_MS)) return;
      const sampled = bitsPerSec(bytes, ms);
      // The mean of the time a bit takes: an edge that became slow is believed at once.
      rate = BitsPerSec(rate === 0 ? sampled : 1 / (NEWEST / sampled + (1 - NEWEST) / rate));
    },
    read: () => rate,
  };
}
