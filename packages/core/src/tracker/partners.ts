/** Whom a member meets: few, diverse, one connected graph. Rules TRK24, TRK25, TRK27, TRK28, TRK48. */
import type { Ms, PeerId } from '../units/index.js';
import { hubsOf } from './hubs.js';
import { islandAt, islandsOf } from './islands.js';
import { isActive, linksOf } from './linking.js';
import { type Circle, type Cluster, clustersOf, type Member, type TrackerState } from './state.js';

export interface Hunger {
  /** Wants another link if somebody has room to spare. */
  readonly isHungry: boolean;
  /**
   * Has too few links, or is not with most of its cluster: meets also those who are nearly full.
   */
  readonly isNeedy: boolean;
  /** Has all the links that it wants, but too few of them lead to hubs. */
  readonly lacksHubs: boolean;
}

export function hungerOf(state: TrackerState, member: Member, circle: Circle): Hunger {
  const { members, islands, hubs } = circle;
  const { needed, meshMax, hubsWanted } = state.config.introductions;
  const wanted = isLarge(state, circle) ? needed : state.config.introductions.wanted;
  const others = members.size - 1;
  let [sharing, hubsMet] = [0, 0];
  for (const [peer, pair] of member.pairs) {
    const other = isActive(pair) ? members.get(peer) : undefined;
    if (other === undefined) continue;
    sharing += 1;
    if (hubs.set.has(other)) hubsMet += 1;
  }
  const isApart = islands.sizes.size > 1 && islandAt(islands, member.peer) !== islands.largest;
  const isHungry = sharing < (others < meshMax ? others : wanted);
  return {
    isHungry,
    isNeedy: isApart || sharing < Math.min(needed, others),
    lacksHubs: !isHungry && others >= meshMax && hubsMet < hubsWanted,
  };
}

export function isContent({ isHungry, isNeedy, lacksHubs }: Hunger): boolean {
  return !isHungry && !isNeedy && !lacksHubs;
}

/** The best peer to meet, if the member wants anybody and somebody has room. */
export function choosePartner(
  state: TrackerState,
  now: Ms,
  member: Member,
  circle: Circle,
): Member | undefined {
  const { linksMax, linksSpared } = state.config.introductions;
  const hunger = hungerOf(state, member, circle);
  const { isHungry, isNeedy, lacksHubs } = hunger;
  if (isContent(hunger)) return undefined;
  const isMany = isLarge(state, circle);
  if (linksOf(member) >= roomOf(state, member, circle, linksMax)) return undefined;
  const room = isNeedy || isMany ? linksMax : linksSpared;
  const home = islandAt(circle.islands, member.peer);
  const isAble = (other: Member): boolean =>
    other !== member &&
    linksOf(other) < roomOf(state, other, circle, room) &&
    other.counts.pending < state.config.introductions.pendingMax &&
    mayMeet(now, member, other);
  const isFar = (other: Member): boolean =>
    isAble(other) && islandAt(circle.islands, other.peer) !== home;
  const candidates = isMany ? drawn(state, circle, room) : circle.list;
  const isSplit = circle.islands.sizes.size > 1;
  const apart = isSplit ? favourite(state, member, circle, candidates.filter(isFar)) : undefined;
  if (apart !== undefined || !(isHungry || lacksHubs)) return apart;
  const some = lacksHubs ? circle.hubs.list : candidates;
  return favourite(state, member, circle, some.filter(isAble));
}

/** Everybody who is in a cluster of this member, itself included. */
export function circleOf(state: TrackerState, now: Ms, member: Member): Circle {
  const clusters = clustersOf(member);
  const [only] = clusters;
  if (only === undefined || clusters.length > 1) return circleOfMany(state, now, clusters);
  if (only.circle === undefined || now >= only.circle.at + CIRCLE_MS) {
    only.circle = {
      at: now,
      isStale: false,
      members: only.members,
      list: [...only.members.values()],
      islands: islandsOf(only.members),
      hubs: asHubs(hubsOf(state, now, only)),
    };
  }
  return only.circle;
}

