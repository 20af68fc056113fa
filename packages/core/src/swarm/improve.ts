/** Better trees for those that have grown crooked: a few are grown anew now and then. */
import type { Ms } from '../units/index.js';
import { type Delays, lookAt, type Steps, takeLooked } from './delay.js';
import type { Group } from './groups.js';
import { grow, heightOf, traceTree } from './grow-tree.js';
import type { Planner } from './planner.js';
import { type Stirred, stirAll } from './stirred.js';
import { replant, type Tree } from './tree.js';

/**
 * Grows trees anew, one after the other as far as credit goes and each once it has settled, and
 * takes what is clearly better.
 */
export function* improve(planner: Planner, delays: Delays, now: Ms, stirred: Stirred): Steps {
  const { trees, groups, config } = planner;
  const edges = groups.reduce((sum, { members }) => sum + members.length, 0);
  earn(planner, now, edges);
  let left = Math.min(config.improvedAtOnce, Math.max(1, Math.floor(EDGES_AT_ONCE / edges)));
  const isRested = (at: number): boolean =>
    now - Math.max((trees[at] as Tree).changedAt, planner.grownAt[at] as Ms) >= config.settledMs;
  const tryTree = (at: number): void => {
    left -= 1;
    planner.credit = Math.max(-edges, planner.credit - edges);
    planner.owed = Math.max(0, planner.owed - edges);
    planner.grownAt[at] = now;
    for (const group of groups) {
      if (improveTree(delays, group, at, stirred, config)) (trees[at] as Tree).changedAt = now;
    }
  };
  const isWorth = (): boolean => left > 0 && planner.credit >= edges && planner.owed > 0;
  for (let looked = 0; looked < trees.length && isWorth(); looked++) {
    if (isRested(planner.next)) {
      tryTree(planner.next);
      yield takeLooked(delays);
    }
    planner.next = (planner.next + 1) % trees.length;
  }
}

function earn(planner: Planner, now: Ms, edges: number): void {
  const earned = ((now - planner.plannedAt) * planner.config.improvedPerSec) / 1000;
  planner.credit = Math.min(Math.max(EDGES_AT_ONCE, edges), planner.credit + earned);
  const { graph, trees, config } = planner;
  const owed = planner.owed + graph.turnover * config.improvedPerChange;
  planner.owed = Math.min(trees.length * edges, owed);
  planner.plannedAt = now;
}

function improveTree(
  delays: Delays,
  group: Group,
  at: number,
  stirred: Stirred,
  config: Planner['config'],
): boolean {
  const tree = delays.trees[at] as Tree;
  const root = group.roots[at] as number;
  const cost = traceTree(lookAt(delays, at), tree, root);
  // Who is too deep is brought up one by one, at less cost.
  const other = grow(delays, root);
  const better = traceTree(delays, other, root);
  const [before, after] = [tree, other].map((of) => excessOf(of, group, config)) as [
    number,
    number,
  ];
  if (after > before) return false;
  if (after === before && better > cost * config.improvementShare) return false;
  stirAll(stirred, at);
  replant(tree, other, group.members);
  return true;
}

/** Hops beyond what is wanted. */
function excessOf(tree: Tree, group: Group, config: Planner['config']): number {
  return Math.max(0, heightOf(tree, group.members) - config.delay.depthMax);
}

const EDGES_AT_ONCE = 128;
