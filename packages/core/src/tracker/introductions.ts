/**
 * Who meets whom: few, diverse, one connected graph, never a failing pair soon again. Rules TRK24
 * to TRK29.
 */
import { compareIds } from '../swarm/index.js';
import type { BitsPerSec, Ms, PeerId } from '../units/index.js';
import { typicalPart } from './announcing.js';
import { type Islands, islandAt, islandsOf, unite } from './islands.js';
import { backoff, linksOf, pairUp } from './linking.js';
import {
  clustersOf,
  isConnected,
  type Member,
  otherEnd,
  type Pair,
  send,
  type TrackerState,
} from './state.js';

/**
 * Introduces every restless member that may meet somebody now; those with enough links come to
 * rest.
 */
export function introduceDue(state: TrackerState, now: Ms): void {
  const circles = new Map<string, Circle>();
  for (const member of [...state.restless]) {
    if (!isConnected(member)) {
      state.restless.delete(member);
      continue;
    }
    failOverdue(state, now, member);
    if (member.introduceAt > now) continue;
    const { atOnce, pendingMax, stepMs } = state.config.introductions;
    const allowance = Math.max(1, atOnce - member.introduced);
    let met = 0;
    while (met < allowance && pendingOf(member) < pendingMax) {
      const circle = circleOf(state, now, member, circles);
      const partner = choosePartner(state, now, member, circle);
      if (partner === undefined) break;
      introduce(state, now, member, partner);
      unite(circle.islands, member.peer, partner.peer);
      met += 1;
    }
    if (met > 0) member.introduceAt = now + stepMs;
    else if (pendingOf(member) === 0)
      rest(state, now, member, circleOf(state, now, member, circles));
  }
}

/** When the next restless member may be due; infinite when all have come to rest. */
export function nextIntroduction(state: TrackerState, now: Ms): Ms {
  let at = Number.POSITIVE_INFINITY;
  const { stepMs } = state.config.introductions;
  for (const member of state.restless) {
    at = Math.min(at, member.introduceAt > now ? member.introduceAt : now + stepMs);
    for (const pair of member.pairs.values()) {
      if (pair.status === 'pending') at = Math.min(at, overdueAt(state, pair));
    }
  }
  return at;
}

/** Both get to know each other's id; the one on whose behalf it happens makes the offer. */
function introduce(state: TrackerState, now: Ms, member: Member, partner: Member): void {
  pairUp(now, member, partner, 'pending');
  member.introduced += 1;
  member.stream.totals.introductions += 1;
  state.restless.add(partner);
  send(state, partner, { type: 'introduce', peer: member.peer, offer: false });
  send(state, member, { type: 'introduce', peer: partner.peer, offer: true });
}

/** One sum for the wake-up and for the test: a difference would round differently, and wake for ever. */
function overdueAt(state: TrackerState, pair: Pair): Ms {
  return pair.since + state.config.introductions.pendingMs;
}

/** pending -> failed */
function failOverdue(state: TrackerState, now: Ms, member: Member): void {
  for (const pair of member.pairs.values()) {
    if (pair.status !== 'pending' || now < overdueAt(state, pair)) continue;
    pair.status = 'failed';
    pair.failures += 1;
    pair.retryAt = now + backoff(state, pair.failures);
  }
}

/** Comes to rest, or looks again later when it still lacks links that it should have. */
function rest(state: TrackerState, now: Ms, member: Member, circle: Circle): void {
  if (hungerOf(state, member, circle).isNeedy) member.introduceAt = now + WAIT_MS;
  else state.restless.delete(member);
}

interface Hunger {
  /** Wants another link if somebody has room to spare. */
  readonly isHungry: boolean;
  /**
   * Has too few links, or some of its cluster are out of its reach: meets also those who are nearly
   * full.
   */
  readonly isNeedy: boolean;
}

function hungerOf(state: TrackerState, member: Member, circle: Circle): Hunger {
  const { members, islands } = circle;
  const { needed, meshMax } = state.config.introductions;
  const wanted = circle.isLarge ? needed : state.config.introductions.wanted;
  const others = members.size - 1;
  let sharing = 0;
  for (const [peer, { status }] of member.pairs) {
    if (members.has(peer) && (status === 'open' || status === 'pending')) sharing += 1;
  }
  const reached = islands.sizes.get(islandAt(islands, member.peer)) ?? 1;
  const isNeedy = sharing < Math.min(needed, others) || reached <= others;
  return { isHungry: sharing < (others < meshMax ? others : wanted), isNeedy };
}

