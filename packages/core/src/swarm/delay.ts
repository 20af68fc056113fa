/** What it costs to hang a member below another: when a stripe would be complete there, and what that does to others. */
import type { BitsPerSec, Ms } from '../units/index.js';
import { mayFeed, type SwarmGraph } from './graph.js';
import type { Tree } from './tree.js';

export interface DelayConfig {
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

export const DEFAULT_DELAY: DelayConfig = {
  depthMax: 4,
  hopMs: 30,
  wideFactor: 20,
  uplinkShare: 0.9,
  balanceMs: 400,
  balanceStripes: 2,
  crowding: 1,
};

/** What one stripe weighs. */
export interface Weights {
  /** Bits and pieces of one stripe of a typical part, and how many stripes it has. */
  readonly stripeBits: number;
  readonly stripePieces: number;
  readonly stripes: number;
  /** Rate of the whole rendition divided by the number of trees: what one edge costs on average. */
  readonly edgeRate: BitsPerSec;
}

/** The cost of edges in one tree at a time, beside what all other trees ask of everybody. */
export interface Delays {
  readonly graph: SwarmGraph;
  readonly trees: readonly Tree[];
  readonly weights: Weights;
  readonly config: DelayConfig;
  /** 1 for those proven enough to be parents; others are only when nobody else reaches a member. */
  readonly proven: Uint8Array;
  /** The number of each slot's group. */
  readonly groupAt: Int16Array;
  /** The tree in question. */
  at: number;
  /** Children in all other trees, and those in trees of one part, by slot: -1 where not counted yet. */
  readonly total: Float32Array;
  readonly beside: Float32Array;
}

/** Turns to another tree; the others must not change until the next call. */
export function lookAt(delays: Delays, at: number): Delays {
  delays.at = at;
  delays.total.fill(-1);
  return delays;
}

/** Whether the one may hang below the other: linked, allowed, and of one group. */
export function mayHang({ graph, groupAt }: Delays, parent: number, child: number): boolean {
  return groupAt[parent] === groupAt[child] && mayFeed(graph, parent, child);
}

/** The delay expected at `child` below `parent`, who has so many children there, with all penalties. */
export function delayVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  child: number,
  children: number,
): number {
  const { config, weights, graph, proven } = delays;
  const total = totalOf(delays, parent) + children;
  const beside = (delays.beside[parent] as number) + children;
  const stripeMs = stripeMsOf(delays, parent);
  const balanceMs = config.balanceMs + config.balanceStripes * stripeMs;
  const depth = tree.depth[parent] as number;
  let delay = lastMsVia(delays, tree, parent, child, children);
  delay += (balanceMs * total) / delays.trees.length;
  delay += config.crowding * stripeMs * beside * beside * Math.min(1, stripeMs / THIN_MS);
  if (depth >= config.depthMax) delay += DEEP_MS * depth;
  if (proven[parent] === 0 && depth > 0) delay += UNPROVEN_MS;
  const measured = graph.members[parent]?.uplink ?? 0;
  const load = (total + 1) * weights.edgeRate;
  if (measured > 0 && load > config.uplinkShare * measured) {
    delay += OVERLOAD_MS * (load / measured);
  }
  return delay;
}

/** When the first piece of a stripe reaches `child`: a parent passes pieces on as they come, to all its children in turn. */
export function firstMsVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  child: number,
  children: number,
): Ms {
  const pieceMs = stripeMsOf(delays, parent) / delays.weights.stripePieces;
  return hopMs(delays, parent, child) + (tree.firstMs[parent] as number) + (children + 1) * pieceMs;
}

/** When the last piece does, beside what the parent sends in other trees at the same time. */
export function lastMsVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  child: number,
  children: number,
): Ms {
  totalOf(delays, parent);
  const stripeMs = stripeMsOf(delays, parent);
  const pieceMs = stripeMs / delays.weights.stripePieces;
  const turn = children + 1;
  const sentMs = Math.max(
    (tree.lastMs[parent] as number) + pieceMs,
    (tree.firstMs[parent] as number) + turn * stripeMs,
    ((delays.beside[parent] as number) + turn) * stripeMs,
  );
  return hopMs(delays, parent, child) + sentMs;
}

function hopMs({ graph, config }: Delays, parent: number, child: number): Ms {
  return config.hopMs + (graph.near[parent]?.get(child) ?? 0) / 2;
}

/** How long the member's uplink takes for one stripe to one child. */
function stripeMsOf({ graph, config, weights, trees }: Delays, slot: number): Ms {
  const wide = config.wideFactor * weights.edgeRate * trees.length;
  const measured = graph.members[slot]?.uplink ?? 0;
  return (weights.stripeBits * 1000) / (measured > 0 ? Math.min(measured, wide) : wide);
}

/** Counts what the other trees ask of a member; neighbouring trees often carry stripes of one part. */
function totalOf(delays: Delays, slot: number): number {
  const known = delays.total[slot] as number;
  if (known >= 0) return known;
  const { trees, at, weights } = delays;
  const count = (tree: number): number => trees[tree % trees.length]?.children[slot] ?? 0;
  let total = 0;
  for (const tree of trees) total += tree.children[slot] as number;
  let beside = 0;
  const reach = Math.min(weights.stripes - 1, Math.floor(trees.length / 2));
  for (let gap = 1; gap <= reach; gap++) {
    const both = count(at + gap) + (2 * gap < trees.length ? count(at - gap + trees.length) : 0);
    beside += (both * (weights.stripes - gap)) / weights.stripes;
  }
  delays.total[slot] = total - count(at);
  delays.beside[slot] = beside;
  return total - count(at);
}

/** A stripe that takes this long makes an uplink a thin one. */
const THIN_MS = 150;
const DEEP_MS = 100_000;
const UNPROVEN_MS = 5_000;
const OVERLOAD_MS = 1_000;
