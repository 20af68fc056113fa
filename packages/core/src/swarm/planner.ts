/**
 * The plan of one cluster: a fixed number of trees over its links, kept from plan to plan and
 * changed as little as possible. What did not change costs next to nothing.
 */
import type { BitsPerSec, Ms } from '../units/index.js';
import { DEFAULT_DELAY, type DelayConfig, type Delays, lookAt, mayHang } from './delay.js';
import { endOfPlan, isLinked, lookAround, nearOf, type SwarmGraph, swarmGraph } from './graph.js';
import { ALONE, type Group, regroup } from './groups.js';
import { improve } from './improve.js';
import { measure } from './measures.js';
import { mendTree } from './mend-tree.js';
import { moveRoots } from './move-roots.js';
import { newsOf, type Told } from './news.js';
import { chooseStandbyRoot, chooseStandbys } from './standbys.js';
import { nothingStirred, type Stirred, stir } from './stirred.js';
import { cutOff, emptyTree, NONE, type Tree, widened } from './tree.js';

export interface ClusterConfig {
  /**
   * Trees of every group. Fixed, so that members with plans of different age still agree which tree
   * carries a stripe.
   */
  readonly trees: number;
  /**
   * A member is a leaf until it has been linked this long, or half as long as the median member.
   */
  readonly provenMs: Ms;
  /** Trees grown anew in one tick, at most, to see whether a better one exists. */
  readonly improvedAtOnce: number;
  /** Edges grown for that in a second, on average, where no tree is too tall. */
  readonly improvedPerSec: number;
  /** A tree is left in peace this long after it changed. */
  readonly settledMs: Ms;
  /** A better tree must cost less than this share of the present one. */
  readonly improvementShare: number;
  readonly delay: DelayConfig;
}

export const DEFAULT_CLUSTER: ClusterConfig = {
  trees: 32,
  provenMs: 5_000,
  improvedAtOnce: 4,
  improvedPerSec: 64,
  settledMs: 5_000,
  improvementShare: 0.95,
  delay: DEFAULT_DELAY,
};

/** What a typical part of the rendition weighs; zeros when unknown. */
export interface TypicalPart {
  readonly bitrate: BitsPerSec;
  readonly partMs: Ms;
  readonly stripes: number;
}

export interface Planner {
  readonly config: ClusterConfig;
  /** To be kept up to date by `setMember` and `dropMember`. */
  readonly graph: SwarmGraph;
  readonly trees: Tree[];
  groups: readonly Group[];
  groupAt: Int16Array;
  stripesMax: number;
  /** Which tree is improved next, and how many edges may be grown for it. */
  next: number;
  credit: number;
  plannedAt: Ms;
  /** When each tree was grown anew to see, and when it was last found as shallow as links allow. */
  readonly grownAt: Ms[];
  readonly shallowAt: Ms[];
  /** What was said last of each tree. */
  readonly told: Told[];
}

export function createPlanner(config: ClusterConfig = DEFAULT_CLUSTER): Planner {
  const trees = Array.from({ length: config.trees }, () => emptyTree(0));
  const groupAt = new Int16Array(0);
  return {
    config,
    graph: swarmGraph(),
    trees,
    groups: [],
    groupAt,
    stripesMax: 4,
    next: 0,
    credit: 0,
    plannedAt: 0,
    grownAt: trees.map(() => Number.NEGATIVE_INFINITY),
    shallowAt: trees.map(() => Number.NEGATIVE_INFINITY),
    told: trees.map(({ parent, standby }) => ({ parent, standby, standbyRoots: [] })),
  };
}

/** Plans what changed; returns whose places are others than at the last call. Slots, ascending. */
export function planCluster(planner: Planner, now: Ms, part: TypicalPart): readonly number[] {
  const { graph, config } = planner;
  makeRoom(planner);
  lookAround(graph, now);
  const changed = graph.touched.size > 0;
  if (changed) {
    planner.groups = regroup(graph, planner.groups, planner.groupAt, config.trees);
  }
  const delays = measure(planner, now, part);
  const stirred = nothingStirred(config.trees, planner.groupAt.length);
  const suspects = changed ? suspectsOf(graph) : [];
  if (changed) cutBroken(delays, suspects, stirred);
  for (const group of planner.groups) {
    moveRoots(delays, group, now, stirred);
    if (changed) mendAll(delays, group, suspects, now, stirred);
  }
  improve(planner, delays, now, stirred);
  for (const group of planner.groups) standBy(delays, group, stirred);
  const before = planner.stripesMax;
  planner.stripesMax = stripesMaxFor(planner.groups[0]?.members.length ?? 0, before);
  const news = newsOf(planner, stirred);
  if (planner.stripesMax !== before) {
    for (const { members } of planner.groups) for (const slot of members) news[slot] = 1;
  }
  endOfPlan(graph);
  return [...graph.members.keys()].filter(
    (slot) => news[slot] === 1 && graph.members[slot] !== undefined,
  );
}

