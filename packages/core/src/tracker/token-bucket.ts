/** Token buckets: how often something may happen. */
import type { Ms } from '../units/index.js';

export interface Rate {
  readonly perSec: number;
  /** How many at once after a rest. */
  readonly burst: number;
}

export interface Bucket {
  tokens: number;
  at: Ms;
}

export function fullBucket(now: Ms, rate: Rate): Bucket {
  return { tokens: rate.burst, at: now };
}

/** How long until there is a token. */
export function untilToken(now: Ms, bucket: Bucket, rate: Rate): Ms {
  const tokens = bucket.tokens + ((now - bucket.at) * rate.perSec) / 1000;
  return tokens >= 1 ? 0 : ((1 - tokens) * 1000) / rate.perSec;
}

/** Takes one token; false, and nothing taken, when there is none. */
export function takeToken(now: Ms, bucket: Bucket, rate: Rate): boolean {
  const refill = ((now - bucket.at) * rate.perSec) / 1000;
  bucket.tokens = Math.min(rate.burst, bucket.tokens + refill);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
