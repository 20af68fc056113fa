/** Frames on the pieces channel: fifteen bytes that name the piece, then its bytes. */
import type { PartKey } from '../units/index.js';
import { PIECE_BYTES } from '../units/index.js';
import { type Field, struct, uint } from './field.js';
import { LIMITS } from './limits.js';
import { partKeyField } from './part-key.js';
import { Reader } from './reader.js';
import { Writer } from './writer.js';

export interface PieceHeader {
  readonly key: PartKey;
  readonly index: number;
}

const TAG = 0x50;
const HEADER_BYTES = 15;

const header: Field<PieceHeader> = struct<PieceHeader>({
  key: partKeyField,
  index: uint(2, LIMITS.pieces - 1),
});

/** Copies `payload` once, behind its header. */
export function encodePieceFrame(piece: PieceHeader, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const to: Writer = new Writer();
  to.check(payload.length > 0 && payload.length <= PIECE_BYTES, 'payload');
  to.uint(1, TAG);
  header(to, piece);
  to.bytes(payload.length, payload);
  return to.finish();
}

/** `payload` is a view of `bytes`, 1 to 16,384 long. Throws `wire/violation`, and nothing else. */
export function decodePieceFrame<B extends ArrayBufferLike>(
  bytes: Uint8Array<B>,
): { readonly header: PieceHeader; readonly payload: Uint8Array<B> } {
  const from: Reader = new Reader(bytes, LIMITS.pieceFrameBytes);
  from.check(from.uint(1) === TAG, 'kind');
  const piece = header(from, undefined);
  const { left } = from;
  from.check(left > 0, 'payload');
  return {
    header: piece,
    payload: new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, left),
  };
}
