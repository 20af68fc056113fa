/**
 * Who meets whom: few, diverse, one connected graph, never a failing pair soon again. Rules TRK24
 * to TRK29.
 */
import { compareIds } from '../swarm/index.js';
import type { Ms, PeerId } from '../units/index.js';
import { backoff, pairUp } from './linking.js';
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
      const partner = choosePartner(state, now, member);
      if (partner === undefined) break;
      introduce(state, now, member, partner);
      met += 1;
    }
    if (met > 0) member.introduceAt = now + stepMs;
    else if (pendingOf(member) === 0) rest(state, now, member);
  }
}

/** When the next restless member may be due; infinite when all have come to rest. */
export function nextIntroduction(state: TrackerState, now: Ms): Ms {
  let at = Number.POSITIVE_INFINITY;
  const { stepMs } = state.config.introductions;
  for (const member of state.restless) {
    at = Math.min(at, Math.max(member.introduceAt, now + stepMs));
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
function rest(state: TrackerState, now: Ms, member: Member): void {
  if (hungerOf(state, member, neighbourhood(member)).isNeedy) member.introduceAt = now + WAIT_MS;
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
  readonly island: ReadonlySet<PeerId>;
}

function hungerOf(state: TrackerState, member: Member, others: readonly Member[]): Hunger {
  const { wanted, needed, meshMax } = state.config.introductions;
  const sharing = others.filter((other) => isActive(member, other)).length;
  const island = islandOf(member, others);
  const isNeedy = sharing < Math.min(needed, others.length) || island.size - 1 < others.length;
  const enough = others.length < meshMax ? others.length : wanted;
  return { isHungry: sharing < enough, isNeedy, island };
}

/** The best peer to meet, if the member wants anybody and somebody has room. */
function choosePartner(state: TrackerState, now: Ms, member: Member): Member | undefined {
  const { linksMax, linksSpared, pendingMax } = state.config.introductions;
  const others = neighbourhood(member);
  const { isHungry, isNeedy, island } = hungerOf(state, member, others);
  if ((!isHungry && !isNeedy) || linksOf(member) >= linksMax) return undefined;
  const room = isNeedy ? linksMax : linksSpared;
  const able = others.filter(
    (other) =>
      mayMeet(now, member, other) && linksOf(other) < room && pendingOf(other) < pendingMax,
  );
  const apart = able.filter((other) => !island.has(other.peer));
  if (apart.length > 0) return favourite(state, member, apart);
  return isHungry ? favourite(state, member, able) : undefined;
}

/** Fewest links first, then the network met least often, then by lot. */
function favourite(
  state: TrackerState,
  member: Member,
  candidates: readonly Member[],
): Member | undefined {
  const met = new Map<string, number>();
  for (const pair of member.pairs.values()) {
    const network = state.members.get(otherEnd(pair, member.peer))?.network;
    if (network !== undefined) met.set(network, (met.get(network) ?? 0) + 1);
  }
  const ranked = state.random
    .shuffled(candidates.slice().sort((x, y) => compareIds(x.peer, y.peer)))
    .map((peer) => ({ peer, links: linksOf(peer), same: met.get(peer.network) ?? 0 }));
  let best = ranked[0];
  for (const candidate of ranked) {
    if (best === undefined) break;
    const cost = candidate.links - best.links + NETWORK_WEIGHT * (candidate.same - best.same);
    if (cost < 0) best = candidate;
  }
  return best?.peer;
}

/** Everybody else who is connected in a cluster of this member. */
function neighbourhood(member: Member): Member[] {
  const others = new Map<PeerId, Member>();
  for (const cluster of clustersOf(member)) {
    for (const [peer, other] of cluster.members) {
      if (other !== member && isConnected(other)) others.set(peer, other);
    }
  }
  return [...others.values()];
}

/** Those whom the member reaches over links open or coming, itself included. */
function islandOf(member: Member, others: readonly Member[]): ReadonlySet<PeerId> {
  const near = new Map(others.map((other) => [other.peer, other]));
  const island = new Set<PeerId>([member.peer]);
  for (const peer of island) {
    const at = peer === member.peer ? member : near.get(peer);
    for (const [other, { status }] of at?.pairs ?? []) {
      if (near.has(other) && (status === 'open' || status === 'pending')) island.add(other);
    }
  }
  return island;
}

function mayMeet(now: Ms, member: Member, other: Member): boolean {
  const pair = member.pairs.get(other.peer);
  return pair === undefined || (!isActive(member, other) && pair.retryAt <= now);
}

function isActive(member: Member, other: Member): boolean {
  const status = member.pairs.get(other.peer)?.status;
  return status === 'open' || status === 'pending';
}

function linksOf(member: Member): number {
  let links = 0;
  for (const { status } of member.pairs.values()) {
    if (status === 'open' || status === 'pending') links += 1;
  }
  return links;
}

function pendingOf(member: Member): number {
  let pending = 0;
  for (const { status } of member.pairs.values()) if (status === 'pending') pending += 1;
  return pending;
}

/** A second peer of the same network prefix is worth as little as one with two links more. */
const NETWORK_WEIGHT = 2;
const WAIT_MS = 3_000;
