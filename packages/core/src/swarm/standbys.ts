/** Who stands by for whom in one tree, such that no set of failovers can close a loop. */
import { areKin, isAvoided, isLinked, mayFeed, nearOf, type SwarmGraph } from './graph.js';
import { childrenOf, isBelow, NONE, type Tree } from './tree.js';

/** One tree of one group, with those who may be trusted with more. */
export interface Stand {
  readonly graph: SwarmGraph;
  readonly tree: Tree;
  readonly root: number;
  readonly standbyRoot: number;
  readonly proven: Uint8Array;
}

/**
 * Members are ranked: the root, the standby root, then by depth and slot. A standby always ranks
 * before the peer it feeds, as a parent does; so parents and standbys together have no loop,
 * whoever fails over. The standby root's own standby is the edge. Good standbys stay. Returns how
 * many edges it looked at.
 */
export function chooseStandbys(stand: Stand, members: readonly number[]): number {
  const { graph, tree, root, standbyRoot } = stand;
  let looked = members.length;
  for (const slot of members) {
    const before = tree.standby[slot] as number;
    if (slot === root || before === NONE || !isGood(stand, before, slot)) tree.standby[slot] = NONE;
  }
  for (const slot of members) {
    if (slot === root || slot === standbyRoot || tree.standby[slot] !== NONE) continue;
    tree.standby[slot] = cheapest(stand, slot);
    looked += nearOf(graph, slot).length;
  }
  return looked;
}

/**
 * A child of the root that many of the root's other children are linked to, rather none of the
 * `busy`, who root trees of their own; kept while it may be.
 */
export function chooseStandbyRoot(
  stand: Omit<Stand, 'standbyRoot'>,
  before: number,
  busy: ReadonlySet<number>,
): number {
  const { graph, tree, root, proven } = stand;
  const first = childrenOf(graph, tree, root);
  const able = first.filter((slot) => graph.uploads[slot] === true);
  if (able.includes(before)) return before;
  let best = NONE;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const slot of able) {
    const reached = first.filter((other) => mayFeed(graph, slot, other)).length;
    const cost = (proven[slot] === 1 ? 0 : 1000) + (busy.has(slot) ? 0.5 : 0) - reached;
    if (cost < bestCost) [best, bestCost] = [slot, cost];
  }
  return best;
}

function cheapest(stand: Stand, slot: number): number {
  const { graph, tree, root, standbyRoot, proven } = stand;
  let best = NONE;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const other of nearOf(graph, slot)) {
    if (!isFit(stand, other, slot)) continue;
    let cost =
      (sharesFate(stand, other, slot) ? 1000 : 0) +
      (isKinOfParent(stand, other, slot) ? 200 : 0) +
      (tree.parent[slot] === root && other === standbyRoot ? -50 : 0) +
      (proven[other] === 1 ? 0 : 100);
    if (cost > bestCost) continue;
    cost += standbyOf(stand, other);
    if (cost < bestCost || (cost === bestCost && other < best)) [best, bestCost] = [other, cost];
  }
  return best;
}

/** For how many it stands by already. */
function standbyOf({ graph, tree }: Stand, slot: number): number {
  let count = 0;
  for (const other of nearOf(graph, slot)) if (tree.standby[other] === slot) count += 1;
  return count;
}

/** A standby that need not be looked at again. */
function isGood(stand: Stand, other: number, slot: number): boolean {
  return (
    slot !== stand.standbyRoot &&
    stand.proven[other] === 1 &&
    isLinked(stand.graph, other, slot) &&
    isFit(stand, other, slot) &&
    !sharesFate(stand, other, slot) &&
    !isKinOfParent(stand, other, slot)
  );
}

/** Whether a neighbour may stand by. */
function isFit(stand: Stand, other: number, slot: number): boolean {
  const { graph, tree } = stand;
  return (
    other !== tree.parent[slot] &&
    tree.depth[other] !== NONE &&
    graph.uploads[other] === true &&
    ranksBefore(stand, other, slot) &&
    !isAvoided(graph, other, slot)
  );
}

function ranksBefore({ tree, standbyRoot }: Stand, other: number, slot: number): boolean {
  if (other === standbyRoot) return true;
  const lower = (tree.depth[slot] as number) - (tree.depth[other] as number);
  return lower > 0 || (lower === 0 && other < slot);
}

/** Whether it is of the parent's network: who owns both could silence the tree here for good. */
function isKinOfParent({ graph, tree }: Stand, other: number, slot: number): boolean {
  const parent = tree.parent[slot] as number;
  return parent !== NONE && areKin(graph, other, parent);
}

/** Whether the same silence would reach both. */
function sharesFate({ tree, root }: Stand, other: number, slot: number): boolean {
  const parent = tree.parent[slot] as number;
  return parent !== root && isBelow(tree, other, parent);
}
