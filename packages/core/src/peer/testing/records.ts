/** Made-up streams for tests: records that are well-formed and signed by nobody. */
import { Bytes, Ms, pieceCount } from '../../units/index.js';
import { FLAG, type SealedRecord } from '../../wire/index.js';
import type { PeerStart } from '../contract.js';

export const STREAM = new Uint8Array(32).fill(7);
export const KEY_ID = new Uint8Array(8).fill(9);

export function startOf(seed: number, now = 0): PeerStart {
  return { seed, now: Ms(now), streamId: STREAM, epoch: 1, keyId: KEY_ID };
}

export interface MadeRecord {
  readonly rendition?: number;
  readonly sequence: number;
  /** One of `parts`; the segment is one part otherwise. */
  readonly part?: number;
  readonly parts?: number;
  readonly bytes?: number;
  readonly durationMs?: number;
  readonly epoch?: number;
}

export function sealedOf(made: MadeRecord): SealedRecord {
  const { rendition = 0, sequence, bytes = 150_000, durationMs = 2_000, epoch = 1 } = made;
  const { part = 0, parts = 1 } = made;
  const flags = (part + 1 === parts ? FLAG.lastPart : 0) | (part === 0 ? FLAG.independent : 0);
  return {
    record: {
      rendition,
      sequence,
      part,
      streamId: STREAM,
      epoch,
      byteLength: Bytes(bytes),
      durationMs: Ms(durationMs),
      mediaTimeMs: Ms(sequence * durationMs),
      flags,
      keyId: KEY_ID,
      init: new Uint8Array(32),
      pieces: new Uint8Array(32),
      hint: '',
    },
    signed: new Uint8Array([rendition, sequence, sequence >> 8, part, bytes, epoch]),
    signature: new Uint8Array(64),
    digests: new Uint8Array(32 * pieceCount(Bytes(bytes))),
  };
}
