/** One tree of a cluster, slot by slot: who feeds whom, and who stands by. A forest where there are several groups. */
import type { Ms } from '../units/index.js';
import { nearOf, type SwarmGraph } from './graph.js';

/** No parent, no standby. */
export const NONE = -1;

export interface Tree {
  parent: Int16Array;
  /** Whom a member turns to when its parent is silent. */
  standby: Int16Array;
  /** Hops from the root; `NONE` where a slot is in no tree, or cut off for the moment. */
  depth: Int16Array;
  children: Uint8Array;
  /** When a stripe's first and last piece are expected there. */
  firstMs: Float32Array;
  lastMs: Float32Array;
  /** When a notable part of its edges last changed. */
  changedAt: Ms;
}

export function emptyTree(slots: number): Tree {
  return {
    parent: new Int16Array(slots).fill(NONE),
    standby: new Int16Array(slots).fill(NONE),
    depth: new Int16Array(slots).fill(NONE),
    children: new Uint8Array(slots),
    firstMs: new Float32Array(slots),
    lastMs: new Float32Array(slots),
    changedAt: 0,
  };
}

/** The same tree with room for more slots. */
export function widened(tree: Tree, slots: number): Tree {
  const wide = emptyTree(slots);
  wide.parent.set(tree.parent);
  wide.standby.set(tree.standby);
  wide.depth.set(tree.depth);
  wide.children.set(tree.children);
  wide.firstMs.set(tree.firstMs);
  wide.lastMs.set(tree.lastMs);
  wide.changedAt = tree.changedAt;
  return wide;
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
  if (parent !== NONE) tree.children[parent] = (tree.children[parent] as number) - 1;
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
    tree.children[slot] = other.children[slot] as number;
    tree.firstMs[slot] = other.firstMs[slot] as number;
    tree.lastMs[slot] = other.lastMs[slot] as number;
  }
}
