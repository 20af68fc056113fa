/** Offers of parents to be attached to, cheapest first; among equals the one made first. */
export interface Offer {
  readonly cost: number;
  readonly parent: number;
  readonly child: number;
}

interface Queued {
  readonly offer: Offer;
  readonly order: number;
}

/** A binary heap. */
export function offerQueue() {
  const heap: Queued[] = [];
  let made = 0;
  return {
    push(offer: Offer): void {
      made += 1;
      rise(heap, { offer, order: made });
    },
    pop(): Offer | undefined {
      const first = heap[0];
      const last = heap.pop();
      if (first !== last && last !== undefined) sink(heap, last);
      return first?.offer;
    },
  };
}

function rise(heap: Queued[], entry: Queued): void {
  let at = heap.length;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up] as Queued;
    if (!isBefore(entry, above)) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = entry;
}

function sink(heap: Queued[], entry: Queued): void {
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    const right = heap[down + 1];
    if (right !== undefined && isBefore(right, heap[down] as Queued)) down += 1;
    if (!isBefore(heap[down] as Queued, entry)) break;
    heap[at] = heap[down] as Queued;
    at = down;
  }
  heap[at] = entry;
}

function isBefore(a: Queued, b: Queued): boolean {
  return a.offer.cost < b.offer.cost || (a.offer.cost === b.offer.cost && a.order < b.order);
}
