/** What changed since members were told their places. */
import type { Planner } from './planner.js';
import type { Stirred } from './stirred.js';
import { NONE, type Tree } from './tree.js';

/** What was said last of one tree. */
export interface Told {
  parent: Int16Array;
  standby: Int16Array;
  /** One a group. */
  standbyRoots: readonly number[];
}

/** By slot: 1 for whoever has another parent, child or standby than was told last. */
export function newsOf(planner: Planner, stirred: Stirred): Uint8Array {
  const news = new Uint8Array(planner.groupAt.length);
  stirred.trees.forEach((moved, at) => {
    if (moved.length === 0) return;
    const tree = planner.trees[at] as Tree;
    const told = planner.told[at] as Told;
    for (const slot of moved === 'all' ? tree.parent.keys() : moved) tell(tree, told, slot, news);
    const standbyRoots = planner.groups.map((group) => group.standbyRoots[at] ?? NONE);
    markMissing(standbyRoots, told.standbyRoots, news);
    markMissing(told.standbyRoots, standbyRoots, news);
    told.standbyRoots = standbyRoots;
  });
  return news;
}

function tell(tree: Tree, told: Told, slot: number, news: Uint8Array): void {
  const parent = tree.parent[slot] as number;
  const before = told.parent[slot] as number;
  const standby = tree.standby[slot] as number;
  if (parent !== before) {
    news[slot] = 1;
    if (parent !== NONE) news[parent] = 1;
    if (before !== NONE) news[before] = 1;
    told.parent[slot] = parent;
  }
  if (standby !== told.standby[slot]) {
    news[slot] = 1;
    told.standby[slot] = standby;
  }
}

/** Marks those that are not among the others. */
function markMissing(slots: readonly number[], others: readonly number[], news: Uint8Array): void {
  for (const slot of slots) if (slot !== NONE && !others.includes(slot)) news[slot] = 1;
}
