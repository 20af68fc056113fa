/** Better trees for those that have grown crooked: a few are grown anew now and then. */
import type { Ms } from '../units/index.js';
import { type Delays, lookAt, mayHang } from './delay.js';
import { nearOf } from './graph.js';
import type { Group } from './groups.js';
import { growTree, heightOf, traceTree } from './grow-tree.js';
import type { Planner } from './planner.js';
import { type Stirred, stirAll } from './stirred.js';
import { NONE, replant, type Tree } from './tree.js';

/**
 * Grows trees anew, each once it has settled, and takes what is clearly better: those that are
 * taller than they need be soon, the others one after the other as far as credit goes.
 */
export function improve(planner: Planner, delays: Delays, now: Ms, stirred: Stirred): void {
  const { trees, groups, config } = planner;
  const edges = groups.reduce((sum, { members }) => sum + members.length, 0);
  earn(planner, now, edges);
  let left = Math.min(config.improvedAtOnce, Math.max(1, Math.floor(EDGES_AT_ONCE / edges)));
  const isRested = (at: number): boolean =>
    now - Math.max((trees[at] as Tree).changedAt, planner.grownAt[at] as Ms) >= config.settledMs;
  const tryTree = (at: number): void => {
    left -= 1;
    planner.credit = Math.max(-edges, planner.credit - edges);
    planner.grownAt[at] = now;
    for (const group of groups) {
      if (!improveTree(delays, group, at, config)) continue;
      (trees[at] as Tree).changedAt = now;
      stirAll(stirred, at);
    }
  };
  for (let at = 0; at < trees.length && left > 0; at++) {
    if (!isRested(at) || now - (planner.shallowAt[at] as Ms) < SHALLOW_MS) continue;
    const tall = groups.filter((group) => excessOf(trees[at] as Tree, group, config) > 0);
    if (tall.some((group) => couldBeLower(delays, group, at))) tryTree(at);
    else if (tall.length > 0) planner.shallowAt[at] = now;
  }
  for (let looked = 0; looked < trees.length && left > 0 && planner.credit >= edges; looked++) {
    if (isRested(planner.next)) tryTree(planner.next);
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

/** Whether links allow a lower tree. */
function couldBeLower(delays: Delays, group: Group, at: number): boolean {
  const height = heightOf(delays.trees[at] as Tree, group.members);
  return height > reachOf(delays, group.roots[at] as number);
}

/** Hops to the farthest of those that can be reached. */
function reachOf(delays: Delays, root: number): number {
  const hops = new Int16Array(delays.groupAt.length).fill(NONE);
  hops[root] = 0;
  const order = [root];
  for (const parent of order) {
    for (const child of nearOf(delays.graph, parent)) {
      if (hops[child] !== NONE || !mayHang(delays, parent, child)) continue;
      hops[child] = (hops[parent] as number) + 1;
      order.push(child);
    }
  }
  return hops[order.at(-1) as number] as number;
}

/** Hops beyond what is wanted. */
function excessOf(tree: Tree, group: Group, config: Planner['config']): number {
  return Math.max(0, heightOf(tree, group.members) - config.delay.depthMax);
}

const EDGES_AT_ONCE = 128;
/** For so long a tall tree that could not be lower is taken to be so still. */
const SHALLOW_MS = 20_000;
