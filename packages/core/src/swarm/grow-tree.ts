/**
 * Grows one tree over a graph: whoever can be reached soonest is attached next, given what parents
 * already carry.
 */
import type { BitsPerSec, Ms, PeerId } from '../units/index.js';
import { mayFeed, type SwarmGraph } from './graph.js';
import { depthsOf } from './tree.js';

export interface GrowConfig {
  /** Hops below the root that are exceeded only when there is no other way. */
  readonly depthMax: number;
  /** What forwarding costs beside half a round trip: receive, verify, send. */
  readonly hopMs: Ms;
  /** An uplink of so many times the rendition's rate is wide: more makes no difference. So are those not measured yet. */
  readonly wideFactor: number;
  /** Share of an uplink that plans may fill. */
  readonly uplinkShare: number;
  /** What a parent's whole share of edges above another's is worth in delay: evens out upload. */
  readonly balanceMs: Ms;
  /** The same, more, in the time of one stripe: on thin uplinks evenness is speed. */
  readonly balanceStripes: number;
  /** What children in trees of one part cost, times their square: keeps bursts of thin uplinks apart. */
  readonly crowding: number;
}

export const DEFAULT_GROW: GrowConfig = {
  depthMax: 4,
  hopMs: 30,
  wideFactor: 20,
  uplinkShare: 0.9,
  balanceMs: 400,
  balanceStripes: 2,
  crowding: 1,
};

/** What the other trees already ask of each member, and what one stripe weighs. */
export interface Burden {
  /** Bits and pieces of one stripe of a typical part. */
  readonly stripeBits: number;
  readonly stripePieces: number;
  /** Rate of the whole rendition divided by the number of trees: what one edge costs on average. */
  readonly edgeRate: BitsPerSec;
  /** Children in trees that carry stripes of the same part, weighted by how often they do. */
  readonly beside: ReadonlyMap<PeerId, number>;
  /** Children in all other trees. */
  readonly total: ReadonlyMap<PeerId, number>;
  readonly trees: number;
  /**
   * Members proven enough to be parents; others are parents only when nobody else reaches a member.
   */
  readonly proven: ReadonlySet<PeerId>;
}

/** A member in the tree, with when a stripe's first and last piece are expected there. */
interface Reached {
  readonly depth: number;
  readonly firstMs: Ms;
  readonly lastMs: Ms;
  children: number;
}

/** Members attached so far, with when a stripe is expected to be complete there. */
interface Growth {
  readonly parents: Map<PeerId, PeerId>;
  readonly at: Map<PeerId, Reached>;
}

/**
 * Child to parent for every one of `members` that can be reached. Edges of `kept` stay while they
 * are possible.
 */
export function growTree(
  graph: SwarmGraph,
  members: readonly PeerId[],
  root: PeerId,
  kept: ReadonlyMap<PeerId, PeerId>,
  burden: Burden,
  config = DEFAULT_GROW,
): ReadonlyMap<PeerId, PeerId> {
  const parents = grow(graph, members, root, kept, burden, config);
  if (heightOf(root, parents) <= config.depthMax) return parents;
  const steep = { ...config, hopMs: DEEP_MS };
  const shallow = grow(graph, members, root, new Map(), burden, steep);
  return heightOf(root, shallow) < heightOf(root, parents) ? shallow : parents;
}

function grow(
  graph: SwarmGraph,
  members: readonly PeerId[],
  root: PeerId,
  kept: ReadonlyMap<PeerId, PeerId>,
  burden: Burden,
  config: GrowConfig,
): Map<PeerId, PeerId> {
  const growth: Growth = { parents: new Map(), at: new Map() };
  growth.at.set(root, { depth: 0, firstMs: 0, lastMs: 0, children: 0 });
  adopt(graph, growth, root, kept, burden, config);
  const waiting = new Set(members.filter((peer) => !growth.at.has(peer)));
  while (waiting.size > 0) {
    const heads = [...waiting].filter((peer) => !waiting.has(kept.get(peer) as PeerId));
    const next =
      soonest(graph, growth, heads, burden, config) ??
      soonest(graph, growth, [...waiting], burden, config);
    if (next === undefined) break;
    attach(graph, growth, next.parent, next.child, burden, config);
    adopt(graph, growth, next.child, kept, burden, config);
    for (const peer of waiting) if (growth.at.has(peer)) waiting.delete(peer);
  }
  return growth.parents;
}

/** Mean delay of a tree's members, with the penalties that growing it would have counted. */
export function treeCost(
  graph: SwarmGraph,
  root: PeerId,
  parents: ReadonlyMap<PeerId, PeerId>,
  burden: Burden,
  config = DEFAULT_GROW,
): number {
  const growth: Growth = { parents: new Map(), at: new Map() };
  growth.at.set(root, { depth: 0, firstMs: 0, lastMs: 0, children: 0 });
  let sum = 0;
  const order = [root];
  for (const peer of order) {
    for (const [child, parent] of parents) {
      if (parent !== peer || growth.at.has(child)) continue;
      sum += delayVia(graph, growth, parent, child, burden, config);
      attach(graph, growth, parent, child, burden, config);
      order.push(child);
    }
  }
  return sum / Math.max(1, growth.parents.size);
}

