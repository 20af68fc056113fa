/**
 * The plan of one cluster: a fixed number of trees over its links, kept from plan to plan and
 * changed as little as possible. What did not change costs next to nothing.
 */
import type { BitsPerSec, Ms } from '../units/index.js';
import {
  DEFAULT_DELAY,
  type DelayConfig,
  type Delays,
  lookAt,
  mayHang,
  type Steps,
  takeLooked,
} from './delay.js';
import { endOfPlan, lookAround, nearOf, type SwarmGraph, swarmGraph } from './graph.js';
import { ALONE, type Group, regroup } from './groups.js';
import { improve } from './improve.js';
import { lowerTree } from './lower-tree.js';
import { measure } from './measures.js';
import { mendTree } from './mend-tree.js';
import { moveRoots } from './move-roots.js';
import { newsOf } from './news.js';
import { relieve } from './relieve.js';
import { chooseStandbyRoot, chooseStandbys } from './standbys.js';
import { nothingStirred, type Stirred, stir } from './stirred.js';
import { burdenOf, cutOff, emptyTree, NONE, type Tree, widened } from './tree.js';

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
  /** Edges grown for that in a second, at most, on average. */
  readonly improvedPerSec: number;
  /** The same for each member that comes or goes: trees that nothing happened to stay as they are. */
  readonly improvedPerChange: number;
  /** A tree is left in peace this long after it changed. */
  readonly settledMs: Ms;
  /** A better tree must cost less than this share of the present one. */
  readonly improvementShare: number;
  /** Edges taken from uplinks that carry too much in one tick, at most: each costs a move. */
  readonly relievedAtOnce: number;
  readonly delay: DelayConfig;
}

export const DEFAULT_CLUSTER: ClusterConfig = {
  trees: 32,
  provenMs: 5_000,
  improvedAtOnce: 4,
  improvedPerSec: 64,
  improvedPerChange: 128,
  settledMs: 5_000,
  improvementShare: 0.95,
  relievedAtOnce: 32,
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
  /** Which tree is improved next, how many edges may be grown for it, and how many there is reason for. */
  next: number;
  credit: number;
  owed: number;
  plannedAt: Ms;
  /** When members or links last changed. */
  changedAt: Ms;
  /** When each tree was grown anew to see. */
  readonly grownAt: Ms[];
  /** By tree, the standby roots that were told last, one a group. */
  readonly standbyRootsTold: (readonly number[])[];
}

export function createPlanner(config: ClusterConfig = DEFAULT_CLUSTER): Planner {
  const burden = burdenOf(0, config.trees);
  const trees = Array.from({ length: config.trees }, (_, at) => emptyTree(0, at, burden));
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
    owed: 0,
    plannedAt: 0,
    changedAt: 0,
    grownAt: trees.map(() => Number.NEGATIVE_INFINITY),
    standbyRootsTold: trees.map(() => []),
  };
}

