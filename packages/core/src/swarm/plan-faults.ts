/** What must hold of every plan, checked: for tests and simulations. */
import type { PeerId } from '../units/index.js';
import type { ClusterPlan, ClusterView, GroupPlan } from './cluster-plan.js';
import { compareIds, groupsOf, mayFeed, type SwarmGraph, swarmGraph } from './graph.js';
import type { Tree } from './tree.js';

/** Every breach, in words; empty when the plan is sound for this view. */
export function planFaults(view: ClusterView, plan: ClusterPlan): readonly string[] {
  const graph = swarmGraph(view.members, view.links, view.avoid);
  const faults: string[] = [];
  const expected = groupsOf(graph).map((group) => group.join());
  const planned = plan.groups.map((group) => group.members.slice().sort(compareIds).join());
  if (expected.join(';') !== planned.join(';')) faults.push('groups differ from the graph');
  for (const group of plan.groups) {
    group.trees.forEach((tree, slot) => {
      faults.push(...treeFaults(graph, group, tree).map((fault) => `tree ${slot}: ${fault}`));
    });
  }
  return faults;
}

function treeFaults(graph: SwarmGraph, group: GroupPlan, tree: Tree): string[] {
  const faults: string[] = [];
  if (graph.members.get(tree.root)?.uploads !== true) faults.push('the root may not upload');
  if (tree.parents.has(tree.root)) faults.push('the root has a parent');
  for (const peer of group.members) {
    if (peer !== tree.root && !tree.parents.has(peer)) faults.push(`${peer} is missing`);
  }
  if (tree.parents.size !== group.members.length - 1) faults.push('a stranger is in the tree');
  for (const edges of [tree.parents, tree.standbys]) {
    for (const [child, parent] of edges) {
      if (!mayFeed(graph, parent, child)) faults.push(`${parent} may not feed ${child}`);
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
function hasLoop(tree: Tree): boolean {
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
