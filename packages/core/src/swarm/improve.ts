/** Better trees for those that have grown crooked: a few are grown anew now and then. */
import type { Ms } from '../units/index.js';
import { type Delays, lookAt } from './delay.js';
import type { Group } from './groups.js';
import { growTree, heightOf, traceTree } from './grow-tree.js';
import type { Planner } from './planner.js';
import { ALL, type Stirred, stir } from './stirred.js';
import { replant, type Tree } from './tree.js';

/**
 * Grows trees anew, each once it has settled, and takes what is clearly better: those that are too
 * tall soon, the others one after the other as far as credit goes.
 */
export function improve(planner: Planner, delays: Delays, now: Ms, stirred: Stirred): void {
  const { trees, groups, config } = planner;
  const edges = groups.reduce((sum, { members }) => sum + members.length, 0);
  earn(planner, now, edges);
  let left = Math.min(config.improvedAtOnce, Math.max(1, Math.floor(EDGES_AT_ONCE / edges)));
  const tryTree = (at: number): void => {
    const tree = trees[at] as Tree;
    if (now - Math.max(tree.changedAt, planner.grownAt[at] as Ms) < config.settledMs) return;
    left -= 1;
    planner.credit = Math.max(-edges, planner.credit - edges);
    planner.grownAt[at] = now;
    for (const group of groups) {
      if (!improveTree(delays, group, at, config)) continue;
      tree.changedAt = now;
      stir(stirred, at, ALL);
    }
  };
  for (let at = 0; at < trees.length && left > 0; at++) {
    if (groups.some((group) => excessOf(trees[at] as Tree, group, config) > 0)) tryTree(at);
  }
  for (let looked = 0; looked < trees.length && left > 0 && planner.credit >= edges; looked++) {
    tryTree(planner.next);
    planner.next = (planner.next + 1) % trees.length;
  }
}

function earn(planner: Planner, now: Ms, edges: number): void {
  const earned = ((now - planner.plannedAt) * planner.config.improvedPerSec) / 1000;
  planner.credit = Math.min(Math.max(EDGES_AT_ONCE, edges), planner.credit + earned);
  planner.plannedAt = now;
}

function improveTree(delays: Delays, group: Group, at: number, config: Planner['config']): boolean {
  const tree = delays.trees[at] as Tree;
  const root = group.roots[at] as number;
  const cost = traceTree(lookAt(delays, at), tree, root);
  const other = growTree(delays, group.members, root);
  const better = traceTree(delays, other, root);
  const [before, after] = [tree, other].map((of) => excessOf(of, group, config)) as [
    number,
    number,
  ];
  if (after > before) return false;
  if (after === before && better > cost * config.improvementShare) return false;
  replant(tree, other, group.members);
  return true;
}

/** Hops beyond what is wanted. */
function excessOf(tree: Tree, group: Group, config: Planner['config']): number {
  return Math.max(0, heightOf(tree, group.members) - config.delay.depthMax);
}

const EDGES_AT_ONCE = 128;