/** Attaches what hung below `peer` before, as deep as is allowed. */
function adopt(
  graph: SwarmGraph,
  growth: Growth,
  peer: PeerId,
  kept: ReadonlyMap<PeerId, PeerId>,
  burden: Burden,
  config: GrowConfig,
): void {
  const order = [peer];
  for (const parent of order) {
    if ((growth.at.get(parent)?.depth ?? 0) >= config.depthMax) continue;
    for (const [child, before] of kept) {
      if (before !== parent || growth.at.has(child) || !mayFeed(graph, parent, child)) continue;
      attach(graph, growth, parent, child, burden, config);
      order.push(child);
    }
  }
}

function attach(
  graph: SwarmGraph,
  growth: Growth,
  parent: PeerId,
  child: PeerId,
  burden: Burden,
  config: GrowConfig,
): void {
  const from = growth.at.get(parent);
  if (from === undefined) return;
  const arrival = arrivalOf(graph, growth, parent, child, burden, config);
  from.children += 1;
  growth.parents.set(child, parent);
  growth.at.set(child, { depth: from.depth + 1, ...arrival, children: 0 });
}

/**
 * The pair that completes first; ties go to the order of ids, so that equal inputs give equal
 * trees.
 */
function soonest(
  graph: SwarmGraph,
  growth: Growth,
  waiting: readonly PeerId[],
  burden: Burden,
  config: GrowConfig,
): { parent: PeerId; child: PeerId } | undefined {
  let best: { parent: PeerId; child: PeerId } | undefined;
  let bestMs = Number.POSITIVE_INFINITY;
  for (const child of waiting) {
    for (const parent of graph.near.get(child)?.keys() ?? []) {
      if (!growth.at.has(parent) || !mayFeed(graph, parent, child)) continue;
      const delay = delayVia(graph, growth, parent, child, burden, config);
      if (delay < bestMs) [best, bestMs] = [{ parent, child }, delay];
    }
  }
  return best;
}

/** When a stripe would be complete at `child`, plus what this choice costs others. */
function delayVia(
  graph: SwarmGraph,
  growth: Growth,
  parent: PeerId,
  child: PeerId,
  burden: Burden,
  config: GrowConfig,
): number {
  const from = growth.at.get(parent);
  if (from === undefined) return Number.POSITIVE_INFINITY;
  const total = (burden.total.get(parent) ?? 0) + from.children;
  let delay = arrivalOf(graph, growth, parent, child, burden, config).lastMs;
  const stripeMs = stripeMsOf(graph, parent, burden, config);
  const balanceMs = config.balanceMs + config.balanceStripes * stripeMs;
  delay += (balanceMs * total) / burden.trees;
  const beside = (burden.beside.get(parent) ?? 0) + from.children;
  delay += config.crowding * stripeMs * beside * beside * Math.min(1, stripeMs / THIN_MS);
  if (from.depth >= config.depthMax) delay += DEEP_MS * from.depth;
  if (!burden.proven.has(parent) && from.depth > 0) delay += UNPROVEN_MS;
  const measured = graph.members.get(parent)?.uplink ?? 0;
  const load = (total + 1) * burden.edgeRate;
  if (measured > 0 && load > config.uplinkShare * measured)
    delay += OVERLOAD_MS * (load / measured);
  return delay;
}

/**
 * When a stripe reaches `child`. A parent passes pieces on as they come, to all its children in
 * turn, beside what it sends in other trees at the same time.
 */
function arrivalOf(
  graph: SwarmGraph,
  growth: Growth,
  parent: PeerId,
  child: PeerId,
  burden: Burden,
  config: GrowConfig,
): { readonly firstMs: Ms; readonly lastMs: Ms } {
  const stripeMs = stripeMsOf(graph, parent, burden, config);
  const pieceMs = stripeMs / burden.stripePieces;
  const { children = 0, firstMs = 0, lastMs = 0 } = growth.at.get(parent) ?? {};
  const turn = children + 1;
  const beside = burden.beside.get(parent) ?? 0;
  const hopMs = config.hopMs + (graph.near.get(parent)?.get(child) ?? 0) / 2;
  const sentMs = Math.max(lastMs + pieceMs, firstMs + turn * stripeMs, (beside + turn) * stripeMs);
  return { firstMs: hopMs + firstMs + turn * pieceMs, lastMs: hopMs + sentMs };
}

function heightOf(root: PeerId, parents: ReadonlyMap<PeerId, PeerId>): number {
  return Math.max(...depthsOf(root, parents).values());
}

/** How long the member's uplink takes for one stripe to one child. */
function stripeMsOf(graph: SwarmGraph, peer: PeerId, burden: Burden, config: GrowConfig): Ms {
  const wide = config.wideFactor * burden.edgeRate * burden.trees;
  const measured = graph.members.get(peer)?.uplink ?? 0;
  return (burden.stripeBits * 1000) / (measured > 0 ? Math.min(measured, wide) : wide);
}

/** A stripe that takes this long makes an uplink a thin one. */
const THIN_MS = 150;
const DEEP_MS = 100_000;
const UNPROVEN_MS = 5_000;
const OVERLOAD_MS = 1_000;