/** Four stripes for a few, eight for many; between, what was before, so that it rarely changes. */
function stripesMaxFor(members: number, before: number): number {
  if (members <= 3) return 4;
  return members >= 6 ? 8 : before;
}

function makeRoom(planner: Planner): void {
  const slots = planner.graph.members.length;
  if (slots <= planner.groupAt.length) return;
  const room = slots + Math.max(16, slots >> 2);
  planner.trees.forEach((tree, at) => {
    planner.trees[at] = widened(tree, room);
  });
  for (const told of planner.told) {
    told.parent = wider(told.parent, room);
    told.standby = wider(told.standby, room);
  }
  planner.groupAt = wider(planner.groupAt, room);
}

function wider(values: Int16Array, slots: number): Int16Array {
  const wide = new Int16Array(slots).fill(NONE);
  wide.set(values);
  return wide;
}

/** Those whose edges and standbys may be broken. */
function suspectsOf(graph: SwarmGraph): readonly number[] {
  const suspects = new Set(graph.touched);
  for (const slot of graph.touched) for (const other of nearOf(graph, slot)) suspects.add(other);
  return [...suspects];
}

/** Cuts every edge that may not be any more. */
function cutBroken(delays: Delays, suspects: readonly number[], stirred: Stirred): void {
  const { graph, trees, groupAt } = delays;
  const touched = new Uint8Array(groupAt.length);
  for (const slot of graph.touched) touched[slot] = 1;
  // Between two that nothing happened to, nothing broke.
  const isBroken = (above: number, slot: number): boolean =>
    above !== NONE &&
    (touched[above] === 1 || touched[slot] === 1) &&
    !(isLinked(graph, above, slot) && mayHang(delays, above, slot));
  trees.forEach((tree, at) => {
    for (const slot of suspects) {
      const parent = tree.parent[slot] as number;
      if (isBroken(tree.standby[slot] as number, slot)) stir(stirred, at, slot);
      if (groupAt[slot] === ALONE) {
        if (tree.depth[slot] === NONE && parent === NONE) continue;
        cutOff(graph, tree, slot);
        tree.standby[slot] = NONE;
      } else if (isBroken(parent, slot)) cutOff(graph, tree, slot);
      else continue;
      stir(stirred, at, slot);
    }
  });
}

/** Hangs back what was cut off, what is new, and the roots of a group that was taken in. */
function mendAll(
  delays: Delays,
  group: Group,
  suspects: readonly number[],
  now: Ms,
  stirred: Stirred,
): void {
  const mine = suspects.filter(
    (slot) => delays.groupAt[slot] === delays.groupAt[group.members[0]!],
  );
  delays.trees.forEach((tree, at) => {
    const root = group.roots[at];
    const heads = mine.filter((slot) => slot !== root && tree.parent[slot] === NONE);
    if (heads.length === 0) return;
    for (const slot of heads) if (tree.depth[slot] !== NONE) cutOff(delays.graph, tree, slot);
    mendTree(lookAt(delays, at), heads, stirred);
    if (heads.length * NOTABLE >= group.members.length) tree.changedAt = now;
  });
}

function standBy({ graph, trees, proven, groupAt }: Delays, group: Group, stirred: Stirred): void {
  const busy = new Set(group.roots.filter((slot) => slot !== undefined));
  const number = groupAt[group.members[0] as number];
  stirred.trees.forEach((moved, at) => {
    if (moved.length === 0) return;
    const tree = trees[at] as Tree;
    const root = group.roots[at] as number;
    const stand = { graph, tree, root, proven };
    const before = group.standbyRoots[at] ?? NONE;
    const standbyRoot = chooseStandbyRoot(stand, before, busy);
    group.standbyRoots[at] = standbyRoot === NONE ? undefined : standbyRoot;
    const all = moved === 'all' || standbyRoot !== before;
    const some = all ? group.members : moved.filter((slot) => groupAt[slot] === number);
    chooseStandbys({ ...stand, standbyRoot }, some);
  });
}

/** A tree rests after one in so many of its members moved. */
const NOTABLE = 16;
