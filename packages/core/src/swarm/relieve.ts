/** Takes children from uplinks that turn out too narrow for them: one by one they move to whoever has room. */
import { type Delays, delayVia, hasRoom, isOver, lookAt, type Steps, takeLooked } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import type { Group } from './groups.js';
import { move, soonestFor } from './mend-tree.js';
import type { Offer } from './offers.js';
import type { Stirred } from './stirred.js';
import { childCount, type Tree } from './tree.js';

/**
 * Uplinks are measured only once they are used, so trees are grown before anybody knows them. Each
 * move takes one edge from an uplink that is over its share to one that stays within its own, so
 * that they come to an end. At most `movesMax`; returns how many there were.
 */
export function* relieve(
  delays: Delays,
  { members }: Group,
  movesMax: number,
  stirred: Stirred,
): Steps<number> {
  let moves = 0;
  for (const parent of members) {
    if (!isOver(delays, parent)) continue;
    for (const at of treesOf(delays, parent)) {
      if (moves >= movesMax) return moves;
      if (!isOver(delays, parent)) break;
      const tree = lookAt(delays, at).trees[at] as Tree;
      const offer = dearest(delays, tree, parent);
      if (offer === undefined) continue;
      move(delays, tree, offer, stirred);
      moves += 1;
    }
    yield takeLooked(delays);
  }
  return moves;
}

/** Where it has children, most first. */
function treesOf({ trees }: Delays, parent: number): number[] {
  const count = (at: number): number => childCount(trees[at] as Tree, parent);
  return [...trees.keys()]
    .filter((at) => count(at) > 0)
    .sort((x, y) => count(y) - count(x) || x - y);
}

/**
 * The edge to one of its children that costs least elsewhere, if that is better. Who has somebody
 * below moves no deeper.
 */
function dearest(delays: Delays, tree: Tree, parent: number): Offer | undefined {
  const near = nearOf(delays.graph, parent);
  const depth = tree.depth[parent] as number;
  const isFit = (other: number): boolean =>
    hasRoom(delays, other) && (delays.proven[other] === 1 || tree.depth[other] === 0);
  let best: Offer | undefined;
  for (let at = 0; at < near.length; at++) {
    const child = near[at] as number;
    if (tree.parent[child] !== parent) continue;
    const rttMs = timeAt(delays.graph, parent, at);
    const cost = delayVia(delays, tree, parent, rttMs, childCount(tree, parent) - 1);
    const isLeaf = childCount(tree, child) === 0;
    const depthMost = isLeaf ? Math.max(delays.config.depthMax - 1, depth) : depth;
    const offer = soonestFor(delays, tree, child, depthMost, undefined, isFit);
    if (offer === undefined || offer.cost >= cost) continue;
    if (best === undefined || offer.cost < best.cost) best = offer;
  }
  return best;
}
