/** A record: the publisher's signed description of one part. Rules in `spec/record.md`. */
import type { Bytes, Ms, PartKey } from '../units/index.js';
import {
  bytes,
  decode,
  encode,
  type Field,
  measure,
  refined,
  struct,
  text,
  u16,
  u32,
  u53,
  uint,
  type Wire,
} from './field.js';
import { LIMITS } from './limits.js';

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
  /** 1 to 64 MiB; 0 only with `FLAG.gap`. */
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
  /**
   * The part's lines of the media playlist, at most 1,024 bytes of UTF-8. Opaque here; `media`
   * reads it.
   */
  readonly hint: string;
}

/**
 * `shoal`, then the version of the layout: no signature over anything else can pass for a record's.
 */
const PREFIX = 0x73686f616c01;
const PREFIX_BYTES = 6;

const fields = struct<PartRecord>({
  streamId: bytes(32),
  epoch: u32,
  rendition: u16,
  sequence: u53,
  part: u16,
  byteLength: uint(4, LIMITS.partBytes),
  durationMs: measure(4),
  mediaTimeMs: measure(8),
  flags: uint(1, 31),
  keyId: bytes(8),
  init: bytes(32),
  pieces: bytes(32),
  hint: text(LIMITS.hintBytes),
});

const onlyGapsAreEmpty = ({ byteLength, flags }: PartRecord): boolean =>
  byteLength > 0 || (flags & FLAG.gap) !== 0;

const described = refined(fields, onlyGapsAreEmpty, 'empty part');

const recordField: Field<PartRecord> = (wire: Wire, record) => {
  wire.check(wire.uint(PREFIX_BYTES, PREFIX) === PREFIX, 'record version');
  return described(wire, record);
};

/** The bytes to sign. Times are rounded to whole milliseconds. */
export function encodeRecord(record: PartRecord): Uint8Array<ArrayBuffer> {
  return encode(recordField, record);
}

/** Throws `wire/violation`, and nothing else, when `signed` is no record. */
export function decodeRecord(signed: Uint8Array): PartRecord {
  return decode(recordField, signed, LIMITS.signedBytes);
}
