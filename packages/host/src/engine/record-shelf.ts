/** Verified records by rendition, in order: playlists are written from them. */
import type { Rendition } from '@shoal/core/units';
import type { PartRecord, SealedRecord } from '@shoal/core/wire';

export interface RecordShelf {
  add(sealed: SealedRecord): void;
  get(rendition: Rendition, sequence: number, part: number): PartRecord | undefined;
  /** Oldest first. */
  readonly list: (rendition: Rendition) => readonly SealedRecord[];
}

/** Records kept a rendition: more than a live window; the oldest go first. */
export const SHELF_MAX = 256;

export function createRecordShelf(max = SHELF_MAX): RecordShelf {
  const shelves = new Map<Rendition, SealedRecord[]>();
  return {
    add(sealed) {
      const shelf = shelves.get(sealed.record.rendition) ?? [];
      shelves.set(sealed.record.rendition, shelf);
      const at = shelf.findLastIndex((other) => order(other.record, sealed.record) <= 0);
      const same = at >= 0 && order(shelf[at]!.record, sealed.record) === 0;
      shelf.splice(same ? at : at + 1, same ? 1 : 0, sealed);
      if (shelf.length > max) shelf.shift();
    },
    get: (rendition, sequence, part) =>
      shelves
        .get(rendition)
        ?.find(({ record }) => record.sequence === sequence && record.part === part)?.record,
    list: (rendition) => shelves.get(rendition) ?? [],
  };
}

function order(a: PartRecord, b: PartRecord): number {
  return a.sequence - b.sequence || a.part - b.part;
}
