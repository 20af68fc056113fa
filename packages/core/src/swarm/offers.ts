/** Offers of parents to be attached to, cheapest first; among equals the one made first. */
import type { Ms } from '../units/index.js';

export interface Offer {
  readonly cost: number;
  readonly parent: number;
  readonly child: number;
  /** Between the two. */
  readonly rttMs: Ms;
}

/** A binary heap of parents, with the one offer that each may make at a time. */
export interface Offers {
  readonly heap: number[];
  readonly cost: Float64Array;
  readonly child: Int16Array;
  readonly rttMs: Float64Array;
  readonly order: Int32Array;
  made: number;
}

export function offersOf(slots: number): Offers {
  return {
    heap: [],
    cost: new Float64Array(slots),
    child: new Int16Array(slots),
    rttMs: new Float64Array(slots),
    order: new Int32Array(slots),
    made: 0,
  };
}

/** The parent must have no other offer in the queue. */
export function pushOffer(offers: Offers, { cost, parent, child, rttMs }: Offer): void {
  offers.made += 1;
  offers.cost[parent] = cost;
  offers.child[parent] = child;
  offers.rttMs[parent] = rttMs;
  offers.order[parent] = offers.made;
  rise(offers, parent);
}

/** The parent whose offer is next; undefined when there is none. */
export function popOffer(offers: Offers): number | undefined {
  const first = offers.heap[0];
  const last = offers.heap.pop();
  if (first !== last && last !== undefined) sink(offers, last);
  return first;
}

function rise(offers: Offers, parent: number): void {
  const { heap } = offers;
  let at = heap.length;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up] as number;
    if (!isBefore(offers, parent, above)) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = parent;
}

function sink(offers: Offers, parent: number): void {
  const { heap } = offers;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    const right = down + 1;
    if (right < heap.length && isBefore(offers, heap[right] as number, heap[down] as number)) {
      down = right;
    }
    if (!isBefore(offers, heap[down] as number, parent)) break;
    heap[at] = heap[down] as number;
    at = down;
  }
  heap[at] = parent;
}

function isBefore({ cost, order }: Offers, a: number, b: number): boolean {
  const x = cost[a] as number;
  const y = cost[b] as number;
  return x < y || (x === y && (order[a] as number) < (order[b] as number));
}

/** Adds to a heap of any offers, cheapest first; among equals the lowest child, then parent. */
export function pushTo(heap: Offer[], offer: Offer): void {
  let at = heap.length;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const above = heap[up] as Offer;
    if (!isCheaper(offer, above)) break;
    heap[at] = above;
    at = up;
  }
  heap[at] = offer;
}

/** The cheapest offer of a heap; undefined when there is none. */
export function popFrom(heap: Offer[]): Offer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || first === last) return first;
  let at = 0;
  for (let down = 1; down < heap.length; down = 2 * at + 1) {
    const right = down + 1;
    if (right < heap.length && isCheaper(heap[right] as Offer, heap[down] as Offer)) down = right;
    if (!isCheaper(heap[down] as Offer, last)) break;
    heap[at] = heap[down] as Offer;
    at = down;
  }
  heap[at] = last;
  return first;
}

function isCheaper(a: Offer, b: Offer): boolean {
  return a.cost < b.cost || (a.cost === b.cost && (a.child - b.child || a.parent - b.parent) < 0);
}
