/** Grows one tree over the graph: whoever can be reached soonest is attached next, given what parents already carry. */
import type { Ms } from '../units/index.js';
import { type Delays, delayVia, firstMsVia, lastMsVia, mayHang } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import { type Offers, offersOf, popOffer, pushOffer } from './offers.js';
import { addChildren, childCount, emptyTree, NONE, type Tree } from './tree.js';

/**
 * A new tree from `root` over all who can be reached, such that members are within `depthMax` if
 * links allow it.
 */
export function growTree(delays: Delays, members: readonly number[], root: number): Tree {
  const tree = grow(delays, root);
  const { depthMax } = delays.config;
  if (heightOf(tree, members) <= depthMax) return tree;
  const steep = { ...delays, config: { ...delays.config, hopMs: STEEP_MS } };
  const flat = grow(steep, root);
  delays.looked = steep.looked;
  if (heightOf(flat, members) >= heightOf(tree, members)) return tree;
  traceTree(delays, flat, root);
  return flat;
}

/** Brings depths and expected times up to date, from the root down; returns the mean cost of an edge. */
export function traceTree(delays: Delays, tree: Tree, root: number): number {
  plant(tree, root);
  let sum = 0;
  const order = [root];
  for (const parent of order) {
    const near = nearOf(delays.graph, parent);
    delays.looked += near.length;
    let turn = 0;
    for (let at = 0; at < near.length; at++) {
      const child = near[at] as number;
      if (tree.parent[child] !== parent) continue;
      const rttMs = timeAt(delays.graph, parent, at);
      sum += delayVia(delays, tree, parent, rttMs, turn);
      attach(delays, tree, parent, child, rttMs, turn);
      order.push(child);
      turn += 1;
    }
  }
  return sum / Math.max(1, order.length - 1);
}

/** A root has everything at once. */
export function plant(tree: Tree, root: number): void {
  tree.depth[root] = 0;
  tree.firstMs[root] = 0;
  tree.lastMs[root] = 0;
}

export function heightOf(tree: Tree, members: readonly number[]): number {
  let height = 0;
  for (const slot of members) height = Math.max(height, tree.depth[slot] as number);
  return height;
}

/**
 * Every parent offers to feed the nearest of those still waiting; what it would cost differs
 * between them by nothing else. The cheapest offer is taken, and its parent makes another.
 */
export function grow(delays: Delays, root: number): Tree {
  const slots = delays.groupAt.length;
  const tree = emptyTree(slots);
  plant(tree, root);
  const offers = offersOf(slots);
  offerFrom(delays, tree, offers, root);
  for (let parent = popOffer(offers); parent !== undefined; parent = popOffer(offers)) {
    const child = offers.child[parent] as number;
    const isFree = tree.depth[child] === NONE;
    if (isFree) {
      tree.parent[child] = parent;
      attach(delays, tree, parent, child, offers.rttMs[parent] as Ms, childCount(tree, parent));
      addChildren(tree, parent, 1);
    }
    offerFrom(delays, tree, offers, parent);
    if (isFree) offerFrom(delays, tree, offers, child);
  }
  return tree;
}

/** To the nearest of those that wait. */
function offerFrom(delays: Delays, tree: Tree, offers: Offers, parent: number): void {
  const near = nearOf(delays.graph, parent);
  delays.looked += near.length;
  let nearest = NONE;
  let nearestMs = Number.POSITIVE_INFINITY;
  for (let at = 0; at < near.length; at++) {
    const child = near[at] as number;
    if (tree.depth[child] !== NONE) continue;
    const rttMs = timeAt(delays.graph, parent, at);
    if (rttMs >= nearestMs || !mayHang(delays, parent, child)) continue;
    nearest = child;
    nearestMs = rttMs;
  }
  if (nearest === NONE) return;
  const cost = delayVia(delays, tree, parent, nearestMs, childCount(tree, parent));
  pushOffer(offers, { cost, parent, child: nearest, rttMs: nearestMs });
}

export function attach(
  delays: Delays,
  tree: Tree,
  parent: number,
  child: number,
  rttMs: Ms,
  children: number,
): void {
  tree.firstMs[child] = firstMsVia(delays, tree, parent, rttMs, children);
  tree.lastMs[child] = lastMsVia(delays, tree, parent, rttMs, children);
  tree.depth[child] = (tree.depth[parent] as number) + 1;
}

/** Makes hops all that counts. */
const STEEP_MS: Ms = 100_000;
