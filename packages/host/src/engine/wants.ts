/** What the player is waiting for, and how it is told. */
import type { RequestId } from '@shoal/core/peer';
import type { Bytes, Ms, PartKey } from '@shoal/core/units';
import type { MediaName } from './locations.js';

export interface Delivery {
  /** A copy, the receiver's own. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When its bytes moved, on the engine's clock: for an honest bandwidth estimate. */
  readonly firstByteAt: Ms;
  readonly lastByteAt: Ms;
  readonly httpBytes: Bytes;
  readonly peerBytes: Bytes;
  readonly verified: boolean;
}

/** Exactly one of `delivered` and `failed` is called, unless the want is withdrawn first. */
export interface WantSink {
  delivered(delivery: Delivery): void;
  /** `status` is that of HTTP; 0 when there was no answer, or when the engine is broken. */
  failed(status: number): void;
  /** `total` bytes have come in an edge fetch that the player is waiting for. */
  progress?(total: Bytes): void;
}

export interface Want extends MediaName {
  readonly request: RequestId;
  readonly askedAt: Ms;
  readonly sink: WantSink;
}

export interface Wants {
  add(want: Omit<Want, 'request'>): Want;
  /** Takes it out; undefined when it was withdrawn or answered. */
  take(request: RequestId): Want | undefined;
  /** Those that wait for this part, alone or in its segment. */
  of(key: PartKey): readonly Want[];
  /** Takes all out. */
  clear(): readonly Want[];
}

export function createWants(): Wants {
  const waiting = new Map<RequestId, Want>();
  let next = 1;
  return {
    add(want) {
      const added = { ...want, request: next++ };
      waiting.set(added.request, added);
      return added;
    },
    take(request) {
      const want = waiting.get(request);
      waiting.delete(request);
      return want;
    },
    of: ({ rendition, sequence, part }) =>
      [...waiting.values()].filter(
        (want) =>
          want.rendition === rendition &&
          want.sequence === sequence &&
          (want.part ?? part) === part,
      ),
    clear() {
      const all = [...waiting.values()];
      waiting.clear();
      return all;
    },
  };
}
