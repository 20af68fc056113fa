/** The records of one stream: by rendition, in order, bounded for live streams. */
import type { SealedRecord } from '@shoal/core/wire';

export interface RecordStore {
  /** Keeps a record; the same part again replaces it. */
  add(sealed: SealedRecord): void;
  /** Whether there is one of any part of this segment. */
  has(rendition: number, sequence: number): boolean;
  /** At most `count`, oldest first, from the first with a sequence of at least `since`. */
  list(rendition: number, since: number, count: number): readonly SealedRecord[];
  /** Forgets what is older than `sequence`. */
  forget(rendition: number, before: number): void;
  /** Forgets everything; watchers stay. */
  clear(): void;
  /** Calls `added` for every record from now on; returns its undo. */
  watch(added: (sealed: SealedRecord) => void): () => void;
  readonly count: number;
}

export function createRecordStore(): RecordStore {
  const renditions = new Map<number, SealedRecord[]>();
  const watchers = new Set<(sealed: SealedRecord) => void>();
  return {
    add: (sealed) => {
      const { rendition, sequence, part } = sealed.record;
      const shelf = renditions.get(rendition) ?? [];
      renditions.set(rendition, shelf);
      const at = lowerBound(shelf, sequence, part);
      const known = shelf[at]?.record;
      shelf.splice(at, known?.sequence === sequence && known.part === part ? 1 : 0, sealed);
      for (const added of [...watchers]) added(sealed);
    },
    has: (rendition, sequence) => {
      const shelf = renditions.get(rendition) ?? [];
      return shelf[lowerBound(shelf, sequence, 0)]?.record.sequence === sequence;
    },
    list: (rendition, since, count) => {
      const shelf = renditions.get(rendition) ?? [];
      const first = lowerBound(shelf, since, 0);
      return shelf.slice(first, first + count);
    },
    forget: (rendition, before) => {
      const shelf = renditions.get(rendition) ?? [];
      shelf.splice(0, lowerBound(shelf, before, 0));
    },
    clear: () => renditions.clear(),
    watch: (added) => {
      watchers.add(added);
      return () => void watchers.delete(added);
    },
    get count() {
      return [...renditions.values()].reduce((sum, { length }) => sum + length, 0);
    },
  };
}

/** The first place that is not before this part. */
function lowerBound(shelf: readonly SealedRecord[], sequence: number, part: number): number {
  let [low, high] = [0, shelf.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const { record } = shelf[middle] as SealedRecord;
    const isBefore = record.sequence - sequence || record.part - part;
    if (isBefore < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
