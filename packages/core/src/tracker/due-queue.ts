/** Who is due when, each at one time: the earliest first, then who was put in first. */
import type { Ms } from '../units/index.js';

export interface DueQueue<Item> {
  /** When it is due; infinite when it is not in. */
  at(item: Item): Ms;
  /** Puts it in, or moves it. An infinite time takes it out. */
  set(item: Item, at: Ms): void;
  /** The same, unless it is due earlier already. */
  hasten(item: Item, at: Ms): void;
  /** Takes out the first that is due by now. */
  take(now: Ms): Item | undefined;
  /** When the first is due; infinite when nobody is. */
  next(): Ms;
}

interface Entry<Item> {
  readonly at: Ms;
  readonly order: number;
  readonly item: Item;
}

/** A binary heap; an entry that was replaced stays in it until it comes up. */
export function createDueQueue<Item>(): DueQueue<Item> {
  const heap: Entry<Item>[] = [];
  const current = new Map<Item, Entry<Item>>();
  let order = 0;
  const first = (): Entry<Item> | undefined => {
    for (let top = heap[0]; top !== undefined; top = heap[0]) {
      if (current.get(top.item) === top) return top;
      pop(heap);
    }
    return undefined;
  };
  const at = (item: Item): Ms => current.get(item)?.at ?? Number.POSITIVE_INFINITY;
  const set = (item: Item, time: Ms): void => {
    if (!Number.isFinite(time)) {
      current.delete(item);
      return;
    }
    order += 1;
    const entry = { at: time, order, item };
    current.set(item, entry);
    push(heap, entry);
  };
  return {
    at,
    set,
    hasten(item, time) {
      if (time < at(item)) set(item, time);
    },
    take(now) {
      const top = first();
      if (top === undefined || top.at > now) return undefined;
      pop(heap);
      current.delete(top.item);
      return top.item;
    },
    next: () => first()?.at ?? Number.POSITIVE_INFINITY,
  };
}

function isBefore<Item>(a: Entry<Item>, b: Entry<Item>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push<Item>(heap: Entry<Item>[], entry: Entry<Item>): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up] as Entry<Item>;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = entry;
}

function pop<Item>(heap: Entry<Item>[]): void {
  const last = heap.pop() as Entry<Item>;
  if (heap.length === 0) return;
  let at = 0;
  for (;;) {
    let down = 2 * at + 1;
    if (down >= heap.length) break;
    const right = heap[down + 1];
    if (right !== undefined && isBefore(right, heap[down] as Entry<Item>)) down += 1;
    if (!isBefore(heap[down] as Entry<Item>, last)) break;
    heap[at] = heap[down] as Entry<Item>;
    at = down;
  }
  heap[at] = last;
}
