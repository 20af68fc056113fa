/** A tree of one cluster: who feeds whom, and who stands by. */
import type { Ms, PeerId } from '../units/index.js';

export interface Tree {
  readonly root: PeerId;
  /** Child to parent, for every member but the root, in the order in which they were attached. */
  readonly parents: ReadonlyMap<PeerId, PeerId>;
  /** Child to the neighbour it turns to when its parent is silent. */
  readonly standbys: ReadonlyMap<PeerId, PeerId>;
  readonly standbyRoot: PeerId | undefined;
  /** When its edges last changed. */
  readonly changedAt: Ms;
}

/** Hops from the root, for every member of the tree. */
export function depthsOf(root: PeerId, parents: ReadonlyMap<PeerId, PeerId>): Map<PeerId, number> {
  const children = childrenOf(parents);
  const depths = new Map<PeerId, number>([[root, 0]]);
  for (const [peer, depth] of depths) {
    for (const child of children.get(peer) ?? []) depths.set(child, depth + 1);
  }
  return depths;
}

export function childrenOf(parents: ReadonlyMap<PeerId, PeerId>): Map<PeerId, PeerId[]> {
  const children = new Map<PeerId, PeerId[]>();
  for (const [child, parent] of parents) {
    const list = children.get(parent);
    if (list === undefined) children.set(parent, [child]);
    else list.push(child);
  }
  return children;
}

/** Whether `peer` gets this tree's stripes through `above`. */
export function isBelow(
  parents: ReadonlyMap<PeerId, PeerId>,
  peer: PeerId,
  above: PeerId,
): boolean {
  for (let at = parents.get(peer); at !== undefined; at = parents.get(at)) {
    if (at === above) return true;
  }
  return false;
}
