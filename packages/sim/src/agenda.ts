/** Virtual time: what happens when, in one total order, so that a seed replays to the byte. */
import type { Ms } from '@shoal/core/units';

export interface Agenda {
  now(): Ms;
  /** Runs `what` in `ms`; equal times run in the order of asking. Returns its undo. */
  after(ms: Ms, what: () => void): () => void;
  /** The same at a time; at once when that has passed. */
  at(time: Ms, what: () => void): () => void;
  /** Runs everything due up to and at `end`. */
  runUntil(end: Ms): void;
  /** Events run so far. */
  count(): number;
}

interface Entry {
  readonly at: Ms;
  readonly order: number;
  what: (() => void) | undefined;
}

export function createAgenda(): Agenda {
  const heap: Entry[] = [];
  let now: Ms = 0;
  let order = 0;
  let ran = 0;
  const at = (time: Ms, what: () => void): (() => void) => {
    order += 1;
    const entry: Entry = { at: Math.max(now, time), order, what };
    push(heap, entry);
    return () => {
      entry.what = undefined;
    };
  };
  return {
    now: () => now,
    at,
    after: (ms, what) => at(now + ms, what),
    runUntil(end) {
      for (let first = heap[0]; first !== undefined && first.at <= end; first = heap[0]) {
        pop(heap);
        if (first.what === undefined) continue;
        now = first.at;
        ran += 1;
        first.what();
      }
      now = Math.max(now, end);
    },
    count: () => ran,
  };
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up] as Entry;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop() as Entry;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    if (down >= heap.length) break;
    const right = heap[down + 1];
    if (right !== undefined && isBefore(right, heap[down] as Entry)) down += 1;
    if (!isBefore(heap[down] as Entry, last)) break;
    heap[at] = heap[down] as Entry;
    at = down;
  }
  heap[at] = last;
}
