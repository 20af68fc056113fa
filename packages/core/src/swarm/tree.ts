/** One tree of a cluster, slot by slot: who feeds whom, and who stands by. A forest where there are several groups. */
import type { Ms } from '../units/index.js';
import { nearOf, type SwarmGraph } from './graph.js';

/** No parent, no standby. */
export const NONE = -1;

/** How many children each member has in each of some trees, and in all of them together. */
export interface Burden {
  readonly trees: number;
  /** At `slot * trees + at`: what neighbouring trees ask of a member lies together. */
  readonly each: Uint8Array;
  readonly all: Uint16Array;
}

export function burdenOf(slots: number, trees: number): Burden {
  return { trees, each: new Uint8Array(slots * trees), all: new Uint16Array(slots) };
}

export interface Tree {
  parent: Int16Array;
  /** Whom a member turns to when its parent is silent. */
  standby: Int16Array;
  /** Hops from the root; `NONE` where a slot is in no tree, or cut off for the moment. */
  depth: Int16Array;
  /** When a stripe's first and last piece are expected there. */
  firstMs: Float32Array;
  lastMs: Float32Array;
  /** Its place among the trees that share the burden. */
  readonly at: number;
  burden: Burden;
  /** When a notable part of its edges last changed. */
  changedAt: Ms;
  /** Whom links keep deeper than wanted, as found at this time and since. */
  deep: readonly number[];
  deepAt: Ms;
}

export function emptyTree(slots: number, at = 0, burden = burdenOf(slots, 1)): Tree {
  // One buffer for all: there are so many trees that buffers of their own would weigh.
  const buffer = new ArrayBuffer(14 * slots);
  return {
    firstMs: new Float32Array(buffer, 0, slots),
    lastMs: new Float32Array(buffer, 4 * slots, slots),
    parent: new Int16Array(buffer, 8 * slots, slots).fill(NONE),
    standby: new Int16Array(buffer, 10 * slots, slots).fill(NONE),
    depth: new Int16Array(buffer, 12 * slots, slots).fill(NONE),
    at,
    burden,
    changedAt: 0,
    deep: [],
    deepAt: 0,
  };
}

/** The same trees with room for more slots. */
export function widened(trees: readonly Tree[], slots: number): Tree[] {
  const burden = burdenOf(slots, trees.length);
  const before = trees[0]?.burden;
  if (before !== undefined) {
    burden.each.set(before.each);
    burden.all.set(before.all);
  }
  return trees.map((tree, at) => {
    const wide = emptyTree(slots, at, burden);
    wide.parent.set(tree.parent);
    wide.standby.set(tree.standby);
    wide.depth.set(tree.depth);
    wide.firstMs.set(tree.firstMs);
    wide.lastMs.set(tree.lastMs);
    const { changedAt, deep, deepAt } = tree;
    return Object.assign(wide, { changedAt, deep, deepAt });
  });
}

/** How many children a member has. */
export function childCount({ burden, at }: Tree, slot: number): number {
  return burden.each[slot * burden.trees + at] as number;
}

/** Counts so many children more. */
export function addChildren({ burden, at }: Tree, slot: number, count: number): void {
  const place = slot * burden.trees + at;
  burden.each[place] = (burden.each[place] as number) + count;
  burden.all[slot] = (burden.all[slot] as number) + count;
}

/** The children of a member, cut off or not. */
export function childrenOf(graph: SwarmGraph, tree: Tree, slot: number): number[] {
  const children: number[] = [];
  for (const other of nearOf(graph, slot)) {
    if (tree.parent[other] === slot) children.push(other);
  }
  return children;
}

/** attached -> cut off, with all below; the edges below stay as a wish. */
export function cutOff(graph: SwarmGraph, tree: Tree, slot: number): void {
  const parent = tree.parent[slot] as number;
  if (parent !== NONE) addChildren(tree, parent, -1);
  tree.parent[slot] = NONE;
  const below = [slot];
  for (const at of below) {
    tree.depth[at] = NONE;
    for (const other of nearOf(graph, at)) {
      if (tree.parent[other] === at && tree.depth[other] !== NONE) below.push(other);
    }
  }
}

/** Whether `slot` gets this tree's stripes through `above`. */
export function isBelow(tree: Tree, slot: number, above: number): boolean {
  for (let at = tree.parent[slot] as number; at !== NONE; at = tree.parent[at] as number) {
    if (at === above) return true;
  }
  return false;
}

/** The edges of another tree, as far as these members go. */
export function replant(tree: Tree, other: Tree, members: readonly number[]): void {
  for (const slot of members) {
    tree.parent[slot] = other.parent[slot] as number;
    tree.depth[slot] = other.depth[slot] as number;
    addChildren(tree, slot, childCount(other, slot) - childCount(tree, slot));
    tree.firstMs[slot] = other.firstMs[slot] as number;
    tree.lastMs[slot] = other.lastMs[slot] as number;
  }
}
