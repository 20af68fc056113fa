/** Keeps a tree as low as links allow: who is too deep moves up, after those whom it needs for that. */
import type { Ms } from '../units/index.js';
import { type Delays, delayVia, hasRoom, mayHang } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import type { Group } from './groups.js';
import { move, soonestFor } from './mend-tree.js';
import type { Moved, Stirred } from './stirred.js';
import { childCount, NONE, type Tree } from './tree.js';

/**
 * Brings those who moved in the tree looked at within `depthMax`, or as near as links allow. Whom
 * links keep deeper is remembered, and looked at again after a while.
 */
export function lowerTree(delays: Delays, group: Group, now: Ms, stirred: Stirred): void {
  const { at: number, config } = delays;
  const tree = delays.trees[number] as Tree;
  const deep = deepOf(delays, tree, group, (stirred.moved[number] as Moved).slots);
  if (deep.length === 0) return;
  const isDue = now - tree.deepAt >= AGAIN_MS;
  if (!isDue && deep.every((slot) => tree.deep.includes(slot))) return;
  deep.sort((x, y) => (tree.depth[x] as number) - (tree.depth[y] as number) || x - y);
  const stuck = deep.filter((slot) => !raiseAtOnce(delays, tree, slot, config.depthMax, stirred));
  const hops = stuck.length > 0 ? hopsFrom(delays, group.roots[number] as number) : NOWHERE;
  for (const slot of stuck) {
    raise(delays, tree, hops, slot, Math.max(config.depthMax, hops[slot] as number), stirred);
  }
  if (isDue) tree.deepAt = now;
  const others = tree.deep.filter((slot) => !deep.includes(slot) && tree.depth[slot] !== NONE);
  const still = deep.filter((slot) => (tree.depth[slot] as number) > config.depthMax);
  tree.deep = [...others, ...still];
}

/** Who of the group is too deep: among those that moved, and those that were so before. */
function deepOf(
  { config, groupAt }: Delays,
  tree: Tree,
  { members }: Group,
  moved: readonly number[],
): number[] {
  const home = groupAt[members[0] as number];
  const isDeep = (slot: number): boolean =>
    groupAt[slot] === home && (tree.depth[slot] as number) > config.depthMax;
  const known = tree.deep.filter(isDeep);
  return [...known, ...moved.filter((slot) => isDeep(slot) && !known.includes(slot))];
}

/** Moves `slot` up to `depth` if one of its neighbours is near enough; true when it is there. */
function raiseAtOnce(
  delays: Delays,
  tree: Tree,
  slot: number,
  depth: number,
  stirred: Stirred,
): boolean {
  if ((tree.depth[slot] as number) <= depth) return true;
  const isFit = (parent: number): boolean => hasRoom(delays, parent);
  const offer = soonestFor(delays, tree, slot, depth - 1, undefined, isFit);
  if (offer !== undefined) move(delays, tree, offer, stirred);
  return offer !== undefined;
}

/** Moves `slot` up to `depth`, which its hops from the root allow. */
function raise(
  delays: Delays,
  tree: Tree,
  hops: Int16Array,
  slot: number,
  depth: number,
  stirred: Stirred,
): void {
  if (raiseAtOnce(delays, tree, slot, depth, stirred)) return;
  const parent = cheapestWithin(delays, tree, hops, slot, depth - 1);
  if (parent === undefined) return;
  raise(delays, tree, hops, parent, depth - 1, stirred);
  raiseAtOnce(delays, tree, slot, depth, stirred);
}

/** Of the neighbours that could be at this depth, the one that feeds at the least cost. */
function cheapestWithin(
  delays: Delays,
  tree: Tree,
  hops: Int16Array,
  slot: number,
  depth: number,
): number | undefined {
  let best: number | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  nearOf(delays.graph, slot).forEach((other, at) => {
    const reach = hops[other] as number;
    if (reach === NONE || reach > depth || !mayHang(delays, other, slot)) return;
    if (!hasRoom(delays, other)) return;
    const rttMs = timeAt(delays.graph, slot, at);
    const cost = delayVia(delays, tree, other, rttMs, childCount(tree, other));
    if (cost < bestCost) [best, bestCost] = [other, cost];
  });
  return best;
}

/** The fewest hops from the root to each slot. */
function hopsFrom(delays: Delays, root: number): Int16Array {
  const hops = new Int16Array(delays.groupAt.length).fill(NONE);
  hops[root] = 0;
  const order = [root];
  for (const parent of order) {
    const near = nearOf(delays.graph, parent);
    delays.looked += near.length;
    for (const child of near) {
      if (hops[child] !== NONE || !mayHang(delays, parent, child)) continue;
      hops[child] = (hops[parent] as number) + 1;
      order.push(child);
    }
  }
  return hops;
}

const AGAIN_MS = 10_000;
const NOWHERE = new Int16Array(0);
