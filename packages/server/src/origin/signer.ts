/** Signs parts: hashes their pieces, writes the record, and puts the stream key under it. */
import { createHash } from 'node:crypto';
import { type PartKey, PIECE_BYTES } from '@shoal/core/units';
import { decodeRecord, encodeRecord, type PartRecord, type SealedRecord } from '@shoal/core/wire';
import type { StreamKey } from './stream-key.js';

/** What of a record belongs to the whole stream. */
export interface Signing {
  readonly key: StreamKey;
  readonly streamId: Uint8Array;
  readonly epoch: number;
}

export interface PartToSign {
  readonly key: PartKey;
  readonly bytes: Uint8Array;
  /** SHA-256 of the initialisation section; undefined when there is none. */
  readonly init: Uint8Array | undefined;
  readonly hint: string;
  readonly durationMs: number;
  readonly mediaTimeMs: number;
  /** Sum of `FLAG` bits. */
  readonly flags: number;
}

export function signPart(signing: Signing, part: PartToSign): SealedRecord {
  const digests = pieceDigests(part.bytes);
  const record: PartRecord = {
    ...part.key,
    streamId: signing.streamId,
    epoch: signing.epoch,
    byteLength: part.bytes.length,
    durationMs: part.durationMs,
    mediaTimeMs: part.mediaTimeMs,
    flags: part.flags,
    keyId: signing.key.keyId,
    init: part.init ?? new Uint8Array(32),
    pieces: sha256(digests),
    hint: part.hint,
  };
  const signed = encodeRecord(record);
  // What was written, not what was meant: times are rounded on the wire.
  return { record: decodeRecord(signed), signed, signature: signing.key.sign(signed), digests };
}

/** SHA-256 of each piece, one after the other. */
export function pieceDigests(bytes: Uint8Array): Uint8Array {
  const count = Math.ceil(bytes.length / PIECE_BYTES);
  const digests = new Uint8Array(32 * count);
  for (let i = 0; i < count; i++) {
    digests.set(sha256(bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES)), 32 * i);
  }
  return digests;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
