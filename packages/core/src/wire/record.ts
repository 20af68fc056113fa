/** A record: the publisher's signed description of one part. */
import type { Bytes, Ms, PartKey } from '../units/index.js';

/** Flags of a record, one bit each. */
export const FLAG = {
  independent: 1,
  lastPart: 2,
  gap: 4,
  discontinuity: 8,
  endOfStream: 16,
} as const;

/** What the publisher signs about one part. All byte arrays have the length named here. */
export interface PartRecord extends PartKey {
  /** 32 bytes: SHA-256 of the stream key and the stream name. */
  readonly streamId: Uint8Array;
  /** Grows when the origin starts its numbering anew; 32 bits. */
  readonly epoch: number;
  readonly byteLength: Bytes;
  readonly durationMs: Ms;
  /** Start on the stream's own timeline: the sum of durations before it, or the programme time. */
  readonly mediaTimeMs: Ms;
  /** Sum of `FLAG` bits. */
  readonly flags: number;
  /** 8 bytes: the first bytes of SHA-256 of the public key that signs. */
  readonly keyId: Uint8Array;
  /** 32 bytes: SHA-256 of the initialisation section, zeros when there is none. */
  readonly init: Uint8Array;
  /** 32 bytes: SHA-256 of the concatenated piece digests. */
  readonly pieces: Uint8Array;
  /** The part's lines of the media playlist, at most 1,024 bytes of UTF-8. Opaque here; `media` reads it. */
  readonly hint: string;
}

/** A record as it travels: the exact signed bytes, the signature, and the list of piece digests. */
export interface SealedRecord {
  readonly record: PartRecord;
  /** The canonical bytes that the signature covers. */
  readonly signed: Uint8Array;
  /** 64 bytes: Ed25519 over `signed`. */
  readonly signature: Uint8Array;
  /** 32 bytes a piece, in order; its SHA-256 must equal `record.pieces`. */
  readonly digests: Uint8Array;
}