function circleOfMany(state: TrackerState, now: Ms, clusters: readonly Cluster[]): Circle {
  const members = new Map<PeerId, Member>();
  const hubs: Member[] = [];
  for (const cluster of clusters) {
    for (const [peer, other] of cluster.members) members.set(peer, other);
    hubs.push(...hubsOf(state, now, cluster));
  }
  const list = [...members.values()];
  return {
    at: now,
    isStale: false,
    members,
    list,
    islands: islandsOf(members),
    hubs: asHubs(hubs),
  };
}

/** Hubs that have room, and others, by lot: one of so many is likely to be good. */
function drawn(state: TrackerState, circle: Circle, room: number): readonly Member[] {
  const { list, hubs } = circle;
  const { random, config } = state;
  const some = new Set<Member>();
  for (let i = 0; i < config.introductions.drawn; i++) {
    some.add(list[random.below(list.length)] as Member);
  }
  const from = hubs.list.length === 0 ? 0 : random.below(hubs.list.length);
  for (let i = 0, found = 0; i < hubs.list.length && found < HUBS_DRAWN; i++) {
    const hub = hubs.list[(from + i) % hubs.list.length] as Member;
    if (linksOf(hub) >= roomOf(state, hub, circle, room)) continue;
    some.add(hub);
    found += 1;
  }
  return [...some];
}

/**
 * Fewest links first, but anybody in a large circle, hubs before others, and for every second link
 * who is near; then the network met least often, then by lot.
 */
function favourite(
  state: TrackerState,
  member: Member,
  circle: Circle,
  candidates: readonly Member[],
): Member | undefined {
  const { members, hubs } = circle;
  const met = new Map<string, number>();
  let hubsMet = 0;
  for (const [peer, pair] of member.pairs) {
    const other = members.get(peer);
    if (other === undefined) continue;
    met.set(other.network, (met.get(other.network) ?? 0) + 1);
    if (hubs.set.has(other) && isActive(pair)) hubsMet += 1;
  }
  const wantsHub = hubsMet < state.config.introductions.hubsWanted;
  const isMany = isLarge(state, circle);
  const wantsNear = isMany && linksOf(member) % 2 === 0;
  const costOf = (other: Member): number =>
    NETWORK_WEIGHT * (met.get(other.network) ?? 0) +
    (isMany ? 0 : linksOf(other)) +
    (wantsNear ? farness(member, other) : 0) -
    (wantsHub && hubs.set.has(other) ? HUB_WEIGHT : 0);
  let best: Member | undefined;
  let [least, equals] = [Number.POSITIVE_INFINITY, 0];
  for (const other of candidates) {
    const cost = costOf(other);
    if (cost > least) continue;
    equals = cost < least ? 1 : equals + 1;
    if (cost < least || state.random.below(equals) === 0) best = other;
    least = cost;
  }
  return best;
}

function farness({ standing }: Member, { standing: other }: Member): number {
  return (
    (standing.region === other.region ? 0 : FAR_WEIGHT) +
    (standing.asn === other.asn ? 0 : FAR_WEIGHT)
  );
}

function isLarge(state: TrackerState, { members }: Circle): boolean {
  return members.size > state.config.introductions.largeFrom;
}

function roomOf(state: TrackerState, member: Member, { hubs }: Circle, room: number): number {
  return hubs.set.has(member) ? room + state.config.introductions.hubLinks : room;
}

function asHubs(list: readonly Member[]): Circle['hubs'] {
  return { list, set: new Set(list) };
}

function mayMeet(now: Ms, member: Member, other: Member): boolean {
  const pair = member.pairs.get(other.peer);
  return pair === undefined || (!isActive(pair) && pair.retryAt <= now);
}

/** A second peer of the same network prefix is worth as little as one with two links more. */
const NETWORK_WEIGHT = 2;
const HUB_WEIGHT = 1;
/** Another operator, and once more another region. */
const FAR_WEIGHT = 0.25;
const HUBS_DRAWN = 4;
/** Who reaches whom, and who is a hub, is looked at so often. */
export const CIRCLE_MS = 2_000;
