/** What a plan moves, tree by tree, and how it was before: whose standbys must be looked at, and who must be told. */
import type { Tree } from './tree.js';

/** Slots of one tree in the order in which they were first stirred, each with what it had then. */
export interface Moved {
  readonly slots: number[];
  readonly parents: number[];
  readonly standbys: number[];
  /** Whether the whole tree may be another. */
  isAll: boolean;
}

export interface Stirred {
  readonly trees: readonly Tree[];
  readonly moved: readonly Moved[];
  /** By tree and slot: 1 where it is among them. */
  readonly seen: Uint8Array;
  readonly slots: number;
}

export function nothingStirred(trees: readonly Tree[], slots: number): Stirred {
  return {
    trees,
    moved: trees.map(() => ({ slots: [], parents: [], standbys: [], isAll: false })),
    seen: new Uint8Array(trees.length * slots),
    slots,
  };
}

/** To be called before a parent or standby changes. */
export function stir({ trees, moved, seen, slots }: Stirred, at: number, slot: number): void {
  const place = at * slots + slot;
  if (seen[place] === 1) return;
  seen[place] = 1;
  const { parent, standby } = trees[at] as Tree;
  const of = moved[at] as Moved;
  of.slots.push(slot);
  of.parents.push(parent[slot] as number);
  of.standbys.push(standby[slot] as number);
}

export function stirAll(stirred: Stirred, at: number): void {
  for (let slot = 0; slot < stirred.slots; slot++) stir(stirred, at, slot);
  (stirred.moved[at] as Moved).isAll = true;
}
