/**
 * Hash claims: what a record says the SHA-256 of some bytes is. The world takes the hash and
 * compares.
 */
import { invariant } from '../errors/index.js';
import { type Bytes, pieceCount, pieceLength } from '../units/index.js';
import type { PartRecord, SealedRecord } from '../wire/index.js';

const DIGEST_BYTES = 32;

export interface HashClaim {
  /** How many bytes are hashed; any other number is a mismatch that needs no hash. */
  readonly length: Bytes;
  /** 32 bytes: their SHA-256, as a view of the record's memory. */
  readonly digest: Uint8Array;
}

/**
 * The SHA-256 that piece `index` must have: a view of 32 bytes. An index beyond the part is a bug
 * of the caller.
 */
export function pieceDigest(sealed: SealedRecord, index: number): Uint8Array {
  const within = Number.isInteger(index) && index >= 0;
  invariant(within && index < pieceCount(sealed.record.byteLength), 'no such piece in the part');
  return sealed.digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
}

/** What piece `index` must be. */
export function pieceClaim(sealed: SealedRecord, index: number): HashClaim {
  const length = pieceLength(sealed.record.byteLength, index);
  return { length, digest: pieceDigest(sealed, index) };
}

/** What `sealed.digests` must be: without this, the signature says nothing about the pieces. */
export function listClaim(sealed: SealedRecord): HashClaim {
  return { length: sealed.digests.length, digest: sealed.record.pieces };
}

/** The SHA-256 of the initialisation section; undefined when the part needs none. */
export function initClaim(record: PartRecord): Uint8Array | undefined {
  return record.init.some((byte) => byte !== 0) ? record.init : undefined;
}
