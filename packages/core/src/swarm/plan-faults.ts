/** What must hold of every plan, checked: for tests and simulations. */
import type { PeerId } from '../units/index.js';
import { groupsOf, mayFeed, type SwarmGraph } from './graph.js';
import { type DrawnGroup, type DrawnTree, drawPlan, idAt } from './places.js';
import type { Planner } from './planner.js';

/** Every breach, in words; empty when the plan is sound. */
export function planFaults(planner: Planner): readonly string[] {
  const { graph } = planner;
  const faults: string[] = [];
  const expected = groupsOf(graph).map((group) => group.map((slot) => idAt(planner, slot)).sort());
  const drawn = drawPlan(planner);
  const planned = drawn.map(({ members }) => members);
  if (expected.join(';') !== planned.join(';')) faults.push('groups differ from the graph');
  for (const group of drawn) {
    group.trees.forEach((tree, slot) => {
      faults.push(...treeFaults(graph, group, tree).map((fault) => `tree ${slot}: ${fault}`));
    });
  }
  return faults;
}

function treeFaults(graph: SwarmGraph, group: DrawnGroup, tree: DrawnTree): string[] {
  const faults: string[] = [];
  const slot = (peer: PeerId): number => graph.slotOf.get(peer) ?? -1;
  const feeds = (parent: PeerId, child: PeerId): boolean =>
    mayFeed(graph, slot(parent), slot(child));
  if (graph.uploads[slot(tree.root)] !== true) faults.push('the root may not upload');
  if (tree.parents.has(tree.root)) faults.push('the root has a parent');
  for (const peer of group.members) {
    if (peer !== tree.root && !tree.parents.has(peer)) faults.push(`${peer} is missing`);
  }
  if (tree.parents.size !== group.members.length - 1) faults.push('a stranger is in the tree');
  for (const edges of [tree.parents, tree.standbys]) {
    for (const [child, parent] of edges) {
      if (!feeds(parent, child)) faults.push(`${parent} may not feed ${child}`);
    }
  }
  for (const [child, standby] of tree.standbys) {
    if (standby === tree.parents.get(child)) faults.push(`${child} stands by its own parent`);
  }
  if (hasLoop(tree)) faults.push('parents and standbys close a loop');
  if (tree.standbyRoot !== undefined && tree.parents.get(tree.standbyRoot) !== tree.root) {
    faults.push('the standby root is no child of the root');
  }
  return faults;
}

/** Whether any mix of parents and standbys leads back to where it began. */
function hasLoop(tree: DrawnTree): boolean {
  const state = new Map<PeerId, 'open' | 'done'>();
  const visit = (peer: PeerId): boolean => {
    if (state.get(peer) === 'done') return false;
    if (state.get(peer) === 'open') return true;
    state.set(peer, 'open');
    const ups = [tree.parents.get(peer), tree.standbys.get(peer)];
    const loop = ups.some((up) => up !== undefined && visit(up));
    state.set(peer, 'done');
    return loop;
  };
  return [...tree.parents.keys()].some(visit);
}
