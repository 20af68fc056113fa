/**
 * Which links exist, as both ends report them, and what follows when that changes. Rules TRK21 to
 * TRK23.
 */
import type { Ms, PeerId } from '../units/index.js';
import type { Links } from '../wire/index.js';
import { planSoonAround } from './planning.js';
import { isConnected, type Member, otherEnd, type Pair, send, type TrackerState } from './state.js';

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
    if (other === undefined || other === member || !isConnected(other)) continue;
    if (isNew && other.reported.has(member.peer)) open(state, now, member, other);
  }
  state.restless.add(member);
}

/** Two peers are introduced, or link by themselves and both say so. */
export function pairUp(now: Ms, x: Member, y: Member, status: Pair['status']): Pair {
  let pair = x.pairs.get(y.peer);
  if (pair === undefined) {
    pair = { a: x.peer, b: y.peer, status, since: now, failures: 0, retryAt: now };
    x.pairs.set(y.peer, pair);
    y.pairs.set(x.peer, pair);
  }
  pair.status = status;
  pair.since = now;
  return pair;
}

/** The member is out of reach: those introduced to it are told, so that they fail over at once. */
export function unlinkAll(state: TrackerState, now: Ms, member: Member, banned: boolean): void {
  for (const pair of member.pairs.values()) {
    const other = member.stream.members.get(otherEnd(pair, member.peer));
    if (other === undefined) continue;
    other.pairs.delete(member.peer);
    if (pair.status === 'pending' || pair.status === 'open') {
      send(state, other, { type: 'gone', peer: member.peer, banned });
    }
    settleLinkedAt(other);
    state.restless.add(other);
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
    state.restless.add(member);
    planSoonAround(state, member, now, false);
  }
}

/** open -> dropped */
function lose(state: TrackerState, now: Ms, member: Member, peer: PeerId): void {
  member.reported.delete(peer);
  const other = member.stream.members.get(peer);
  const pair = member.pairs.get(peer);
  if (other === undefined || pair?.status !== 'open') return;
  pair.status = 'dropped';
  pair.since = now;
  pair.failures += 1;
  pair.retryAt = now + backoff(state, pair.failures);
  for (const end of [member, other]) {
    settleLinkedAt(end);
    state.restless.add(end);
    planSoonAround(state, end, now, true);
  }
}

/** Links open or coming. */
export function linksOf(member: Member): number {
  let links = 0;
  for (const { status } of member.pairs.values()) {
    if (status === 'open' || status === 'pending') links += 1;
  }
  return links;
}

/** How long a pair that failed so often is left alone. */
export function backoff(state: TrackerState, failures: number): Ms {
  const { retryMs, retryMsMax } = state.config.introductions;
  return Math.min(retryMsMax, retryMs * 2 ** Math.min(16, failures - 1));
}

function settleLinkedAt(member: Member): void {
  const linked = [...member.pairs.values()].some(({ status }) => status === 'open');
  if (!linked) member.linkedAt = undefined;
}
