/** A cluster's plan cut into what each member must know. */
import type { PeerId } from '../units/index.js';
import type { ClusterPlan } from './cluster-plan.js';
import { compareIds } from './graph.js';
import type { TreePlace } from './plan.js';
import { childrenOf } from './tree.js';

/** The places of every planned member, tree by tree; who is in no group is not in the map. */
export function placesOf(plan: ClusterPlan): ReadonlyMap<PeerId, readonly TreePlace[]> {
  const places = new Map<PeerId, TreePlace[]>();
  for (const group of plan.groups) {
    for (const peer of group.members) places.set(peer, []);
    for (const tree of group.trees) {
      const children = childrenOf(tree.parents);
      for (const peer of group.members) {
        places.get(peer)?.push({
          parent: tree.parents.get(peer),
          standby: tree.standbys.get(peer),
          standbyRoot: tree.standbyRoot === peer,
          children: children.get(peer)?.slice().sort(compareIds) ?? [],
        });
      }
    }
  }
  return places;
}

export function samePlaces(a: readonly TreePlace[], b: readonly TreePlace[]): boolean {
  return a.length === b.length && a.every((place, slot) => samePlace(place, b[slot] as TreePlace));
}

function samePlace(a: TreePlace, b: TreePlace): boolean {
  return (
    a.parent === b.parent &&
    a.standby === b.standby &&
    a.standbyRoot === b.standbyRoot &&
    a.children.length === b.children.length &&
    a.children.every((child, index) => child === b.children[index])
  );
}

/** Who feeds whom, and in how many trees, in order of ids. */
export function feedsOf(
  plan: ClusterPlan,
): readonly { readonly from: PeerId; readonly to: PeerId; readonly trees: number }[] {
  const counts = new Map<PeerId, Map<PeerId, number>>();
  for (const group of plan.groups) {
    for (const { parents } of group.trees) {
      for (const [to, from] of parents) {
        const fed = counts.get(from) ?? new Map<PeerId, number>();
        counts.set(from, fed.set(to, (fed.get(to) ?? 0) + 1));
      }
    }
  }
  return [...counts]
    .flatMap(([from, fed]) => [...fed].map(([to, trees]) => ({ from, to, trees })))
    .sort((x, y) => compareIds(x.from, y.from) || compareIds(x.to, y.to));
}
