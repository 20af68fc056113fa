/** The graph that a cluster is planned over, kept up to date change by change: members in slots, and their links. */
import { type BitsPerSec, type Ms, PeerId } from '../units/index.js';

/** What plans ask of a member. It is read at every plan: its owner may change it in place. */
export interface PlanMember {
  readonly peer: PeerId;
  /** Whether it may be anybody's parent or seed. */
  readonly uploads: boolean;
  /** Nobody's parent or seed before. */
  readonly demotedUntil: Ms;
  /** What its uplink gives, capped by what its viewer permits; 0 when unknown. */
  readonly uplink: BitsPerSec;
  /** Since when it has had an open link; undefined when it has none. */
  readonly linkedAt: Ms | undefined;
  /** The prefix of its address: peers of one network may be one and the same person. */
  readonly network: string;
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
  /** Whether the member may be a parent, as of the last look at it. */
  readonly uploads: boolean[];
  /** For each slot the slots of its neighbours, and the round-trip times to them. Links are mutual. */
  readonly near: number[][];
  readonly rttMs: Ms[][];
  /** Edges not to be used, as `edgeId(parent, child)`: the child has complained of the parent. */
  avoid: ReadonlySet<string>;
  /** For each slot those that are not to be its parents; empty where there are none. */
  barred: (number[] | undefined)[];
  /** Slots whose member or links changed since the last plan, or what a neighbour may do for them. */
  readonly touched: Set<number>;
  /** How many came or went since the last plan. */
  turnover: number;
  readonly free: number[];
  /** Freed since the last plan, and not used again before the next. */
  readonly freed: number[];
}

export function swarmGraph(): SwarmGraph {
  return {
    slotOf: new Map(),
    members: [],
    uploads: [],
    near: [],
    rttMs: [],
    avoid: new Set(),
    barred: [],
    touched: new Set(),
    turnover: 0,
    free: [],
    freed: [],
  };
}

export function edgeId(parent: PeerId, child: PeerId): string {
  return `${parent}${TO}${child}`;
}

/** Puts a member in, or says what has become of it: these are all its links to members known so far. */
export function setMember(graph: SwarmGraph, member: PlanMember, links: readonly PlanLink[]): void {
  const slot = graph.slotOf.get(member.peer) ?? takeSlot(graph, member.peer);
  graph.members[slot] = member;
  graph.touched.add(slot);
  const before = nearOf(graph, slot);
  const near: number[] = [];
  const times: Ms[] = [];
  for (const { peer, rttMs } of links) {
    const other = graph.slotOf.get(peer);
    if (other === undefined || other === slot) continue;
    near.push(other);
    times.push(rttMs);
  }
  for (const other of before) if (!near.includes(other)) cut(graph, other, slot);
  near.forEach((other, at) => {
    link(graph, other, slot, times[at] as Ms);
  });
  graph.near[slot] = near.slice();
  graph.rttMs[slot] = times.slice();
}

export function dropMember(graph: SwarmGraph, peer: PeerId): void {
  const slot = graph.slotOf.get(peer);
  if (slot === undefined) return;
  for (const other of nearOf(graph, slot)) cut(graph, other, slot);
  graph.near[slot] = [];
  graph.rttMs[slot] = [];
  graph.members[slot] = undefined;
  graph.slotOf.delete(peer);
  graph.turnover += 1;
  graph.touched.add(slot);
  graph.freed.push(slot);
}

/** The slots of its neighbours. */
export function nearOf(graph: SwarmGraph, slot: number): readonly number[] {
  return graph.near[slot] as number[];
}

/** The time to the neighbour that is at this place among them. */
export function timeAt(graph: SwarmGraph, slot: number, at: number): Ms {
  return (graph.rttMs[slot] as Ms[])[at] as Ms;
}

export function isLinked(graph: SwarmGraph, slot: number, other: number): boolean {
  return nearOf(graph, slot).includes(other);
}

/**
 * Looks at every member and at edges to be avoided. Who may be a parent now and might not before is
 * touched; in the reverse case those that it may have fed are too.
 */
export function lookAround(graph: SwarmGraph, now: Ms): void {
  const { members, uploads } = graph;
  for (let slot = 0; slot < members.length; slot++) {
    const member = members[slot];
    const isAble = member?.uploads === true && member.demotedUntil <= now;
    if (isAble === uploads[slot]) continue;
    uploads[slot] = isAble;
    graph.touched.add(slot);
    if (!isAble) touchAround(graph, slot);
  }
  if (graph.barred.length > 0) graph.barred = [];
  for (const edge of graph.avoid) {
    const [parent, child] = edge.split(TO).map((peer) => graph.slotOf.get(PeerId(peer)));
    if (parent === undefined || child === undefined) continue;
    graph.barred[child] ??= [];
    graph.barred[child].push(parent);
  }
}

