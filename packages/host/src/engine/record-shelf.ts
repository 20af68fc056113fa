/** Verified records by rendition, in order: playlists are written from them. */
import type { PartKey, Rendition } from '@shoal/core/units';
import type { PartRecord, SealedRecord } from '@shoal/core/wire';

export interface RecordShelf {
  add(sealed: SealedRecord): void;
  get(key: PartKey): PartRecord | undefined;
  /** Oldest first. */
  readonly list: (rendition: Rendition) => readonly SealedRecord[];
}

/** Records kept a rendition: more than a live window; the oldest go first. */
export const SHELF_MAX = 256;

export function createRecordShelf(max = SHELF_MAX): RecordShelf {
  const shelves = new Map<Rendition, readonly SealedRecord[]>();
  return {
    add(sealed) {
      const { rendition } = sealed.record;
      const others = (shelves.get(rendition) ?? []).filter((other) => order(other, sealed) !== 0);
      shelves.set(rendition, [...others, sealed].sort(order).slice(-max));
    },
    get: ({ rendition, sequence, part }) =>
      shelves
        .get(rendition)
        ?.find(({ record }) => record.sequence === sequence && record.part === part)?.record,
    list: (rendition) => shelves.get(rendition) ?? [],
  };
}

function order({ record: a }: SealedRecord, { record: b }: SealedRecord): number {
  return a.sequence - b.sequence || a.part - b.part;
}
