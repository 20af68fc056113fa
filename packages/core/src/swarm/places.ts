/** A cluster's plan as its members and as people see it. */
import type { PeerId } from '../units/index.js';
import { compareIds, nearOf } from './graph.js';
import { ALONE, type Group } from './groups.js';
import type { TreePlace } from './plan.js';
import type { Planner } from './planner.js';
import { childCount, NONE, type Tree } from './tree.js';

/** A member's place in every tree; none when it is in no group. */
export function placesOf(planner: Planner, peer: PeerId): readonly TreePlace[] {
  const { graph, trees, groups, groupAt } = planner;
  const slot = graph.slotOf.get(peer);
  const group = slot === undefined ? undefined : groups[groupAt[slot] ?? ALONE];
  if (slot === undefined || group === undefined) return [];
  const isLeaf = trees[0]?.burden.all[slot] === 0;
  const below = isLeaf ? [] : sortedNear(planner, slot);
  const places: TreePlace[] = [];
  for (let at = 0; at < trees.length; at++) {
    const tree = trees[at] as Tree;
    places.push({
      parent: idAt(planner, tree.parent[slot]),
      standby: idAt(planner, tree.standby[slot]),
      standbyRoot: group.standbyRoots[at] === slot,
      children: isLeaf ? NOBODY : childrenIn(planner, tree, slot, below),
    });
  }
  return places;
}

/** Those of the neighbours that are its children, in their order. */
function childrenIn(
  planner: Planner,
  tree: Tree,
  slot: number,
  near: readonly number[],
): readonly PeerId[] {
  let left = childCount(tree, slot);
  if (left === 0) return NOBODY;
  const children: PeerId[] = [];
  for (let at = 0; left > 0 && at < near.length; at++) {
    const child = near[at] as number;
    if (tree.parent[child] !== slot) continue;
    children.push(idAt(planner, child) as PeerId);
    left -= 1;
  }
  return children;
}

/** The neighbours in order of ids; they are so few that inserting them one by one is quickest. */
function sortedNear(planner: Planner, slot: number): readonly number[] {
  const sorted: number[] = [];
  for (const other of nearOf(planner.graph, slot)) {
    const id = idAt(planner, other) as PeerId;
    let at = sorted.length;
    for (; at > 0 && id < (idAt(planner, sorted[at - 1]) as PeerId); at--) {
      sorted[at] = sorted[at - 1] as number;
    }
    sorted[at] = other;
  }
  return sorted;
}

const NOBODY: readonly PeerId[] = [];

export function idAt({ graph }: Planner, slot: number | undefined): PeerId | undefined {
  return slot === undefined || slot === NONE ? undefined : graph.members[slot]?.peer;
}

/** One tree of one group, drawn with ids. */
export interface DrawnTree {
  readonly root: PeerId;
  /** Child to parent, for every member but the root. */
  readonly parents: ReadonlyMap<PeerId, PeerId>;
  readonly standbys: ReadonlyMap<PeerId, PeerId>;
  readonly standbyRoot: PeerId | undefined;
}

export interface DrawnGroup {
  readonly members: readonly PeerId[];
  readonly trees: readonly DrawnTree[];
}

/** The whole plan, largest group first: for tests and for showing it. */
export function drawPlan(planner: Planner): readonly DrawnGroup[] {
  return planner.groups.map((group) => ({
    members: group.members.map((slot) => idAt(planner, slot) as PeerId).sort(compareIds),
    trees: planner.trees.map((tree, at) => drawTree(planner, group, tree, at)),
  }));
}

function drawTree(planner: Planner, group: Group, tree: Tree, at: number): DrawnTree {
  const [parents, standbys] = [new Map<PeerId, PeerId>(), new Map<PeerId, PeerId>()];
  for (const slot of group.members) {
    const peer = idAt(planner, slot) as PeerId;
    const [parent, standby] = [tree.parent, tree.standby].map((of) => idAt(planner, of[slot]));
    if (parent !== undefined) parents.set(peer, parent);
    if (standby !== undefined) standbys.set(peer, standby);
  }
  return {
    root: idAt(planner, group.roots[at]) as PeerId,
    parents,
    standbys,
    standbyRoot: idAt(planner, group.standbyRoots[at]),
  };
}

/** Most hops from a root to a member, over all trees. */
export function depthOf({ groups, trees }: Planner): number {
  let depth = 0;
  for (const tree of trees) {
    for (const { members } of groups) {
      for (const slot of members) depth = Math.max(depth, tree.depth[slot] as number);
    }
  }
  return depth;
}

/** How many trees each member roots. */
export function rootsOf(planner: Planner): ReadonlyMap<PeerId, number> {
  const counts = new Map<PeerId, number>();
  for (const { roots } of planner.groups) {
    for (const slot of roots) {
      const peer = idAt(planner, slot);
      if (peer !== undefined) counts.set(peer, (counts.get(peer) ?? 0) + 1);
    }
  }
  return counts;
}

/** Who feeds whom, and in how many trees, in order of ids. */
export function feedsOf(
  planner: Planner,
): readonly { readonly from: PeerId; readonly to: PeerId; readonly trees: number }[] {
  const feeds: { from: PeerId; to: PeerId; trees: number }[] = [];
  for (const slot of planner.groups.flatMap(({ members }) => members)) {
    const to = idAt(planner, slot) as PeerId;
    const counts = new Map<PeerId, number>();
    for (const { parent } of planner.trees) {
      const from = idAt(planner, parent[slot]);
      if (from !== undefined) counts.set(from, (counts.get(from) ?? 0) + 1);
    }
    for (const [from, trees] of counts) feeds.push({ from, to, trees });
  }
  return feeds.sort((x, y) => compareIds(x.from, y.from) || compareIds(x.to, y.to));
}
