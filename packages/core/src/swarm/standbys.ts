/** Who stands by for whom in one tree, such that no set of failovers can close a loop. */
import type { PeerId } from '../units/index.js';
import { mayFeed, type SwarmGraph } from './graph.js';
import { depthsOf, isBelow } from './tree.js';

export interface Standbys {
  readonly standbys: ReadonlyMap<PeerId, PeerId>;
  readonly standbyRoot: PeerId | undefined;
}

/**
 * Members are ranked: the root, the standby root, then by depth and order of attachment. A standby
 * always ranks before the peer it feeds, as a parent does; so parents and standbys together have no
 * loop, whoever fails over. The standby root's own standby is the edge.
 */
export function chooseStandbys(
  graph: SwarmGraph,
  root: PeerId,
  parents: ReadonlyMap<PeerId, PeerId>,
  proven: ReadonlySet<PeerId>,
  previous: Standbys | undefined,
): Standbys {
  const standbyRoot = chooseStandbyRoot(graph, root, parents, proven, previous?.standbyRoot);
  const ranks = rankMembers(root, parents, standbyRoot);
  const carried = new Map<PeerId, number>();
  const standbys = new Map<PeerId, PeerId>();
  for (const [child, parent] of parents) {
    if (child === standbyRoot) continue;
    const fit = (peer: PeerId): boolean =>
      peer !== parent &&
      mayFeed(graph, peer, child) &&
      (ranks.get(peer) ?? Number.POSITIVE_INFINITY) < (ranks.get(child) ?? 0);
    const cost = (peer: PeerId): number =>
      (parent !== root && (peer === parent || isBelow(parents, peer, parent)) ? 1000 : 0) +
      (parent === root && peer === standbyRoot ? -50 : 0) +
      (proven.has(peer) ? 0 : 100) +
      (peer === previous?.standbys.get(child) ? -5 : 0) +
      (carried.get(peer) ?? 0);
    const choice = cheapest([...(graph.near.get(child)?.keys() ?? [])].filter(fit), cost);
    if (choice === undefined) continue;
    standbys.set(child, choice);
    carried.set(choice, (carried.get(choice) ?? 0) + 1);
  }
  return { standbys, standbyRoot };
}

/**
 * A child of the root that many of the root's other children are linked to; kept while it may be.
 */
function chooseStandbyRoot(
  graph: SwarmGraph,
  root: PeerId,
  parents: ReadonlyMap<PeerId, PeerId>,
  proven: ReadonlySet<PeerId>,
  previous: PeerId | undefined,
): PeerId | undefined {
  const first = [...parents].filter(([, parent]) => parent === root).map(([child]) => child);
  const able = first.filter((peer) => graph.members.get(peer)?.uploads === true);
  if (previous !== undefined && able.includes(previous)) return previous;
  const cost = (peer: PeerId): number =>
    (proven.has(peer) ? 0 : 1000) - first.filter((other) => mayFeed(graph, peer, other)).length;
  return cheapest(able, cost);
}

function rankMembers(
  root: PeerId,
  parents: ReadonlyMap<PeerId, PeerId>,
  standbyRoot: PeerId | undefined,
): ReadonlyMap<PeerId, number> {
  const depths = depthsOf(root, parents);
  const order = [...parents.keys()].map((peer, index) => ({ peer, index }));
  const rank = (peer: PeerId): number => (peer === standbyRoot ? 0.5 : (depths.get(peer) ?? 0));
  order.sort((x, y) => rank(x.peer) - rank(y.peer) || x.index - y.index);
  return new Map([root, ...order.map(({ peer }) => peer)].map((peer, index) => [peer, index]));
}

/** The first of the cheapest, in the order given. */
function cheapest(peers: readonly PeerId[], cost: (peer: PeerId) => number): PeerId | undefined {
  let best: PeerId | undefined;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const peer of peers) {
    const value = cost(peer);
    if (value < bestCost) [best, bestCost] = [peer, value];
  }
  return best;
}
