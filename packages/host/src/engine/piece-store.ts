/** The verified pieces that a machine speaks of: it decides what stays, this holds the bytes. */
import { invariant } from '@shoal/core/errors';
import type { PartId } from '@shoal/core/units';
import { concat } from '@shoal/core/wire';

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
