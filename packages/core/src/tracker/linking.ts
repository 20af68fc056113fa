/**
 * Which links exist, as both ends report them, and what follows when that changes. Rules TRK21 to
 * TRK23.
 */
import type { Ms, PeerId } from '../units/index.js';
import type { Links } from '../wire/index.js';
import { addIsland, unite } from './islands.js';
import { planSoonAround } from './planning.js';
import {
  type Cluster,
  clustersOf,
  isConnected,
  type Member,
  otherEnd,
  type Pair,
  send,
  type TrackerState,
  unrest,
} from './state.js';

/**
 * Takes the open links of a member. What it says of peers that are not here is kept too: after a
 * restart, or while a neighbour's socket is lost, the other end says the same later, and this end
 * will not repeat itself.
 */
export function reportLinks(state: TrackerState, now: Ms, member: Member, message: Links): void {
  const said = new Map(message.open.map(({ peer, rttMs }) => [peer, rttMs]));
  for (const peer of [...member.reported.keys()]) {
    if (!said.has(peer)) lose(state, now, member, peer);
  }
  for (const [peer, rttMs] of said) {
    const isNew = !member.reported.has(peer);
    member.reported.set(peer, rttMs);
    const other = member.stream.members.get(peer);
    if (other === undefined) state.hasHeardOfStrangers = true;
    if (other === undefined || other === member || !isConnected(other)) continue;
    if (isNew && other.reported.has(member.peer)) open(state, now, member, other);
  }
  unrest(state, now, member);
}

/** Two peers are introduced, or link by themselves and both say so. */
export function pairUp(now: Ms, x: Member, y: Member, status: Pair['status']): Pair {
  let pair = x.pairs.get(y.peer);
  if (pair === undefined) {
    pair = { a: x, b: y, status: 'dropped', since: now, failures: 0, retryAt: now };
    x.pairs.set(y.peer, pair);
    y.pairs.set(x.peer, pair);
  }
  turnPair(now, pair, status);
  return pair;
}

/** Any status to any: both ends count what they have, and circles know who reaches whom. */
export function turnPair(now: Ms, pair: Pair, status: Pair['status']): void {
  const { a, b } = pair;
  const wasActive = isActive(pair);
  for (const { counts } of [a, b]) {
    if (pair.status === 'pending' || pair.status === 'open') counts[pair.status] -= 1;
    if (status === 'pending' || status === 'open') counts[status] += 1;
  }
  pair.status = status;
  pair.since = now;
  if (wasActive === isActive(pair)) return;
  for (const cluster of clustersOf(a)) {
    if (!cluster.members.has(b.peer)) continue;
    if (cluster.circle === undefined) continue;
    if (wasActive) cluster.circle.isStale = true;
    else unite(cluster.circle.islands, a.peer, b.peer);
  }
}

/** Open or coming. */
export function isActive({ status }: Pair): boolean {
  return status === 'open' || status === 'pending';
}

/** A newcomer reaches nobody yet. */
export function joinCircle({ circle }: Cluster, member: Member): void {
  if (circle === undefined) return;
  addIsland(circle.islands, member.peer);
  circle.list.push(member);
}

/** The member is out of reach: those introduced to it are told, so that they fail over at once. */
export function unlinkAll(state: TrackerState, now: Ms, member: Member, banned: boolean): void {
  for (const pair of member.pairs.values()) {
    const other = otherEnd(pair, member);
    const isNear = isActive(pair);
    turnPair(now, pair, 'dropped');
    other.pairs.delete(member.peer);
    if (!isNear) continue;
    send(state, other, { type: 'gone', peer: member.peer, banned });
    settleLinkedAt(other);
    unrest(state, now, other);
    planSoonAround(state, other, now, true);
  }
  member.pairs.clear();
  member.reported.clear();
  member.linkedAt = undefined;
}

/** pending, failed, dropped -> open */
function open(state: TrackerState, now: Ms, x: Member, y: Member): void {
  pairUp(now, x, y, 'open');
  for (const member of [x, y]) {
    member.linkedAt ??= now;
    member.vain = 0;
    unrest(state, now, member);
    planSoonAround(state, member, now, false);
  }
}

/** open -> dropped */
function lose(state: TrackerState, now: Ms, member: Member, peer: PeerId): void {
  member.reported.delete(peer);
  const other = member.stream.members.get(peer);
  const pair = member.pairs.get(peer);
  if (other === undefined || pair?.status !== 'open') return;
  turnPair(now, pair, 'dropped');
  pair.failures += 1;
  pair.retryAt = now + backoff(state, pair.failures);
  for (const end of [member, other]) {
    settleLinkedAt(end);
    unrest(state, now, end);
    planSoonAround(state, end, now, true);
  }
}

/** Links open or coming. */
export function linksOf({ counts }: Member): number {
  return counts.open + counts.pending;
}

/** How long a pair that failed so often is left alone. */
export function backoff(state: TrackerState, failures: number): Ms {
  const { retryMs, retryMsMax } = state.config.introductions;
  return Math.min(retryMsMax, retryMs * 2 ** Math.min(16, failures - 1));
}

function settleLinkedAt(member: Member): void {
  if (member.counts.open === 0) member.linkedAt = undefined;
}
