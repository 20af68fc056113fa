/** Mends one tree: what was cut off or is new is hung where it can be reached soonest. */
import { type Delays, delayVia, mayHang } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import { attach } from './grow-tree.js';
import type { Offer } from './offers.js';
import { type Stirred, stir } from './stirred.js';
import { childrenOf, NONE, type Tree } from './tree.js';

/**
 * Hangs what is cut off back into the tree looked at, whole branches as far as depth allows. Stirs
 * all who moved, and their neighbours.
 */
export function mendTree(delays: Delays, heads: readonly number[], stirred: Stirred): void {
  const tree = delays.trees[delays.at] as Tree;
  const { depthMax } = delays.config;
  const waiting = new Set(heads);
  while (waiting.size > 0) {
    const best = soonest(delays, tree, waiting);
    if (best === undefined) {
      if (!dissolve(delays, tree, waiting, stirred)) break;
      continue;
    }
    if ((tree.depth[best.parent] as number) >= depthMax) {
      const lifted = lift(delays, tree, best.child);
      if (lifted !== undefined) {
        stirAround(delays, stirred, lifted);
        continue;
      }
    }
    waiting.delete(best.child);
    hang(delays, tree, best);
    settle(delays, tree, best.child, waiting, stirred);
  }
}

/** Brings the branch below `top` up to date; what is too deep now waits. */
function settle(
  delays: Delays,
  tree: Tree,
  top: number,
  waiting: Set<number>,
  stirred: Stirred,
): void {
  const { graph, config, at: number } = delays;
  const below = [top];
  for (const parent of below) {
    stirAround(delays, stirred, parent);
    const isDeepest = (tree.depth[parent] as number) >= config.depthMax;
    const near = nearOf(graph, parent);
    let turn = 0;
    for (let at = 0; at < near.length; at++) {
      const child = near[at] as number;
      if (tree.parent[child] !== parent) continue;
      if (isDeepest) {
        release(tree, parent, child);
        waiting.add(child);
        stir(stirred, number, child);
      } else {
        attach(delays, tree, parent, child, timeAt(graph, parent, at), turn);
        below.push(child);
        turn += 1;
      }
    }
  }
}

/** The cheapest edge from the tree to one of those that wait. */
function soonest(delays: Delays, tree: Tree, waiting: ReadonlySet<number>): Offer | undefined {
  let best: Offer | undefined;
  for (const child of waiting) best = soonestFor(delays, tree, child, MOST, best);
  return best;
}

/** The cheapest edge from the tree to `child`, if it is cheaper than `best`; not from below `depth`. */
function soonestFor(
  delays: Delays,
  tree: Tree,
  child: number,
  depthMost: number,
  best: Offer | undefined,
): Offer | undefined {
  const { graph } = delays;
  const near = nearOf(graph, child);
  let [cheapest, costMost] = [NONE, best?.cost ?? Number.POSITIVE_INFINITY];
  for (let at = 0; at < near.length; at++) {
    const parent = near[at] as number;
    const depth = tree.depth[parent] as number;
    if (depth === NONE || depth > depthMost || !mayHang(delays, parent, child)) continue;
    const children = tree.children[parent] as number;
    const cost = delayVia(delays, tree, parent, timeAt(graph, child, at), children);
    if (cost < costMost) [cheapest, costMost] = [at, cost];
  }
  if (cheapest === NONE) return best;
  const rttMs = timeAt(graph, child, cheapest);
  return { cost: costMost, parent: near[cheapest] as number, child, rttMs };
}

/** No head reaches the tree: those right below them may. False when there is nobody below. */
function dissolve(delays: Delays, tree: Tree, waiting: Set<number>, stirred: Stirred): boolean {
  let found = false;
  for (const head of [...waiting]) {
    for (const child of childrenOf(delays.graph, tree, head)) {
      release(tree, head, child);
      waiting.add(child);
      stir(stirred, delays.at, child);
      found = true;
    }
  }
  return found;
}

/**
 * A neighbour at the greatest depth, with nobody below, moves up if it can, so that `slot` may hang
 * below it; returns it.
 */
function lift(delays: Delays, tree: Tree, slot: number): number | undefined {
  const { depthMax } = delays.config;
  let best: Offer | undefined;
  for (const child of nearOf(delays.graph, slot)) {
    if (tree.depth[child] !== depthMax || tree.children[child] !== 0) continue;
    if (mayHang(delays, child, slot)) best = soonestFor(delays, tree, child, depthMax - 2, best);
  }
  if (best === undefined) return undefined;
  release(tree, tree.parent[best.child] as number, best.child);
  hang(delays, tree, best);
  return best.child;
}

function hang(delays: Delays, tree: Tree, { parent, child, rttMs }: Offer): void {
  const children = tree.children[parent] as number;
  tree.parent[child] = parent;
  attach(delays, tree, parent, child, rttMs, children);
  tree.children[parent] = children + 1;
}

function release(tree: Tree, parent: number, child: number): void {
  tree.parent[child] = NONE;
  tree.children[parent] = (tree.children[parent] as number) - 1;
}

function stirAround({ graph, at }: Delays, stirred: Stirred, slot: number): void {
  stir(stirred, at, slot);
  for (const other of nearOf(graph, slot)) stir(stirred, at, other);
}

const MOST = Number.POSITIVE_INFINITY;
