/** Quantities with their unit in the type. */

/** Milliseconds, of a duration or of a world's monotonic clock. */
export type Ms = number & { readonly __unit?: 'ms' };
/** A count of bytes. */
export type Bytes = number & { readonly __unit?: 'bytes' };
/** A rate in bits per second. */
export type BitsPerSec = number & { readonly __unit?: 'bit/s' };

export const Ms = (value: number): Ms => value as Ms;
export const Bytes = (value: number): Bytes => value as Bytes;
export const BitsPerSec = (value: number): BitsPerSec => value as BitsPerSec;

/** The rate that moves `bytes` in `ms`; a time under one millisecond counts as one. */
export function bitsPerSec(bytes: Bytes, ms: Ms): BitsPerSec {
  return BitsPerSec((bytes * 8000) / Math.max(1, ms));
}

/** How long `bytes` take at `rate`. A rate of zero never finishes: `Infinity`. */
export function transferMs(bytes: Bytes, rate: BitsPerSec): Ms {
  return Ms(rate > 0 ? (bytes * 8000) / rate : Number.POSITIVE_INFINITY);
}