/** The best peer to meet, if the member wants anybody and somebody has room. */
function choosePartner(
  state: TrackerState,
  now: Ms,
  member: Member,
  circle: Circle,
): Member | undefined {
  const { linksMax, linksSpared, pendingMax } = state.config.introductions;
  const { members, islands, hubs } = circle;
  const { isHungry, isNeedy } = hungerOf(state, member, circle);
  const extra = (other: Member): number =>
    hubs.has(other) ? state.config.introductions.hubLinks : 0;
  if ((!isHungry && !isNeedy) || linksOf(member) >= linksMax + extra(member)) return undefined;
  const room = isNeedy || circle.isLarge ? linksMax : linksSpared;
  const able = [...members.values()].filter(
    (other) =>
      other !== member &&
      mayMeet(now, member, other) &&
      linksOf(other) < room + extra(other) &&
      pendingOf(other) < pendingMax,
  );
  const home = islandAt(islands, member.peer);
  const apart = able.filter((other) => islandAt(islands, other.peer) !== home);
  if (apart.length > 0) return favourite(state, member, apart, circle);
  return isHungry ? favourite(state, member, able, circle) : undefined;
}

/** Fewest links first, but anybody in a large circle, hubs before others; then the network met least often, then by lot. */
function favourite(
  state: TrackerState,
  member: Member,
  candidates: readonly Member[],
  { members, hubs, isLarge }: Circle,
): Member | undefined {
  const met = new Map<string, number>();
  let hubsMet = 0;
  for (const pair of member.pairs.values()) {
    const other = members.get(otherEnd(pair, member.peer));
    if (other === undefined) continue;
    met.set(other.network, (met.get(other.network) ?? 0) + 1);
    if (hubs.has(other) && isActive(member, other)) hubsMet += 1;
  }
  const wantsHub = hubsMet < state.config.introductions.hubsWanted;
  const costOf = (other: Member): number =>
    NETWORK_WEIGHT * (met.get(other.network) ?? 0) +
    (isLarge ? 0 : linksOf(other)) -
    (wantsHub && hubs.has(other) ? HUB_WEIGHT : 0);
  const ranked = state.random
    .shuffled(candidates.slice().sort((x, y) => compareIds(x.peer, y.peer)))
    .map((peer) => ({ peer, cost: costOf(peer) }));
  let best = ranked[0];
  for (const each of ranked) if (best !== undefined && each.cost < best.cost) best = each;
  return best?.peer;
}

/** Everybody who is connected in a cluster of this member, itself included. */
interface Circle {
  readonly members: ReadonlyMap<PeerId, Member>;
  readonly islands: Islands;
  readonly isLarge: boolean;
  readonly hubs: ReadonlySet<Member>;
}

/** Made once for all who are in the same clusters. */
function circleOf(
  state: TrackerState,
  now: Ms,
  member: Member,
  circles: Map<string, Circle>,
): Circle {
  const clusters = clustersOf(member);
  const key = clusters.map(({ number }) => number).join();
  const known = circles.get(key);
  if (known !== undefined) return known;
  const members = new Map<PeerId, Member>();
  const hubs = new Set<Member>();
  for (const cluster of clusters) {
    const hasHubs = cluster.members.size > state.config.introductions.largeFrom;
    const { bitrate } = typicalPart(cluster.stream.renditions.get(cluster.rendition), 1);
    for (const [peer, other] of cluster.members) {
      if (!isConnected(other)) continue;
      members.set(peer, other);
      if (hasHubs && isHub(state, now, other, bitrate)) hubs.add(other);
    }
  }
  const isLarge = members.size > state.config.introductions.largeFrom;
  const circle = { members, islands: islandsOf(members), isLarge, hubs };
  circles.set(key, circle);
  return circle;
}

/** Linked for long, and with an uplink that is wide; one never measured was never short. */
function isHub(state: TrackerState, now: Ms, member: Member, bitrate: BitsPerSec): boolean {
  const { hubFactor, hubMs } = state.config.introductions;
  if (!member.uploads || member.demotedUntil > now) return false;
  if (member.linkedAt === undefined || now - member.linkedAt < hubMs) return false;
  return member.uplink === 0 || member.uplink >= hubFactor * bitrate;
}

function mayMeet(now: Ms, member: Member, other: Member): boolean {
  const pair = member.pairs.get(other.peer);
  return pair === undefined || (!isActive(member, other) && pair.retryAt <= now);
}

function isActive(member: Member, other: Member): boolean {
  const status = member.pairs.get(other.peer)?.status;
  return status === 'open' || status === 'pending';
}

function pendingOf(member: Member): number {
  let pending = 0;
  for (const { status } of member.pairs.values()) if (status === 'pending') pending += 1;
  return pending;
}

/** A second peer of the same network prefix is worth as little as one with two links more. */
const NETWORK_WEIGHT = 2;
const HUB_WEIGHT = 1;
const WAIT_MS = 3_000;