/** Plans what changed; returns whose places are others than at the last call. Slots, ascending. */
export function planCluster(planner: Planner, now: Ms, part: TypicalPart): readonly number[] {
  const steps = planInSteps(planner, now, part);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * The same, one tree at a time: each step yields how many edges it looked at, which is what it
 * costs. Between steps the planner and its graph must be left alone.
 */
export function* planInSteps(
  planner: Planner,
  now: Ms,
  part: TypicalPart,
): Generator<number, readonly number[], undefined> {
  const { graph, config } = planner;
  makeRoom(planner);
  lookAround(graph, now);
  const changed = graph.touched.size > 0;
  if (changed) {
    planner.changedAt = now;
    planner.groups = regroup(graph, planner.groups, planner.groupAt, config.trees);
  }
  const delays = measure(planner, now, part);
  const stirred = nothingStirred(planner.trees, planner.groupAt.length);
  if (changed) yield* cutBroken(delays, stirred);
  for (const group of planner.groups) {
    yield* moveRoots(delays, group, now, stirred);
    if (changed) yield* mendAll(delays, group, now, stirred);
  }
  yield* improve(planner, delays, now, stirred);
  yield* relieveAll(planner, delays, stirred);
  for (const group of planner.groups) yield* lowerAll(planner, delays, group, now, stirred);
  for (const group of planner.groups) yield* standBy(delays, group, stirred);
  const before = planner.stripesMax;
  planner.stripesMax = stripesMaxFor(planner.groups[0]?.members.length ?? 0, before);
  const news = newsOf(planner, stirred);
  if (planner.stripesMax !== before) {
    for (const { members } of planner.groups) for (const slot of members) news[slot] = 1;
  }
  endOfPlan(graph);
  const told: number[] = [];
  for (let slot = 0; slot < graph.members.length; slot++) {
    if (news[slot] === 1 && graph.members[slot] !== undefined) told.push(slot);
  }
  return told;
}

/** Four stripes for a few, eight for many; between, what was before, so that it rarely changes. */
function stripesMaxFor(members: number, before: number): number {
  if (members <= 3) return 4;
  return members >= 6 ? 8 : before;
}

function makeRoom(planner: Planner): void {
  const slots = planner.graph.members.length;
  if (slots <= planner.groupAt.length) return;
  const room = slots + Math.max(8, slots >> 4);
  planner.trees.splice(0, planner.trees.length, ...widened(planner.trees, room));
  const groupAt = new Int16Array(room).fill(ALONE);
  groupAt.set(planner.groupAt);
  planner.groupAt = groupAt;
}

/** Cuts every edge that may not be any more. */
function* cutBroken(delays: Delays, stirred: Stirred): Steps {
  const { graph, trees, groupAt } = delays;
  /** By slot, whom it may still feed. */
  const feeds = new Int16Array(groupAt.length).fill(NONE);
  for (const slot of graph.touched) {
    const isAlone = groupAt[slot] === ALONE;
    const near = nearOf(graph, slot);
    for (const other of near) if (!isAlone && mayHang(delays, other, slot)) feeds[other] = slot;
    const isBroken = (above: number): boolean => above !== NONE && feeds[above] !== slot;
    for (const [at, tree] of trees.entries()) {
      const parent = tree.parent[slot] as number;
      if (isBroken(tree.standby[slot] as number)) stir(stirred, at, slot);
      if (!(isAlone ? tree.depth[slot] !== NONE || parent !== NONE : isBroken(parent))) continue;
      stir(stirred, at, slot);
      cutOff(graph, tree, slot);
      if (isAlone) tree.standby[slot] = NONE;
    }
    yield near.length;
  }
}

/** Hangs back what was cut off, what is new, and the roots of a group that was taken in. */
function* mendAll(delays: Delays, group: Group, now: Ms, stirred: Stirred): Steps {
  const number = delays.groupAt[group.members[0] as number];
  const mine = [...delays.graph.touched].filter((slot) => delays.groupAt[slot] === number);
  for (const [at, tree] of delays.trees.entries()) {
    const root = group.roots[at];
    const heads = mine.filter((slot) => slot !== root && tree.parent[slot] === NONE);
    if (heads.length === 0) continue;
    for (const slot of heads) if (tree.depth[slot] !== NONE) cutOff(delays.graph, tree, slot);
    mendTree(lookAt(delays, at), heads, stirred);
    if (heads.length * NOTABLE >= group.members.length) tree.changedAt = now;
    yield takeLooked(delays);
  }
}

function* relieveAll({ groups, config }: Planner, delays: Delays, stirred: Stirred): Steps {
  let left = config.relievedAtOnce;
  for (const group of groups) left -= yield* relieve(delays, group, left, stirred);
}

/** Only what moved has become taller, but links may have come for those that were too deep before. */
function* lowerAll(
  { changedAt }: Planner,
  delays: Delays,
  group: Group,
  now: Ms,
  stirred: Stirred,
): Steps {
  for (const [at, { slots }] of stirred.moved.entries()) {
    const { deep, deepAt } = delays.trees[at] as Tree;
    if (slots.length === 0 && (deep.length === 0 || deepAt > changedAt)) continue;
    lowerTree(lookAt(delays, at), group, now, stirred);
    yield takeLooked(delays);
  }
}

function* standBy(delays: Delays, group: Group, stirred: Stirred): Steps {
  const { graph, trees, proven, groupAt } = delays;
  const busy = new Set(group.roots.filter((slot) => slot !== undefined));
  const number = groupAt[group.members[0] as number];
  for (const [at, moved] of stirred.moved.entries()) {
    if (moved.slots.length === 0) continue;
    const tree = trees[at] as Tree;
    const root = group.roots[at] as number;
    const stand = { graph, tree, root, proven };
    const before = group.standbyRoots[at] ?? NONE;
    const standbyRoot = chooseStandbyRoot(stand, before, busy);
    group.standbyRoots[at] = standbyRoot === NONE ? undefined : standbyRoot;
    if (standbyRoot !== before) {
      stirNear(stirred, delays, at, before);
      stirNear(stirred, delays, at, standbyRoot);
    }
    const some = moved.isAll
      ? group.members
      : moved.slots.filter((slot) => groupAt[slot] === number);
    yield chooseStandbys({ ...stand, standbyRoot }, some);
  }
}

/** Another standby root is another standby for its neighbours; all others keep theirs. */
function stirNear(stirred: Stirred, { graph }: Delays, at: number, slot: number): void {
  if (slot === NONE || graph.members[slot] === undefined) return;
  stir(stirred, at, slot);
  for (const other of nearOf(graph, slot)) stir(stirred, at, other);
}

/** A tree rests after one in so many of its members moved. */
const NOTABLE = 16;
