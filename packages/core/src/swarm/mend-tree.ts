/** Mends one tree: what was cut off or is new is hung where it can be reached soonest. */
import { type Delays, delayVia, mayHang } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import { attach } from './grow-tree.js';
import type { Offer } from './offers.js';
import { type Stirred, stir } from './stirred.js';
import { addChildren, childCount, childrenOf, NONE, type Tree } from './tree.js';

/** Heads to be hung, in the order in which they came, each with the cheapest edge to it if known. */
type Waiting = Map<number, Offer | 'unknown' | undefined>;

/**
 * Hangs what is cut off back into the tree looked at, whole branches as far as depth allows. Stirs
 * all who moved, and those whose standby that may have spoilt.
 */
export function mendTree(delays: Delays, heads: readonly number[], stirred: Stirred): void {
  const tree = delays.trees[delays.at] as Tree;
  const { depthMax } = delays.config;
  const waiting: Waiting = new Map();
  for (const head of heads) waiting.set(head, 'unknown');
  while (waiting.size > 0) {
    const best = soonest(delays, tree, waiting);
    if (best === undefined) {
      if (!dissolve(delays, tree, waiting, stirred)) break;
      continue;
    }
    if ((tree.depth[best.parent] as number) >= depthMax) {
      const lifted = lift(delays, tree, best.child, stirred);
      if (lifted !== undefined) {
        stirAround(delays, stirred, lifted);
        for (const head of waiting.keys()) waiting.set(head, 'unknown');
        continue;
      }
    }
    waiting.delete(best.child);
    hang(delays, tree, best, stirred);
    // What this parent offers has become dearer, all other offers stand.
    for (const [head, offer] of waiting) {
      if (offer !== 'unknown' && offer?.parent === best.parent) waiting.set(head, 'unknown');
    }
    for (const slot of settle(delays, tree, best.child, waiting, stirred)) {
      for (const other of nearOf(delays.graph, slot)) {
        if (waiting.has(other)) waiting.set(other, 'unknown');
      }
    }
  }
}

/** Moves a member below another, with its branch; stirs all whom that concerns. */
export function move(delays: Delays, tree: Tree, offer: Offer, stirred: Stirred): void {
  stir(stirred, delays.at, offer.child);
  release(tree, tree.parent[offer.child] as number, offer.child);
  hang(delays, tree, offer, stirred);
  settle(delays, tree, offer.child, undefined, stirred);
}

/**
 * Brings the branch below `top` up to date, and returns who is in it. What is too deep now waits,
 * or stays where there is no `waiting`.
 */
function settle(
  delays: Delays,
  tree: Tree,
  top: number,
  waiting: Waiting | undefined,
  stirred: Stirred,
): readonly number[] {
  const { graph, config, at: number } = delays;
  const below = [top];
  for (const parent of below) {
    stirAround(delays, stirred, parent);
    const isDeepest = (tree.depth[parent] as number) >= config.depthMax;
    let left = childCount(tree, parent);
    const near = nearOf(graph, parent);
    let turn = 0;
    for (let at = 0; left > 0 && at < near.length; at++) {
      const child = near[at] as number;
      if (tree.parent[child] !== parent) continue;
      left -= 1;
      if (isDeepest && waiting !== undefined) {
        stir(stirred, number, child);
        release(tree, parent, child);
        waiting.set(child, 'unknown');
      } else {
        attach(delays, tree, parent, child, timeAt(graph, parent, at), turn);
        below.push(child);
        turn += 1;
      }
    }
  }
  return below;
}

/** The cheapest edge from the tree to one of those that wait. */
function soonest(delays: Delays, tree: Tree, waiting: Waiting): Offer | undefined {
  let best: Offer | undefined;
  for (const [child, known] of waiting) {
    let offer = known;
    if (offer === 'unknown') {
      offer = soonestFor(delays, tree, child, MOST);
      waiting.set(child, offer);
    }
    if (offer !== undefined && (best === undefined || offer.cost < best.cost)) best = offer;
  }
  return best;
}

/** The cheapest edge from the tree to `child`, if it is cheaper than `best`; not from below `depth`. */
export function soonestFor(
  delays: Delays,
  tree: Tree,
  child: number,
  depthMost: number,
  best?: Offer,
): Offer | undefined {
  const { graph } = delays;
  const near = nearOf(graph, child);
  let [cheapest, costMost] = [NONE, best?.cost ?? Number.POSITIVE_INFINITY];
  for (let at = 0; at < near.length; at++) {
    const parent = near[at] as number;
    const depth = tree.depth[parent] as number;
    if (depth === NONE || depth > depthMost || !mayHang(delays, parent, child)) continue;
    const rttMs = timeAt(graph, child, at);
    const cost = delayVia(delays, tree, parent, rttMs, childCount(tree, parent));
    if (cost < costMost) [cheapest, costMost] = [at, cost];
  }
  if (cheapest === NONE) return best;
  const rttMs = timeAt(graph, child, cheapest);
  return { cost: costMost, parent: near[cheapest] as number, child, rttMs };
}

/** No head reaches the tree: those right below them may. False when there is nobody below. */
function dissolve(delays: Delays, tree: Tree, waiting: Waiting, stirred: Stirred): boolean {
  let found = false;
  for (const head of [...waiting.keys()]) {
    for (const child of childrenOf(delays.graph, tree, head)) {
      stir(stirred, delays.at, child);
      release(tree, head, child);
      waiting.set(child, 'unknown');
      found = true;
    }
  }
  return found;
}

/**
 * A neighbour at the greatest depth, with nobody below, moves up if it can, so that `slot` may hang
 * below it; returns it.
 */
function lift(delays: Delays, tree: Tree, slot: number, stirred: Stirred): number | undefined {
  const { depthMax } = delays.config;
  let best: Offer | undefined;
  for (const child of nearOf(delays.graph, slot)) {
    if (tree.depth[child] !== depthMax || childCount(tree, child) !== 0) continue;
    if (mayHang(delays, child, slot)) best = soonestFor(delays, tree, child, depthMax - 2, best);
  }
  if (best === undefined) return undefined;
  stir(stirred, delays.at, best.child);
  release(tree, tree.parent[best.child] as number, best.child);
  hang(delays, tree, best, stirred);
  return best.child;
}

function hang(delays: Delays, tree: Tree, { parent, child, rttMs }: Offer, stirred: Stirred): void {
  stir(stirred, delays.at, child);
  const children = childCount(tree, parent);
  tree.parent[child] = parent;
  attach(delays, tree, parent, child, rttMs, children);
  addChildren(tree, parent, 1);
}

function release(tree: Tree, parent: number, child: number): void {
  tree.parent[child] = NONE;
  addChildren(tree, parent, -1);
}

/** Who moved, and neighbours for whom it stands by, or who have nobody good that does. */
function stirAround({ graph, trees, proven, at }: Delays, stirred: Stirred, slot: number): void {
  stir(stirred, at, slot);
  const { standby } = trees[at] as Tree;
  for (const other of nearOf(graph, slot)) {
    const behind = standby[other] as number;
    if (behind === slot || behind === NONE || proven[behind] === 0) stir(stirred, at, other);
  }
}

const MOST = Number.POSITIVE_INFINITY;
