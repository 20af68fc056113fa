/** The verified pieces that a machine speaks of: it decides what stays, this holds the bytes. */

import { invariant } from '@shoal/core/errors';
import type { PartId } from '@shoal/core/units';

export interface PieceStore {
  /** Keeps `bytes`, which are from now on the store's own. */
  put(part: PartId, index: number, bytes: Uint8Array): void;
  get(part: PartId, index: number): Uint8Array | undefined;
  evict(part: PartId): void;
  /** A copy of whole parts, one after the other: a player may transfer it to a worker. */
  join(parts: readonly PartId[]): Uint8Array<ArrayBuffer>;
}

export function createPieceStore(): PieceStore {
  const held = new Map<PartId, (Uint8Array | undefined)[]>();
  return {
    put(part, index, bytes) {
      const pieces = held.get(part) ?? [];
      pieces[index] = bytes;
      held.set(part, pieces);
    },
    get: (part, index) => held.get(part)?.[index],
    evict: (part) => void held.delete(part),
    join(parts) {
      const pieces = parts.flatMap((part) => Array.from(held.get(part) ?? []));
      invariant(!pieces.includes(undefined), 'join: a piece is missing');
      return concat(pieces as Uint8Array[]);
    },
  };
}

/** One copy of `chunks`, in order. */
export function concat(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}
