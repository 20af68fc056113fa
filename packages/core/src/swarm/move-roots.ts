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
  const isFew = tooFewAreWide(delays, group.members.filter(isAble));
  const mayBecome = (slot: number): boolean => isAble(slot) && (isFew || !isThin(delays, slot, 1));
  const mayStay = (slot: number): boolean =>
    isAble(slot) && (isFew || !isThin(delays, slot, STAYS_SHARE));
  const takers = (): readonly number[] => takersOf(delays, group.members.filter(mayBecome));
  const roots = assignRoots(group.roots, group.standbyRoots, mayStay, takers);
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

/** Whether roots must be thin, too: a few wide ones would be all that a cluster hangs on. */
function tooFewAreWide(delays: Delays, able: readonly number[]): boolean {
  const isWide = (slot: number): boolean => delays.proven[slot] === 1 && !isThin(delays, slot, 1);
  return able.filter(isWide).length < delays.trees.length / TREES_OF_ROOT;
}

/** Whether it is known that its uplink could not feed so much of a viewer. */
function isThin({ uplink, weights, trees }: Delays, slot: number, share: number): boolean {
  const measured = uplink[slot] as number;
  return measured > 0 && measured < share * weights.edgeRate * trees.length;
}

/** The standby root takes the place of a root that is gone, and keeps all that is below it. */
function crown(delays: Delays, tree: Tree, root: number): void {
  if (tree.parent[root] !== NONE) cutOff(delays.graph, tree, root);
  traceTree(delays, tree, root);
}

/** A root has so many trees at most, before one on a thin uplink has any. */
const TREES_OF_ROOT = 4;
/** A root stays until its uplink could feed less than this of a viewer. */
const STAYS_SHARE = 0.7;
