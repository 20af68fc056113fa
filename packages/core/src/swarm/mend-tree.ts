/** Mends one tree: what was cut off or is new is hung where it can be reached soonest. */
import { type Delays, delayVia, mayHang } from './delay.js';
import { attach } from './grow-tree.js';
import type { Offer } from './offers.js';
import { childrenOf, NONE, type Tree } from './tree.js';

/**
 * Hangs what is cut off back into the tree, whole branches as far as depth allows. Returns all who
 * moved, and their neighbours.
 */
export function mendTree(delays: Delays, tree: Tree, heads: readonly number[]): Set<number> {
  const moved = new Set<number>();
  const { depthMax } = delays.config;
  const waiting = new Set(heads);
  while (waiting.size > 0) {
    const best = soonest(delays, tree, waiting);
    if (best === undefined) {
      if (!dissolve(delays, tree, waiting, moved)) break;
      continue;
    }
    if ((tree.depth[best.parent] as number) >= depthMax) {
      const lifted = lift(delays, tree, best.child);
      if (lifted !== undefined) {
        note(delays, moved, lifted);
        continue;
      }
    }
    waiting.delete(best.child);
    hang(delays, tree, best.parent, best.child);
    const below = [best.child];
    for (const parent of below) {
      note(delays, moved, parent);
      childrenOf(delays.graph, tree, parent).forEach((child, turn) => {
        if ((tree.depth[parent] as number) >= depthMax) {
          tree.parent[child] = NONE;
          tree.children[parent] = (tree.children[parent] as number) - 1;
          waiting.add(child);
          moved.add(child);
        } else {
          attach(delays, tree, parent, child, turn);
          below.push(child);
        }
      });
    }
  }
  return moved;
}

/** The cheapest edge from the tree to one of those that wait. */
function soonest(delays: Delays, tree: Tree, waiting: ReadonlySet<number>): Offer | undefined {
  const { graph } = delays;
  let best: Offer | undefined;
  for (const child of waiting) {
    for (const parent of graph.near[child]?.keys() ?? []) {
      if (tree.depth[parent] === NONE || !mayHang(delays, parent, child)) continue;
      const cost = delayVia(delays, tree, parent, child, tree.children[parent] as number);
      if (best === undefined || cost < best.cost) best = { cost, parent, child };
    }
  }
  return best;
}

/** No head reaches the tree: those right below them may. False when there is nobody below. */
function dissolve(delays: Delays, tree: Tree, waiting: Set<number>, moved: Set<number>): boolean {
  let found = false;
  for (const head of [...waiting]) {
    for (const child of childrenOf(delays.graph, tree, head)) {
      tree.parent[child] = NONE;
      tree.children[head] = (tree.children[head] as number) - 1;
      waiting.add(child);
      moved.add(child);
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
  const { graph, config } = delays;
  let best: Offer | undefined;
  for (const child of graph.near[slot]?.keys() ?? []) {
    if (tree.depth[child] !== config.depthMax || tree.children[child] !== 0) continue;
    if (!mayHang(delays, child, slot)) continue;
    for (const parent of graph.near[child]?.keys() ?? []) {
      const depth = tree.depth[parent] as number;
      if (depth === NONE || depth >= config.depthMax - 1) continue;
      if (!mayHang(delays, parent, child)) continue;
      const cost = delayVia(delays, tree, parent, child, tree.children[parent] as number);
      if (best === undefined || cost < best.cost) best = { cost, parent, child };
    }
  }
  if (best === undefined) return undefined;
  const before = tree.parent[best.child] as number;
  tree.children[before] = (tree.children[before] as number) - 1;
  hang(delays, tree, best.parent, best.child);
  return best.child;
}

function hang(delays: Delays, tree: Tree, parent: number, child: number): void {
  const children = tree.children[parent] as number;
  tree.parent[child] = parent;
  attach(delays, tree, parent, child, children);
  tree.children[parent] = children + 1;
}

function note({ graph }: Delays, moved: Set<number>, slot: number): void {
  moved.add(slot);
  for (const other of graph.near[slot]?.keys() ?? []) moved.add(other);
}
