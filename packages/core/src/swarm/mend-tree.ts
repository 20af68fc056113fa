/** Mends one tree: what was cut off or is new is hung where it can be reached soonest. */
import { type Delays, delayVia, mayHang } from './delay.js';
import { nearOf, timeAt } from './graph.js';
import { attach } from './grow-tree.js';
import { type Offer, popFrom, pushTo } from './offers.js';
import { type Stirred, stir } from './stirred.js';
import { addChildren, childCount, childrenOf, NONE, type Tree } from './tree.js';

/** Heads to be hung, and what has been offered to them. */
interface Mending {
  /** Each with the least cost that it was offered so far. */
  readonly waiting: Map<number, number>;
  /** Cheapest first. What parents were asked for since made offers dearer, never cheaper. */
  readonly offers: Offer[];
}

/**
 * Hangs what is cut off back into the tree looked at, whole branches as far as depth allows. Stirs
 * all who moved, and those whose standby that may have spoilt.
 */
export function mendTree(delays: Delays, heads: readonly number[], stirred: Stirred): void {
  const tree = delays.trees[delays.at] as Tree;
  const mending: Mending = { waiting: new Map(), offers: [] };
  for (const head of heads) wait(delays, tree, mending, head);
  while (mending.waiting.size > 0) {
    const best = soonest(delays, tree, mending);
    if (best === undefined) {
      if (!dissolve(delays, tree, mending, stirred)) break;
      continue;
    }
    if ((tree.depth[best.parent] as number) >= delays.config.depthMax) {
      const lifted = lift(delays, tree, best.child, stirred);
      if (lifted !== undefined) {
        wait(delays, tree, mending, best.child);
        offerFrom(delays, tree, mending, lifted.parent);
        offerFrom(delays, tree, mending, lifted.child);
        continue;
      }
    }
    mending.waiting.delete(best.child);
    hang(delays, tree, best, stirred);
    const { below, tooDeep } = settle(delays, tree, best.child, true, stirred);
    for (const slot of tooDeep) wait(delays, tree, mending, slot);
    if (mending.waiting.size === 0) break;
    for (const slot of below) offerFrom(delays, tree, mending, slot);
  }
}

/** Moves a member below another, with its branch; stirs all whom that concerns. */
export function move(delays: Delays, tree: Tree, offer: Offer, stirred: Stirred): void {
  stir(stirred, delays.at, offer.child);
  release(tree, tree.parent[offer.child] as number, offer.child);
  hang(delays, tree, offer, stirred);
  settle(delays, tree, offer.child, false, stirred);
}

/**
 * Brings the branch below `top` up to date, and returns who is in it. What is too deep now is let
 * go if it may be.
 */
function settle(
  delays: Delays,
  tree: Tree,
  top: number,
  mayLetGo: boolean,
  stirred: Stirred,
): { readonly below: readonly number[]; readonly tooDeep: readonly number[] } {
  const { graph, config, at: number } = delays;
  const below = [top];
  const tooDeep: number[] = [];
  for (const parent of below) {
    stirAround(delays, stirred, parent);
    const isDeepest = (tree.depth[parent] as number) >= config.depthMax;
    let left = childCount(tree, parent);
    const near = nearOf(graph, parent);
    delays.looked += near.length;
    let turn = 0;
    for (let at = 0; left > 0 && at < near.length; at++) {
      const child = near[at] as number;
      if (tree.parent[child] !== parent) continue;
      left -= 1;
      if (isDeepest && mayLetGo) {
        stir(stirred, number, child);
        release(tree, parent, child);
        tooDeep.push(child);
      } else {
        attach(delays, tree, parent, child, timeAt(graph, parent, at), turn);
        below.push(child);
        turn += 1;
      }
    }
  }
  return { below, tooDeep };
}

/** It waits from now on, with the cheapest offer that there is. */
function wait(delays: Delays, tree: Tree, { waiting, offers }: Mending, head: number): void {
  const offer = soonestFor(delays, tree, head, MOST);
  waiting.set(head, offer?.cost ?? MOST);
  if (offer !== undefined) pushTo(offers, offer);
}

/** Somebody can feed those that wait, or at less cost than before. */
function offerFrom(delays: Delays, tree: Tree, { waiting, offers }: Mending, parent: number): void {
  if (tree.depth[parent] === NONE) return;
  const near = nearOf(delays.graph, parent);
  delays.looked += near.length;
  for (let at = 0; at < near.length; at++) {
    const child = near[at] as number;
    const known = waiting.get(child);
    if (known === undefined || !mayHang(delays, parent, child)) continue;
    const rttMs = timeAt(delays.graph, parent, at);
    const cost = delayVia(delays, tree, parent, rttMs, childCount(tree, parent));
    if (cost >= known) continue;
    waiting.set(child, cost);
    pushTo(offers, { cost, parent, child, rttMs });
  }
}

