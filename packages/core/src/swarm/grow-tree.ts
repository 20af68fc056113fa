/** Grows one tree over the graph: whoever can be reached soonest is attached next, given what parents already carry. */
import type { Ms } from '../units/index.js';
import { type Delays, delayVia, firstMsVia, lastMsVia, mayHang } from './delay.js';
import { offerQueue } from './offers.js';
import { childrenOf, emptyTree, NONE, type Tree } from './tree.js';

/** A new tree from `root` over all who can be reached; among `members` only they count for its height. */
export function growTree(delays: Delays, members: readonly number[], root: number): Tree {
  const tree = grow(delays, root);
  const { depthMax } = delays.config;
  if (heightOf(tree, members) <= depthMax) return tree;
  const flat = grow({ ...delays, config: { ...delays.config, hopMs: STEEP_MS } }, root);
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
    childrenOf(delays.graph, tree, parent).forEach((child, turn) => {
      sum += delayVia(delays, tree, parent, child, turn);
      attach(delays, tree, parent, child, turn);
      order.push(child);
    });
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
function grow(delays: Delays, root: number): Tree {
  const tree = emptyTree(delays.total.length);
  plant(tree, root);
  const queue = offerQueue();
  const offerFrom = (parent: number): void => {
    const child = nearestWaiting(delays, tree, parent);
    if (child === NONE) return;
    const children = tree.children[parent] as number;
    queue.push({ cost: delayVia(delays, tree, parent, child, children), parent, child });
  };
  offerFrom(root);
  for (let offer = queue.pop(); offer !== undefined; offer = queue.pop()) {
    const { parent, child } = offer;
    const isFree = tree.depth[child] === NONE;
    if (isFree) {
      const children = tree.children[parent] as number;
      tree.parent[child] = parent;
      attach(delays, tree, parent, child, children);
      tree.children[parent] = children + 1;
    }
    offerFrom(parent);
    if (isFree) offerFrom(child);
  }
  return tree;
}

function nearestWaiting(delays: Delays, tree: Tree, parent: number): number {
  let nearest = NONE;
  let nearestMs = Number.POSITIVE_INFINITY;
  for (const [child, rttMs] of delays.graph.near[parent] ?? []) {
    if (rttMs >= nearestMs || tree.depth[child] !== NONE) continue;
    if (mayHang(delays, parent, child)) [nearest, nearestMs] = [child, rttMs];
  }
  return nearest;
}

export function attach(
  delays: Delays,
  tree: Tree,
  parent: number,
  child: number,
  children: number,
): void {
  tree.firstMs[child] = firstMsVia(delays, tree, parent, child, children);
  tree.lastMs[child] = lastMsVia(delays, tree, parent, child, children);
  tree.depth[child] = (tree.depth[parent] as number) + 1;
}

/** Makes hops all that counts. */
const STEEP_MS: Ms = 100_000;
