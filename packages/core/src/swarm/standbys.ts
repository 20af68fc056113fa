/** Who stands by for whom in one tree, such that no set of failovers can close a loop. */
import { mayFeed, type SwarmGraph } from './graph.js';
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
 * whoever fails over. The standby root's own standby is the edge. Good standbys stay.
 */
export function chooseStandbys(stand: Stand, members: readonly number[]): void {
  const { tree, root, standbyRoot } = stand;
  for (const slot of members) {
    const before = tree.standby[slot] as number;
    if (slot === root || before === NONE || !isGood(stand, before, slot)) tree.standby[slot] = NONE;
  }
  let carried: Uint16Array | undefined;
  for (const slot of members) {
    if (slot === root || slot === standbyRoot || tree.standby[slot] !== NONE) continue;
    carried ??= carriedIn(tree);
    const best = cheapest(stand, slot, carried);
    tree.standby[slot] = best;
    if (best !== NONE) carried[best] = (carried[best] as number) + 1;
  }
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
  const able = first.filter((slot) => graph.members[slot]?.uploads === true);
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

function cheapest(stand: Stand, slot: number, carried: Uint16Array): number {
  const { graph, tree, root, standbyRoot, proven } = stand;
  let best = NONE;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const other of graph.near[slot]?.keys() ?? []) {
    if (!isFit(stand, other, slot)) continue;
    const cost =
      (sharesFate(stand, other, slot) ? 1000 : 0) +
      (tree.parent[slot] === root && other === standbyRoot ? -50 : 0) +
      (proven[other] === 1 ? 0 : 100) +
      (carried[other] as number);
    if (cost < bestCost || (cost === bestCost && other < best)) [best, bestCost] = [other, cost];
  }
  return best;
}

/** By slot: for how many it stands by already. */
function carriedIn({ standby }: Tree): Uint16Array {
  const carried = new Uint16Array(standby.length);
  for (const slot of standby) if (slot !== NONE) carried[slot] = (carried[slot] as number) + 1;
  return carried;
}

/** A standby that need not be looked at again. */
function isGood(stand: Stand, other: number, slot: number): boolean {
  return (
    slot !== stand.standbyRoot &&
    isFit(stand, other, slot) &&
    stand.proven[other] === 1 &&
    !sharesFate(stand, other, slot)
  );
}

function isFit(stand: Stand, other: number, slot: number): boolean {
  const { graph, tree } = stand;
  return (
    other !== tree.parent[slot] &&
    tree.depth[other] !== NONE &&
    mayFeed(graph, other, slot) &&
    ranksBefore(stand, other, slot)
  );
}

function ranksBefore({ tree, standbyRoot }: Stand, other: number, slot: number): boolean {
  if (other === standbyRoot) return true;
  const [a, b] = [tree.depth[other] as number, tree.depth[slot] as number];
  return a < b || (a === b && other < slot);
}

/** Whether the same silence would reach both. */
function sharesFate({ tree, root }: Stand, other: number, slot: number): boolean {
  const parent = tree.parent[slot] as number;
  return parent !== root && isBelow(tree, other, parent);
}
