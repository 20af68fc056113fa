/** What it costs to hang a member below another: when a stripe would be complete there, and what that does to others. */
import type { BitsPerSec, Ms } from '../units/index.js';
import { isAvoided, type SwarmGraph } from './graph.js';
import { childCount, type Tree } from './tree.js';

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
  uplinkShare: 0.7,
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
  /** How long each has been linked. */
  readonly linkedMs: Float64Array;
  /** What each uplink gives; 0 when unknown. */
  readonly uplink: Float64Array;
  /** How long each uplink takes for one stripe to one child. */
  readonly stripeMs: Float64Array;
  /** The tree in question. */
  at: number;
  /** Edges looked at: what planning costs. */
  looked: number;
}

/** Work done tree by tree: yields the edges looked at since the last step. */
export type Steps<Result = void> = Generator<number, Result, undefined>;

/** How many edges were looked at since this was asked last. */
export function takeLooked(delays: Delays): number {
  const { looked } = delays;
  delays.looked = 0;
  return looked;
}

/** Turns to another tree. */
export function lookAt(delays: Delays, at: number): Delays {
  delays.at = at;
  return delays;
}

/** Whether the one may hang below the other, to whom it is linked: allowed, and of one group. */
export function mayHang({ graph, groupAt }: Delays, parent: number, child: number): boolean {
  return (
    graph.uploads[parent] === true &&
    groupAt[parent] === groupAt[child] &&
    !isAvoided(graph, parent, child)
  );
}

/** The delay expected below `parent`, at that distance, who has so many children there, with all penalties. */
export function delayVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  rttMs: Ms,
  children: number,
): number {
  const { config, weights } = delays;
  const elsewhere = besideOf(delays, parent);
  const total = totalOf(delays, parent) + children;
  const beside = elsewhere + children;
  const stripeMs = delays.stripeMs[parent] as number;
  const balanceMs = config.balanceMs + config.balanceStripes * stripeMs;
  const depth = tree.depth[parent] as number;
  let delay = lastMsVia(delays, tree, parent, rttMs, children, elsewhere);
  delay += (balanceMs * total) / delays.trees.length;
  delay += config.crowding * stripeMs * beside * beside * Math.min(1, stripeMs / THIN_MS);
  if (depth >= config.depthMax) delay += DEEP_MS * depth;
  if (delays.proven[parent] === 0 && depth > 0) delay += UNPROVEN_MS;
  const measured = delays.uplink[parent] as number;
  const load = (total + 1) * weights.edgeRate;
  if (measured > 0 && load > config.uplinkShare * measured) {
    delay += OVERLOAD_MS * (load / measured);
  }
  return delay;
}

/** Whether its uplink is known to be too narrow for what it carries in all trees. */
export function isOver(delays: Delays, slot: number): boolean {
  return isOverBy(delays, slot, 0);
}

/** Whether its uplink may well carry one child more. */
export function hasRoom(delays: Delays, slot: number): boolean {
  return !isOverBy(delays, slot, 1);
}

function isOverBy({ trees, config, weights, uplink }: Delays, slot: number, more: number): boolean {
  const measured = uplink[slot] as number;
  const children = ((trees[0] as Tree).burden.all[slot] as number) + more;
  return measured > 0 && children * weights.edgeRate > config.uplinkShare * measured;
}

/** When the first piece of a stripe is there: a parent passes pieces on as they come, to all its children in turn. */
export function firstMsVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  rttMs: Ms,
  children: number,
): Ms {
  const pieceMs = (delays.stripeMs[parent] as number) / delays.weights.stripePieces;
  return hopMs(delays, rttMs) + (tree.firstMs[parent] as number) + (children + 1) * pieceMs;
}

/** When the last piece is, beside what the parent sends in other trees at the same time. */
export function lastMsVia(
  delays: Delays,
  tree: Tree,
  parent: number,
  rttMs: Ms,
  children: number,
  elsewhere = besideOf(delays, parent),
): Ms {
  const stripeMs = delays.stripeMs[parent] as number;
  const pieceMs = stripeMs / delays.weights.stripePieces;
  const turn = children + 1;
  const sentMs = Math.max(
    (tree.lastMs[parent] as number) + pieceMs,
    (tree.firstMs[parent] as number) + turn * stripeMs,
    (elsewhere + turn) * stripeMs,
  );
  return hopMs(delays, rttMs) + sentMs;
}

function hopMs({ config }: Delays, rttMs: Ms): Ms {
  return config.hopMs + rttMs / 2;
}

/** Children in all other trees. */
function totalOf({ trees, at }: Delays, slot: number): number {
  const tree = trees[at] as Tree;
  return (tree.burden.all[slot] as number) - childCount(tree, slot);
}

/** Those in trees of one part with this one: neighbouring trees often carry stripes of one part. */
function besideOf({ trees, at, weights }: Delays, slot: number): number {
  const { each } = (trees[at] as Tree).burden;
  const { stripes } = weights;
  const ring = trees.length;
  const first = slot * ring;
  const reach = Math.min(stripes - 1, ring >> 1);
  let beside = 0;
  for (let gap = 1; gap <= reach; gap++) {
    const [up, down] = [at + gap, at - gap];
    let both = each[first + (up < ring ? up : up - ring)] as number;
    if (2 * gap < ring) both += each[first + (down < 0 ? down + ring : down)] as number;
    beside += both * (stripes - gap);
  }
  return beside / stripes;
}

/** A stripe that takes this long makes an uplink a thin one. */
const THIN_MS = 150;
const DEEP_MS = 100_000;
const UNPROVEN_MS = 5_000;
const OVERLOAD_MS = 1_000;
