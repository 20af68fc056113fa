/** The graph that a cluster is planned over, kept up to date change by change: members in slots, and their links. */
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

/** A link as both of its ends report it. */
export interface PlanLink {
  readonly peer: PeerId;
  readonly rttMs: Ms;
}

export interface SwarmGraph {
  readonly slotOf: Map<PeerId, number>;
  /** By slot; undefined where a slot is free. */
  readonly members: (PlanMember | undefined)[];
  /** For each slot the slots of its neighbours, with the round-trip time. */
  readonly near: Map<number, Ms>[];
  /** Edges not to be used, as `edgeId(parent, child)`: the child has complained of the parent. */
  avoid: ReadonlySet<string>;
  /** Slots whose member or links changed since the last plan. */
  readonly touched: Set<number>;
  readonly free: number[];
  /** Freed since the last plan, and not used again before the next. */
  readonly freed: number[];
}

export function swarmGraph(): SwarmGraph {
  return {
    slotOf: new Map(),
    members: [],
    near: [],
    avoid: new Set(),
    touched: new Set(),
    free: [],
    freed: [],
  };
}

export function edgeId(parent: PeerId, child: PeerId): string {
  return `${parent}>${child}`;
}

/** Puts a member in, or says what has become of it: these are all its links to members known so far. */
export function setMember(graph: SwarmGraph, member: PlanMember, links: readonly PlanLink[]): void {
  const slot = graph.slotOf.get(member.peer) ?? takeSlot(graph, member.peer);
  graph.members[slot] = member;
  graph.touched.add(slot);
  const near = new Map<number, Ms>();
  for (const { peer, rttMs } of links) {
    const other = graph.slotOf.get(peer);
    if (other !== undefined && other !== slot) near.set(other, rttMs);
  }
  for (const other of graph.near[slot]?.keys() ?? []) {
    if (!near.has(other)) cut(graph, other, slot);
  }
  for (const [other, rttMs] of near) {
    const back = graph.near[other] as Map<number, Ms>;
    if (!back.has(slot)) graph.touched.add(other);
    back.set(slot, rttMs);
  }
  graph.near[slot] = near;
}

export function dropMember(graph: SwarmGraph, peer: PeerId): void {
  const slot = graph.slotOf.get(peer);
  if (slot === undefined) return;
  for (const other of graph.near[slot]?.keys() ?? []) cut(graph, other, slot);
  graph.near[slot] = new Map();
  graph.members[slot] = undefined;
  graph.slotOf.delete(peer);
  graph.touched.add(slot);
  graph.freed.push(slot);
}

/** What is measured anew all the time changes no plan by itself. */
export function measureMember(graph: SwarmGraph, member: PlanMember): void {
  const slot = graph.slotOf.get(member.peer);
  if (slot === undefined) return;
  if (graph.members[slot]?.uploads !== member.uploads) graph.touched.add(slot);
  graph.members[slot] = member;
}

/** A plan has been made of all that changed. */
export function endOfPlan(graph: SwarmGraph): void {
  graph.touched.clear();
  graph.free.push(...graph.freed.splice(0));
}

/** Whether `parent` may send to `child`. */
export function mayFeed(graph: SwarmGraph, parent: number, child: number): boolean {
  const from = graph.members[parent];
  if (from?.uploads !== true || graph.near[parent]?.has(child) !== true) return false;
  if (graph.avoid.size === 0) return true;
  const to = graph.members[child];
  return to !== undefined && !graph.avoid.has(edgeId(from.peer, to.peer));
}

/**
 * The groups that can be fed from within, largest first: peers that upload and reach each other,
 * and the receive-only peers beside them. Who stands alone is in no group.
 */
export function groupsOf(graph: SwarmGraph): readonly (readonly number[])[] {
  const groups: number[][] = [];
  const seen = new Set<number>();
  graph.members.forEach((member, slot) => {
    if (member?.uploads === true && !seen.has(slot)) groups.push(reach(graph, slot, seen));
  });
  groups.sort(bySize);
  graph.members.forEach((member, slot) => {
    if (member === undefined || member.uploads) return;
    groups.find((group) => group.some((other) => mayFeed(graph, other, slot)))?.push(slot);
  });
  return groups
    .filter((group) => group.length > 1)
    .map((group) => group.sort((x, y) => x - y))
    .sort(bySize);
}

export function compareIds(a: PeerId, b: PeerId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Those that upload and are reached from `start` both ways; marks them seen. */
function reach(graph: SwarmGraph, start: number, seen: Set<number>): number[] {
  const group = [start];
  seen.add(start);
  for (const from of group) {
    for (const to of graph.near[from]?.keys() ?? []) {
      if (seen.has(to) || graph.members[to]?.uploads !== true) continue;
      const isFree = graph.avoid.size === 0;
      if (!isFree && !(mayFeed(graph, from, to) && mayFeed(graph, to, from))) continue;
      seen.add(to);
      group.push(to);
    }
  }
  return group;
}

function bySize(x: readonly number[], y: readonly number[]): number {
  return y.length - x.length || (x[0] as number) - (y[0] as number);
}

function takeSlot(graph: SwarmGraph, peer: PeerId): number {
  const slot = graph.free.pop() ?? graph.members.length;
  graph.members[slot] = undefined;
  graph.near[slot] = new Map();
  graph.slotOf.set(peer, slot);
  return slot;
}

function cut(graph: SwarmGraph, other: number, slot: number): void {
  graph.near[other]?.delete(slot);
  graph.touched.add(other);
}
