/** A viewer without the engine: the same player over plain HTTP, to compare with. */
import { Bytes } from '@shoal/core/units';
import type { Access } from '../network/access.js';
import type { Edge } from './edge.js';
import type { Segment } from './media.js';
import type { SegmentSource } from './player.js';

export interface PlainHooks {
  delivered(request: number, segment: Segment, bytes: { edge: Bytes; peer: Bytes }): void;
  failed(request: number): void;
}

/** What hls.js waits for the first byte of a segment. */
const SILENCE_MS = 10_000;

export function createPlainSource(
  edge: Edge,
  access: Access,
  client: string,
  hooks: PlainHooks,
): SegmentSource {
  return {
    follow() {},
    located() {},
    playback() {},
    newest: () => undefined,
    awaitPart: () => undefined,
    want(request, segment) {
      edge.get(
        access,
        { client, silenceMs: SILENCE_MS, segment, from: Bytes(0), to: undefined },
        {
          bytes() {},
          ended: (done, bytes) =>
            done
              ? hooks.delivered(request, segment, { edge: bytes, peer: Bytes(0) })
              : hooks.failed(request),
        },
      );
    },
  };
}
