/** Who has another place after a plan than before. */
import type { Planner } from './planner.js';
import type { Moved, Stirred } from './stirred.js';
import { NONE, type Tree } from './tree.js';

/** By slot: 1 for whoever has another parent, child or standby, or is a standby root now or no more. */
export function newsOf(planner: Planner, { moved }: Stirred): Uint8Array {
  const news = new Uint8Array(planner.groupAt.length);
  moved.forEach((of, at) => {
    if (of.slots.length === 0) return;
    markMoved(planner.trees[at] as Tree, of, news);
    const standbyRoots = planner.groups.map((group) => group.standbyRoots[at] ?? NONE);
    const told = planner.standbyRootsTold[at] as readonly number[];
    markMissing(standbyRoots, told, news);
    markMissing(told, standbyRoots, news);
    planner.standbyRootsTold[at] = standbyRoots;
  });
  return news;
}

function markMoved(tree: Tree, { slots, parents, standbys }: Moved, news: Uint8Array): void {
  for (let at = 0; at < slots.length; at++) {
    const slot = slots[at] as number;
    const parent = tree.parent[slot] as number;
    const before = parents[at] as number;
    if (parent !== before) {
      news[slot] = 1;
      if (parent !== NONE) news[parent] = 1;
      if (before !== NONE) news[before] = 1;
    }
    if (tree.standby[slot] !== standbys[at]) news[slot] = 1;
  }
}

/** Marks those that are not among the others. */
function markMissing(slots: readonly number[], others: readonly number[], news: Uint8Array): void {
  for (const slot of slots) if (slot !== NONE && !others.includes(slot)) news[slot] = 1;
}