/** The cheapest edge from the tree to one of those that wait, as it is now. */
function soonest(delays: Delays, tree: Tree, { waiting, offers }: Mending): Offer | undefined {
  for (let first = popFrom(offers); first !== undefined; first = popFrom(offers)) {
    const { cost, parent, child, rttMs } = first;
    // Another offer of less came after it, or was taken.
    if (waiting.get(child) !== cost) continue;
    // Offers only become dearer: what costs no more than it did is still the cheapest.
    if (tree.depth[parent] !== NONE) {
      const children = childCount(tree, parent);
      if (delayVia(delays, tree, parent, rttMs, children) <= cost) return first;
    }
    const offer = soonestFor(delays, tree, child, MOST);
    if (offer !== undefined && offer.cost <= cost) return offer;
    waiting.set(child, offer?.cost ?? MOST);
    if (offer !== undefined) pushTo(offers, offer);
  }
  return undefined;
}

/**
 * The cheapest edge from the tree to `child`, if it is cheaper than `best`; not from below
 * `depthMost`, and only from whoever is fit.
 */
export function soonestFor(
  delays: Delays,
  tree: Tree,
  child: number,
  depthMost: number,
  best?: Offer,
  isFit?: (parent: number) => boolean,
): Offer | undefined {
  const { graph } = delays;
  const near = nearOf(graph, child);
  delays.looked += near.length;
  let [cheapest, costMost] = [NONE, best?.cost ?? Number.POSITIVE_INFINITY];
  for (let at = 0; at < near.length; at++) {
    const parent = near[at] as number;
    const depth = tree.depth[parent] as number;
    if (depth === NONE || depth > depthMost || !mayHang(delays, parent, child)) continue;
    if (isFit?.(parent) === false) continue;
    const rttMs = timeAt(graph, child, at);
    const cost = delayVia(delays, tree, parent, rttMs, childCount(tree, parent));
    if (cost < costMost) [cheapest, costMost] = [at, cost];
  }
  if (cheapest === NONE) return best;
  const rttMs = timeAt(graph, child, cheapest);
  return { cost: costMost, parent: near[cheapest] as number, child, rttMs };
}

/** No head reaches the tree: those right below them may. False when there is nobody below. */
function dissolve(delays: Delays, tree: Tree, mending: Mending, stirred: Stirred): boolean {
  let found = false;
  for (const head of [...mending.waiting.keys()]) {
    for (const child of childrenOf(delays.graph, tree, head)) {
      stir(stirred, delays.at, child);
      release(tree, head, child);
      wait(delays, tree, mending, child);
      found = true;
    }
  }
  return found;
}

/**
 * A neighbour at the greatest depth, with nobody below, moves up if it can, so that `slot` may hang
 * below it; returns it, and whom it left.
 */
function lift(
  delays: Delays,
  tree: Tree,
  slot: number,
  stirred: Stirred,
): { readonly child: number; readonly parent: number } | undefined {
  const { depthMax } = delays.config;
  let best: Offer | undefined;
  for (const child of nearOf(delays.graph, slot)) {
    if (tree.depth[child] !== depthMax || childCount(tree, child) !== 0) continue;
    if (mayHang(delays, child, slot)) best = soonestFor(delays, tree, child, depthMax - 2, best);
  }
  if (best === undefined) return undefined;
  stir(stirred, delays.at, best.child);
  const { child } = best;
  const parent = tree.parent[child] as number;
  release(tree, parent, child);
  hang(delays, tree, best, stirred);
  stirAround(delays, stirred, child);
  return { child, parent };
}

function hang(delays: Delays, tree: Tree, { parent, child, rttMs }: Offer, stirred: Stirred): void {
  stir(stirred, delays.at, child);
  const children = childCount(tree, parent);
  tree.parent[child] = parent;
  attach(delays, tree, parent, child, rttMs, children);
  addChildren(tree, parent, 1);
}

function release(tree: Tree, parent: number, child: number): void {
  tree.parent[child] = NONE;
  addChildren(tree, parent, -1);
}

/** Who moved, and neighbours for whom it stands by, or who have nobody good that does. */
function stirAround({ graph, trees, proven, at }: Delays, stirred: Stirred, slot: number): void {
  stir(stirred, at, slot);
  const { standby } = trees[at] as Tree;
  for (const other of nearOf(graph, slot)) {
    const behind = standby[other] as number;
    if (behind === slot || behind === NONE || proven[behind] === 0) stir(stirred, at, other);
  }
}

const MOST = Number.POSITIVE_INFINITY;
