/** Who roots which tree from now on, and what becomes of the trees whose root is another. */
import type { Ms } from '../units/index.js';
import { type Delays, lookAt, type Steps, takeLooked } from './delay.js';
import type { Group } from './groups.js';
import { growTree, traceTree } from './grow-tree.js';
import { assignRoots } from './root-slots.js';
import { type Stirred, stirAll } from './stirred.js';
import { cutOff, NONE, replant, type Tree } from './tree.js';

/** Shares the roots out anew; a tree whose root is another is grown from it, unless the standby root took over. */
export function* moveRoots(delays: Delays, group: Group, now: Ms, stirred: Stirred): Steps {
  const { trees } = delays;
  const number = delays.groupAt[group.members[0] as number];
  const isAble = (slot: number): boolean =>
    delays.graph.uploads[slot] === true && delays.groupAt[slot] === number;
  const takers = (): readonly number[] => takersOf(delays, group.members.filter(isAble));
  const roots = assignRoots(group.roots, group.standbyRoots, isAble, takers);
  for (const [at, root] of roots.entries()) {
    const tree = trees[at] as Tree;
    if (root === group.roots[at]) continue;
    lookAt(delays, at);
    stirAll(stirred, at);
    if (root === group.standbyRoots[at] && group.roots[at] === undefined) crown(delays, tree, root);
    else replant(tree, growTree(delays, group.members, root), group.members);
    tree.changedAt = now;
    yield takeLooked(delays);
  }
  group.roots = roots;
}

/** Those proven, the widest uplinks and then the longest linked first; everybody able when nobody is. */
function takersOf(
  { proven, weights, trees, config, uplink, linkedMs }: Delays,
  able: readonly number[],
): number[] {
  const eager = able.filter((slot) => proven[slot] === 1);
  const takers = eager.length > 0 ? eager : able.slice();
  if (takers.length <= trees.length) return takers;
  const wide = config.wideFactor * weights.edgeRate * trees.length;
  const width = (slot: number): number => Math.min(wide, uplink[slot] || wide);
  const age = (slot: number): number => linkedMs[slot] as number;
  return takers.sort((x, y) => width(y) - width(x) || age(y) - age(x) || x - y);
}

/** The standby root takes the place of a root that is gone, and keeps all that is below it. */
function crown(delays: Delays, tree: Tree, root: number): void {
  if (tree.parent[root] !== NONE) cutOff(delays.graph, tree, root);
  traceTree(delays, tree, root);
}
