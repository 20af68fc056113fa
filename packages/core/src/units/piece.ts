/** Pieces: what peers exchange and verify, 16 KiB each, the last of a part maybe shorter. */
import { Bytes } from './quantity.js';

/** 16 KiB: the data channel message size every browser passes safely (RFC 8831 section 6.6). */
export const PIECE_BYTES = 16_384;

/** Pieces a part may have at most: 64 MiB. */
export const MAX_PIECES = 4096;

export function pieceCount(partBytes: Bytes): number {
  return Math.ceil(partBytes / PIECE_BYTES);
}

/** Where piece `index` begins in its part. */
export function pieceOffset(index: number): Bytes {
  return Bytes(index * PIECE_BYTES);
}

/** How long piece `index` of a part of `partBytes` is. */
export function pieceLength(partBytes: Bytes, index: number): Bytes {
  return Bytes(Math.max(0, Math.min(PIECE_BYTES, partBytes - index * PIECE_BYTES)));
}
