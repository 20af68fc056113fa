/**
 * The plan of one cluster: a fixed number of trees over its links, changed as little as possible
 * from tick to tick.
 */
import { type BitsPerSec, type Ms, type PeerId, PIECE_BYTES } from '../units/index.js';
import { groupsOf, type PlanLink, type PlanMember, type SwarmGraph, swarmGraph } from './graph.js';
import { type Burden, DEFAULT_GROW, type GrowConfig, growTree, treeCost } from './grow-tree.js';
import { assignRoots } from './root-slots.js';
import { chooseStandbys } from './standbys.js';
import { childrenOf, type Tree } from './tree.js';

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
  /** A tree is left in peace this long after it changed. */
  readonly settledMs: Ms;
  /** A better tree must cost less than this share of the present one. */
  readonly improvementShare: number;
  readonly grow: GrowConfig;
}

export const DEFAULT_CLUSTER: ClusterConfig = {
  trees: 32,
  provenMs: 5_000,
  improvedAtOnce: 4,
  settledMs: 5_000,
  improvementShare: 0.95,
  grow: DEFAULT_GROW,
};

/** What the planner looks at. */
export interface ClusterView {
  readonly members: readonly PlanMember[];
  readonly links: readonly PlanLink[];
  /** See `SwarmGraph.avoid`. */
  readonly avoid: ReadonlySet<string>;
  /** Rate of the rendition, 0 when unknown. */
  readonly bitrate: BitsPerSec;
  /** How long a part lasts, 0 when unknown. */
  readonly partMs: Ms;
  /** How many stripes a typical part has. */
  readonly stripes: number;
}

/** Members that feed each other. */
export interface GroupPlan {
  readonly members: readonly PeerId[];
  readonly trees: readonly Tree[];
}

export interface ClusterPlan {
  /** Largest first: only the first can cost a single copy. */
  readonly groups: readonly GroupPlan[];
  readonly stripesMax: number;
}

export const EMPTY_PLAN: ClusterPlan = { groups: [], stripesMax: 4 };

/** The next plan. Without a reason in `view` to change it, it equals `previous`. */
export function planCluster(
  now: Ms,
  view: ClusterView,
  previous: ClusterPlan = EMPTY_PLAN,
  config: ClusterConfig = DEFAULT_CLUSTER,
): ClusterPlan {
  const graph = swarmGraph(view.members, view.links, view.avoid);
  const heirs = new Set(previous.groups);
  const groups = groupsOf(graph).map((members) => {
    const before = heirOf(members, heirs);
    if (before !== undefined) heirs.delete(before);
    return planGroup(now, graph, members, view, before?.trees ?? [], config);
  });
  return { groups, stripesMax: stripesMaxFor(groups[0]?.members.length ?? 0, previous.stripesMax) };
}

/** Four stripes for a few, eight for many; between, what was before, so that it rarely changes. */
function stripesMaxFor(members: number, before: number): number {
  if (members <= 3) return 4;
  return members >= 6 ? 8 : before;
}

/** The former group that shares the most members. */
function heirOf(members: readonly PeerId[], heirs: ReadonlySet<GroupPlan>): GroupPlan | undefined {
  const now = new Set(members);
  let best: GroupPlan | undefined;
  let bestShared = 0;
  for (const heir of heirs) {
    const shared = heir.members.filter((peer) => now.has(peer)).length;
    if (shared > bestShared) [best, bestShared] = [heir, shared];
  }
  return best;
}

function planGroup(
  now: Ms,
  graph: SwarmGraph,
  members: readonly PeerId[],
  view: ClusterView,
  before: readonly Tree[],
  config: ClusterConfig,
): GroupPlan {
  const able = members.filter((peer) => graph.members.get(peer)?.uploads === true);
  const proven = provenAmong(graph, able, config);
  const roots = assignRoots(
    config.trees,
    before.map(({ root }) => root),
    able,
    able.filter((peer) => proven.has(peer)),
  );
  const loads = loadsOf(before, roots);
  const trees = roots.map((root, slot): Tree => {
    const old = before[slot];
    const kept = old !== undefined && old.root === root ? old.parents : new Map();
    const burden = burdenOf(view, loads, slot, proven, config);
    const parents = growTree(graph, members, root, kept, burden, config.grow);
    loads[slot] = countChildren(parents);
    return finish(now, graph, root, parents, proven, old);
  });
  improve(now, graph, members, view, trees, loads, proven, config);
  return { members, trees };
}

