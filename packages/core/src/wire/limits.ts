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
  /** Bytes of a part. */
  partBytes: MAX_PIECES * PIECE_BYTES,
  hintBytes: HINT_BYTES,
  signedBytes: RECORD_HEAD_BYTES + HINT_BYTES,
  sealedBytes: SEALED_BYTES,
  listedRecords: LISTED_RECORDS,
  listBytes: LISTED_RECORDS * (4 + SEALED_BYTES),
  /** Bytes of a frame on the control channel or the tracker's socket: a tag and a sealed record. */
  frameBytes: 1 + SEALED_BYTES,
  pieceFrameBytes: 15 + PIECE_BYTES,
  /** Runs in `holdings`, and the parts that they cover together. */
  heldRuns: 64,
  heldParts: 16_384,
  /** Renditions in `follow`. */
  followed: 16,
  /** Links in `links`, and the most that `welcome` may grant. */
  links: 64,
  /** Sequences in `claim` and `claimed`. */
  claimed: 64,
  /** Stripes of a part, trees of a plan, children in a tree, and different peers in a plan. */
  stripes: 64,
  trees: 64,
  children: 64,
  planPeers: 128,
  /** UTF-8 bytes of a signal's payload. */
  signalBytes: 4096,
  /** ASCII characters of an admission token. */
  tokenBytes: 512,
} as const;
