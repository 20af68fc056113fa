/** The records of one stream: by rendition, in order, bounded for live streams. */
import type { SealedRecord } from '@shoal/core/wire';

export interface RecordStore {
  /** Keeps a record; the same part again replaces it. */
  add(sealed: SealedRecord): void;
  has(rendition: number, sequence: number): boolean;
  get(rendition: number, sequence: number): SealedRecord | undefined;
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
  const renditions = new Map<number, Shelf>();
  const watchers = new Set<(sealed: SealedRecord) => void>();
  const shelf = (rendition: number): Shelf => {
    const known = renditions.get(rendition) ?? { order: [], bySequence: new Map() };
    renditions.set(rendition, known);
    return known;
  };
  return {
    add: (sealed) => {
      const { rendition, sequence } = sealed.record;
      put(shelf(rendition), sequence, sealed);
      for (const added of [...watchers]) added(sealed);
    },
    has: (rendition, sequence) => renditions.get(rendition)?.bySequence.has(sequence) ?? false,
    get: (rendition, sequence) => renditions.get(rendition)?.bySequence.get(sequence),
    list: (rendition, since, count) => {
      const { order, bySequence } = renditions.get(rendition) ?? EMPTY;
      const first = lowerBound(order, since);
      const wanted = order.slice(first, first + count);
      return wanted.map((sequence) => bySequence.get(sequence) as SealedRecord);
    },
    forget: (rendition, before) => {
      const { order, bySequence } = shelf(rendition);
      for (const gone of order.splice(0, lowerBound(order, before))) bySequence.delete(gone);
    },
    clear: () => renditions.clear(),
    watch: (added) => {
      watchers.add(added);
      return () => void watchers.delete(added);
    },
    get count() {
      return [...renditions.values()].reduce((sum, { order }) => sum + order.length, 0);
    },
  };
}

interface Shelf {
  /** Sequences, ascending. */
  readonly order: number[];
  readonly bySequence: Map<number, SealedRecord>;
}

const EMPTY: Shelf = { order: [], bySequence: new Map() };

function put({ order, bySequence }: Shelf, sequence: number, sealed: SealedRecord): void {
  if (!bySequence.has(sequence)) order.splice(lowerBound(order, sequence), 0, sequence);
  bySequence.set(sequence, sealed);
}

/** The first place whose value is at least `value`. */
function lowerBound(order: readonly number[], value: number): number {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