/** Grows the trees that have rested longest anew, and takes what is clearly better. */
function improve(
  now: Ms,
  graph: SwarmGraph,
  members: readonly PeerId[],
  view: ClusterView,
  trees: Tree[],
  loads: Map<PeerId, number>[],
  proven: ReadonlySet<PeerId>,
  config: ClusterConfig,
): void {
  const ranked = trees
    .map((tree, slot) => {
      const burden = burdenOf(view, loads, slot, proven, config);
      return { tree, slot, cost: treeCost(graph, tree.root, tree.parents, burden, config.grow) };
    })
    .filter(({ tree }) => now - tree.changedAt >= config.settledMs)
    .sort((x, y) => y.cost - x.cost || x.slot - y.slot);
  for (const { tree, slot } of ranked.slice(0, config.improvedAtOnce)) {
    const burden = burdenOf(view, loads, slot, proven, config);
    const cost = treeCost(graph, tree.root, tree.parents, burden, config.grow);
    const parents = growTree(graph, members, tree.root, new Map(), burden, config.grow);
    const better = treeCost(graph, tree.root, parents, burden, config.grow);
    if (better > cost * config.improvementShare) continue;
    loads[slot] = countChildren(parents);
    trees[slot] = finish(now, graph, tree.root, parents, proven, tree);
  }
}

/** The tree with its standbys; the former object itself when nothing changed. */
function finish(
  now: Ms,
  graph: SwarmGraph,
  root: PeerId,
  parents: ReadonlyMap<PeerId, PeerId>,
  proven: ReadonlySet<PeerId>,
  old: Tree | undefined,
): Tree {
  const former = old !== undefined && old.root === root ? old : undefined;
  const edges = former !== undefined && sameMap(former.parents, parents) ? former.parents : parents;
  const chosen = chooseStandbys(graph, root, edges, proven, former);
  if (
    former?.parents === edges &&
    former.standbyRoot === chosen.standbyRoot &&
    sameMap(former.standbys, chosen.standbys)
  ) {
    return former;
  }
  const changedAt = former?.parents === edges ? former.changedAt : now;
  return { root, parents: edges, ...chosen, changedAt };
}

/**
 * Who may be interior: linked for `provenMs`, or half as long as the median of those able, so that
 * a crowd can start.
 */
function provenAmong(
  graph: SwarmGraph,
  able: readonly PeerId[],
  config: ClusterConfig,
): ReadonlySet<PeerId> {
  const ages = able.map((peer) => graph.members.get(peer)?.linkedMs ?? 0).sort((x, y) => x - y);
  const median = ages[Math.floor(ages.length / 2)] ?? 0;
  const enough = Math.min(config.provenMs, median / 2);
  return new Set(able.filter((peer) => (graph.members.get(peer)?.linkedMs ?? 0) >= enough));
}

/** Children of each member in each tree, as far as the trees stay. */
function loadsOf(before: readonly Tree[], roots: readonly PeerId[]): Map<PeerId, number>[] {
  return roots.map((root, slot) => {
    const tree = before[slot];
    return tree !== undefined && tree.root === root ? countChildren(tree.parents) : new Map();
  });
}

function countChildren(parents: ReadonlyMap<PeerId, PeerId>): Map<PeerId, number> {
  return new Map([...childrenOf(parents)].map(([peer, children]) => [peer, children.length]));
}

/**
 * What the trees but `slot` ask of everybody; neighbouring trees often carry stripes of one part.
 */
function burdenOf(
  view: ClusterView,
  loads: readonly ReadonlyMap<PeerId, number>[],
  slot: number,
  proven: ReadonlySet<PeerId>,
  config: ClusterConfig,
): Burden {
  const trees = config.trees;
  const stripes = Math.max(1, Math.min(view.stripes, trees));
  const bitrate = view.bitrate > 0 ? view.bitrate : BITRATE_ASSUMED;
  const partMs = view.partMs > 0 ? view.partMs : PART_MS_ASSUMED;
  const beside = new Map<PeerId, number>();
  const total = new Map<PeerId, number>();
  loads.forEach((load, other) => {
    if (other === slot) return;
    const gap = Math.min(Math.abs(other - slot), trees - Math.abs(other - slot));
    const together = Math.max(0, stripes - gap) / stripes;
    for (const [peer, children] of load) {
      total.set(peer, (total.get(peer) ?? 0) + children);
      if (together > 0) beside.set(peer, (beside.get(peer) ?? 0) + children * together);
    }
  });
  const stripeBits = (bitrate * partMs) / 1000 / stripes;
  const stripePieces = Math.max(1, stripeBits / PIECE_BITS);
  return { stripeBits, stripePieces, edgeRate: bitrate / trees, beside, total, trees, proven };
}

function sameMap(a: ReadonlyMap<PeerId, PeerId>, b: ReadonlyMap<PeerId, PeerId>): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) if (b.get(key) !== value) return false;
  return true;
}

const BITRATE_ASSUMED = 2_000_000;
const PART_MS_ASSUMED = 2_000;
const PIECE_BITS = 8 * PIECE_BYTES;
