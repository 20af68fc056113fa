/** Bytes of pieces that came from peers and wait to be checked, over all links. */
import type { ArrivalId } from '@shoal/core/peer';

export interface Arrivals {
  /** Undefined when there are too many: somebody sends faster than we can check. */
  add(bytes: Uint8Array): ArrivalId | undefined;
  take(arrival: ArrivalId): Uint8Array | undefined;
  clear(): void;
}

/** 16 MiB of pieces. The peer that makes it more is cut off. */
export const ARRIVALS_MAX = 1024;

export function createArrivals(): Arrivals {
  const waiting = new Map<ArrivalId, Uint8Array>();
  let next = 1;
  return {
    add(bytes) {
      if (waiting.size >= ARRIVALS_MAX) return undefined;
      waiting.set(next, bytes);
      return next++;
    },
    take(arrival) {
      const bytes = waiting.get(arrival);
      waiting.delete(arrival);
      return bytes;
    },
    clear: () => waiting.clear(),
  };
}
