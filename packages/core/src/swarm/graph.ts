/** The graph that a cluster is planned over: members, and the links that both ends report open. */
import type { BitsPerSec, Ms, PeerId } from '../units/index.js';

export interface PlanMember {
  readonly peer: PeerId;
  /** Whether it may be anybody's parent or seed. */
  readonly uploads: boolean;
  /** What its uplink gives, capped by what its viewer permits; 0 when unknown. */
  readonly uplink: BitsPerSec;
  /** How long it has had an open link. */
  readonly linkedMs: Ms;
}

/** An undirected link, as both of its ends report it. */
export interface PlanLink {
  readonly a: PeerId;
  readonly b: PeerId;
  readonly rttMs: Ms;
}

export interface SwarmGraph {
  readonly members: ReadonlyMap<PeerId, PlanMember>;
  /** For each member its neighbours, with the round-trip time; both ordered by id. */
  readonly near: ReadonlyMap<PeerId, ReadonlyMap<PeerId, Ms>>;
  /** Edges not to be used, as `edgeId(parent, child)`: the child has complained of the parent. */
  readonly avoid: ReadonlySet<string>;
}

export function edgeId(parent: PeerId, child: PeerId): string {
  return `${parent}>${child}`;
}

/** Links to strangers and to oneself are left out; the order of the lists given does not matter. */
export function swarmGraph(
  members: readonly PlanMember[],
  links: readonly PlanLink[],
  avoid: ReadonlySet<string>,
): SwarmGraph {
  const sorted = members.slice().sort((x, y) => compareIds(x.peer, y.peer));
  const known = new Map(sorted.map((member) => [member.peer, member]));
  const pairs: [PeerId, PeerId, Ms][] = [];
  for (const { a, b, rttMs } of links) {
    if (a !== b && known.has(a) && known.has(b)) pairs.push([a, b, rttMs], [b, a, rttMs]);
  }
  pairs.sort((x, y) => compareIds(x[0], y[0]) || compareIds(x[1], y[1]));
  const near = new Map<PeerId, Map<PeerId, Ms>>(sorted.map(({ peer }) => [peer, new Map()]));
  for (const [from, to, rttMs] of pairs) near.get(from)?.set(to, rttMs);
  return { members: known, near, avoid };
}

/** Whether `parent` may send to `child`. */
export function mayFeed(graph: SwarmGraph, parent: PeerId, child: PeerId): boolean {
  return (
    graph.members.get(parent)?.uploads === true &&
    graph.near.get(parent)?.has(child) === true &&
    !graph.avoid.has(edgeId(parent, child))
  );
}

/**
 * The groups that can be fed from within, largest first: peers that upload and reach each other,
 * and the receive-only peers beside them. Who stands alone is in no group.
 */
export function groupsOf(graph: SwarmGraph): readonly (readonly PeerId[])[] {
  const groups: PeerId[][] = [];
  const seen = new Set<PeerId>();
  for (const member of graph.members.values()) {
    if (member.uploads && !seen.has(member.peer)) groups.push(reach(graph, member.peer, seen));
  }
  groups.sort((x, y) => y.length - x.length || compareIds(x[0] as PeerId, y[0] as PeerId));
  for (const member of graph.members.values()) {
    if (member.uploads) continue;
    groups
      .find((group) => group.some((peer) => mayFeed(graph, peer, member.peer)))
      ?.push(member.peer);
  }
  return groups
    .filter((group) => group.length > 1)
    .map((group) => group.sort(compareIds))
    .sort((x, y) => y.length - x.length || compareIds(x[0] as PeerId, y[0] as PeerId));
}

/** Those that upload and are reached from `start` both ways; marks them seen. */
function reach(graph: SwarmGraph, start: PeerId, seen: Set<PeerId>): PeerId[] {
  const group = [start];
  seen.add(start);
  for (let i = 0; i < group.length; i++) {
    const from = group[i] as PeerId;
    for (const to of graph.near.get(from)?.keys() ?? []) {
      if (seen.has(to) || !mayFeed(graph, from, to) || !mayFeed(graph, to, from)) continue;
      seen.add(to);
      group.push(to);
    }
  }
  return group;
}

export function compareIds(a: PeerId, b: PeerId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
