/** Sealed records: how a record travels, with its signature and the digests of its pieces. */
import { pieceCount } from '../units/index.js';
import { decode, encode, type Field, type Wire } from './field.js';
import { LIMITS } from './limits.js';
import { Reader } from './reader.js';
import { decodeRecord, type PartRecord } from './record.js';
import { Writer } from './writer.js';

/** A record as it travels: the exact signed bytes, the signature, and the list of piece digests. */
export interface SealedRecord {
  /** What `signed` says. */
  readonly record: PartRecord;
  /** The canonical bytes that the signature covers. */
  readonly signed: Uint8Array;
  /** 64 bytes: Ed25519 over `signed`. */
  readonly signature: Uint8Array;
  /** 32 bytes a piece, in order; its SHA-256 must equal `record.pieces`. */
  readonly digests: Uint8Array;
}

export const sealedField: Field<SealedRecord> = (wire: Wire, sealed) => {
  const length = wire.uint(2, sealed?.signed.length);
  wire.check(length <= LIMITS.signedBytes, 'signed');
  const signed = wire.bytes(length, sealed?.signed);
  const record = sealed?.record ?? decodeRecord(signed);
  const signature = wire.bytes(64, sealed?.signature);
  const digests = wire.bytes(32 * pieceCount(record.byteLength), sealed?.digests);
  return { record, signed, signature, digests };
};

export function encodeSealed(sealed: SealedRecord): Uint8Array<ArrayBuffer> {
  return encode(sealedField, sealed);
}

/**
 * Checks the form, not the signature nor the digests. Throws `wire/violation`, and nothing else.
 */
export function decodeSealed(bytes: Uint8Array): SealedRecord {
  return decode(sealedField, bytes, LIMITS.sealedBytes);
}

/** The body of an HTTP answer: each record after its length in four bytes. */
export function encodeRecordList(list: readonly SealedRecord[]): Uint8Array<ArrayBuffer> {
  const to: Writer = new Writer();
  to.check(list.length <= LIMITS.listedRecords, 'count');
  for (const sealed of list) {
    const bytes = encodeSealed(sealed);
    to.uint(4, bytes.length);
    to.bytes(bytes.length, bytes);
  }
  return to.finish();
}

/** At most 64 records, in the order of the body. Throws `wire/violation`, and nothing else. */
export function decodeRecordList(body: Uint8Array): SealedRecord[] {
  const from: Reader = new Reader(body, LIMITS.listBytes);
  const list: SealedRecord[] = [];
  while (from.left > 0) {
    from.check(list.length < LIMITS.listedRecords, 'count');
    list.push(decodeSealed(from.bytes(from.uint(4))));
  }
  return list;
}