/** What its neighbours get from it may have changed. */
export function touchAround(graph: SwarmGraph, slot: number): void {
  for (const other of nearOf(graph, slot)) graph.touched.add(other);
}

/** A plan has been made of all that changed. */
export function endOfPlan(graph: SwarmGraph): void {
  graph.touched.clear();
  graph.turnover = 0;
  graph.free.push(...graph.freed.splice(0));
}

/** Whether `parent` may send to `child`. */
export function mayFeed(graph: SwarmGraph, parent: number, child: number): boolean {
  if (graph.uploads[parent] !== true || !isLinked(graph, parent, child)) return false;
  return !isAvoided(graph, parent, child);
}

/** Whether the child has complained of the parent. */
export function isAvoided({ barred }: SwarmGraph, parent: number, child: number): boolean {
  return barred[child]?.includes(parent) === true;
}

/**
 * The groups that can be fed from within, largest first: peers that upload and reach each other,
 * and the receive-only peers beside them. Who stands alone is in no group.
 */
export function groupsOf(graph: SwarmGraph): readonly (readonly number[])[] {
  const { members, uploads } = graph;
  const sizes: number[] = [];
  const numbers = new Int16Array(members.length).fill(-1);
  for (let slot = 0; slot < members.length; slot++) {
    if (uploads[slot] !== true || numbers[slot] !== -1) continue;
    sizes.push(spread(graph, slot, sizes.length, numbers));
  }
  const groups: number[][] = sizes.map(() => []);
  for (let slot = 0; slot < members.length; slot++) {
    if (members[slot] === undefined) continue;
    const isAble = uploads[slot] === true;
    const number = isAble ? (numbers[slot] as number) : largestBeside(graph, slot, numbers, sizes);
    groups[number]?.push(slot);
  }
  return groups.filter((group) => group.length > 1).sort(bySize);
}

/** Whether both are of one network, so that one person may have both. */
export function areKin({ members }: SwarmGraph, slot: number, other: number): boolean {
  return members[slot]?.network === members[other]?.network;
}

export function compareIds(a: PeerId, b: PeerId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Numbers those that upload and are reached from `start` both ways; returns how many they are. */
function spread(graph: SwarmGraph, start: number, number: number, numbers: Int16Array): number {
  const group = [start];
  numbers[start] = number;
  for (const from of group) {
    for (const to of nearOf(graph, from)) {
      if (numbers[to] !== -1 || graph.uploads[to] !== true) continue;
      if (isAvoided(graph, from, to) || isAvoided(graph, to, from)) continue;
      numbers[to] = number;
      group.push(to);
    }
  }
  return group.length;
}

/** The number of the largest group that may feed this slot; -1 when none may. */
function largestBeside(
  graph: SwarmGraph,
  slot: number,
  numbers: Int16Array,
  sizes: readonly number[],
): number {
  let best = -1;
  for (const other of nearOf(graph, slot)) {
    const number = numbers[other] as number;
    if (number === -1 || isAvoided(graph, other, slot)) continue;
    const more = (sizes[number] as number) - (sizes[best] ?? 0);
    if (more > 0 || (more === 0 && number < best)) best = number;
  }
  return best;
}

function bySize(x: readonly number[], y: readonly number[]): number {
  return y.length - x.length || (x[0] as number) - (y[0] as number);
}

function takeSlot(graph: SwarmGraph, peer: PeerId): number {
  const slot = graph.free.pop() ?? graph.members.length;
  graph.members[slot] = undefined;
  graph.uploads[slot] = false;
  graph.near[slot] = [];
  graph.rttMs[slot] = [];
  graph.slotOf.set(peer, slot);
  graph.turnover += 1;
  return slot;
}

function link(graph: SwarmGraph, slot: number, other: number, rttMs: Ms): void {
  const [near, times] = [graph.near[slot] as number[], graph.rttMs[slot] as Ms[]];
  const at = near.indexOf(other);
  if (at === -1) {
    // Arrays that are pushed to keep room for a dozen more.
    graph.near[slot] = near.concat(other);
    graph.rttMs[slot] = times.concat(rttMs);
    graph.touched.add(slot);
  } else times[at] = rttMs;
}

function cut(graph: SwarmGraph, slot: number, other: number): void {
  const at = nearOf(graph, slot).indexOf(other);
  graph.near[slot]?.splice(at, 1);
  graph.rttMs[slot]?.splice(at, 1);
  graph.touched.add(slot);
}

const TO = '>';
