/** How deep the trees are, as the viewers' own plans have it. */
import type { PeerId } from '@shoal/core/units';
import type { Plan } from '@shoal/core/wire';
import type { Visit } from '../simulation.js';

/** Adds to `depths`, by hops from the root, every place that these viewers have in any tree. */
export function placeDepths(visits: readonly Visit[], depths: number[]): void {
  const plans = new Map<PeerId, readonly Plan[]>();
  for (const { viewer } of visits) {
    const id = viewer?.id();
    if (viewer !== undefined && id !== undefined) plans.set(id, [...viewer.plans.values()]);
  }
  const parentOf = (peer: PeerId, rendition: number, tree: number): PeerId | undefined =>
    plans.get(peer)?.find((plan) => plan.rendition === rendition)?.trees[tree]?.parent;
  for (const [peer, own] of plans) {
    for (const { rendition, trees } of own) {
      trees.forEach((_, tree) => {
        const hops = hopsOf(peer, (at) => parentOf(at, rendition, tree));
        if (hops !== undefined) depths[hops] = (depths[hops] ?? 0) + 1;
      });
    }
  }
}

/** Plans reach viewers one by one, so that a walk may go round for a moment: then undefined. */
function hopsOf(peer: PeerId, parentOf: (peer: PeerId) => PeerId | undefined): number | undefined {
  let hops = 0;
  for (let at = parentOf(peer); at !== undefined; at = parentOf(at)) {
    hops += 1;
    if (hops > HOPS_MAX) return undefined;
  }
  return hops;
}

const HOPS_MAX = 32;
