/** Every limit of the wire: a frame beyond one of them is a violation, whoever sends it. */
import { MAX_PIECES, PIECE_BYTES } from '../units/index.js';

/** Bytes of a signed record before its hint. */
const RECORD_HEAD_BYTES = 145;

/** Most bytes of a record's hint, UTF-8. */
const HINT_BYTES = 1024;

/** Most bytes of a sealed record: length, signed bytes, signature, digests. */
const SEALED_BYTES = 2 + RECORD_HEAD_BYTES + HINT_BYTES + 64 + 32 * MAX_PIECES;

/** Most records in one HTTP body. */
const LISTED_RECORDS = 64;

export const LIMITS = {
  /** Pieces of a part, and pieces named in an ask, cancel or refuse. */
  pieces: MAX_PIECES,
  /** Bytes of a part: 64 MiB. */
  partBytes: MAX_PIECES * PIECE_BYTES,
  /** UTF-8 bytes of a record's hint. */
  hintBytes: HINT_BYTES,
  /** Bytes of a record as signed, its hint included. */
  signedBytes: RECORD_HEAD_BYTES + HINT_BYTES,
  /**
   * Bytes of a sealed record: a digest of 32 bytes for each of the most pieces is nearly all of it.
   */
  sealedBytes: SEALED_BYTES,
  /** Records in one HTTP body. */
  listedRecords: LISTED_RECORDS,
  /** Bytes of that body, each record with its length. */
  listBytes: LISTED_RECORDS * (4 + SEALED_BYTES),
  /** Bytes of a frame on the control channel or the tracker's socket: a tag and a sealed record. */
  frameBytes: 1 + SEALED_BYTES,
  /** Bytes of a frame on the pieces channel: its header and a piece. */
  pieceFrameBytes: 15 + PIECE_BYTES,
  /** Runs in `holdings`. */
  heldRuns: 64,
  /** Sequences that the runs of one `holdings` cover together. */
  heldParts: 16_384,
  /** Renditions in `follow`. */
  followed: 16,
  /** Links in `links`, and the most that `welcome` may grant. */
  links: 64,
  /** Sequences in `claim` and `claimed`. */
  claimed: 64,
  /** Stripes that a plan may cut a part into. */
  stripes: 64,
  /** Trees of a plan. */
  trees: 64,
  /** Children in one tree of a plan. */
  children: 64,
  /** Different peers in a plan. */
  planPeers: 128,
  /** UTF-8 bytes of a signal's payload. */
  signalBytes: 4096,
  /** Printable ASCII characters of an admission token. */
  tokenBytes: 512,
} as const;
