/** What victims say, how far they are believed, and what follows. Rules TRK37 to TRK43. */
import type { Ms, PeerId } from '../units/index.js';
import type { Complaint } from '../wire/index.js';
import { dropMember, hangUp, isOneNetwork } from './admission.js';
import { unfollow } from './clusters.js';
import { backoff, unlinkAll } from './linking.js';
import { avoidParent, planSoonAround } from './planning.js';
import {
  type Complained,
  type Member,
  type Pair,
  type Stream,
  send,
  type TrackerState,
} from './state.js';

/** Believed only of a peer that the victim was introduced to. */
export function hear(state: TrackerState, now: Ms, victim: Member, message: Complaint): void {
  const { stream } = victim;
  const accused = stream.members.get(message.peer);
  if (accused === undefined || accused === victim || !victim.pairs.has(accused.peer)) return;
  stream.totals.complaints += 1;
  const { memoryMs, accusedMax, silentMax } = state.config.complaints;
  const [voice, most] =
    message.about === 'corrupt' ? [victim.accused, accusedMax] : [victim.doubted, silentMax];
  if (!hasVoice(now, voice, accused.peer, most, memoryMs)) {
    if (message.about === 'silent') avoidParent(state, now, victim, accused.peer, memoryMs);
    return;
  }
  const file = stream.complaints.get(accused.peer) ?? new Map<PeerId, Complained>();
  stream.complaints.set(accused.peer, file);
  for (const [peer, { at }] of file) if (now - at >= memoryMs) file.delete(peer);
  const before = file.get(victim.peer);
  const isCorrupt = message.about === 'corrupt' || before?.about === 'corrupt';
  file.set(victim.peer, {
    at: now,
    about: isCorrupt ? 'corrupt' : message.about,
    network: victim.network,
  });
  estrange(state, now, victim.pairs.get(accused.peer));
  if (message.about === 'silent') doubt(state, now, victim, accused, file);
  else avoidParent(state, now, victim, accused.peer, memoryMs);
  const victims = independentVictims(state, file);
  if (victims >= state.config.complaints.victims) ban(state, now, accused);
}

/** Those two are not introduced again soon: two failures more than the link that drops. */
function estrange(state: TrackerState, now: Ms, pair: Pair | undefined): void {
  if (pair === undefined) return;
  pair.failures += 2;
  pair.retryAt = now + backoff(state, pair.failures);
}

/** Out, at once and for a while; those linked to it are told why. */
function ban(state: TrackerState, now: Ms, member: Member): void {
  const { banMs } = state.config.complaints;
  const { stream } = member;
  stream.totals.bans += 1;
  remember(state.banned, member.peer, now + banMs);
  const struck = state.networkBans.get(member.network);
  remember(state.networkBans, member.network, {
    bans: (struck?.bans ?? 0) + 1,
    until: now + banMs,
  });
  stream.complaints.delete(member.peer);
  for (const other of stream.members.values()) other.accused.delete(member.peer);
  const connection =
    member.connection === undefined ? undefined : state.connections.get(member.connection);
  send(state, member, { type: 'refused', why: 'banned', retryMs: 0 });
  state.refused.set('banned', (state.refused.get('banned') ?? 0) + 1);
  if (connection !== undefined) hangUp(state, connection, 'banned');
  member.connection = undefined;
  for (const rendition of [...member.follows.keys()]) unfollow(state, now, member, rendition);
  unlinkAll(state, now, member, true);
  dropMember(state, member);
  stream.totals.leaves += 1;
}

/** Whoever accuses too many that nobody else convicts is not heard for a while. */
function hasVoice(
  now: Ms,
  accused: Map<PeerId, Ms>,
  peer: PeerId,
  most: number,
  memoryMs: Ms,
): boolean {
  if (accused.size <= most) {
    for (const [other, at] of accused) if (now - at >= memoryMs) accused.delete(other);
    accused.set(peer, now);
  } else if ([...accused.values()].every((at) => now - at >= memoryMs)) {
    accused.clear();
    accused.set(peer, now);
  }
  return accused.size <= most;
}

/**
 * A silent parent is kept from this child; silent towards several, it is nobody's parent for a
 * while, and twice as long each time.
 */
function doubt(
  state: TrackerState,
  now: Ms,
  victim: Member,
  accused: Member,
  file: ReadonlyMap<PeerId, Complained>,
): void {
  const { avoidMs } = state.config.planning;
  const { silentVictims, demotedMsMax } = state.config.complaints;
  const { stream } = accused;
  avoidParent(state, now, victim, accused.peer, avoidMs);
  const recent = [...file.values()].filter(({ at }) => now - at < avoidMs).length;
  if (recent < silentVictims) return;
  if (accused.demotedUntil > now) return;
  accused.demotions += 1;
  const forMs = Math.min(demotedMsMax, avoidMs * 2 ** Math.min(16, accused.demotions - 1));
  accused.demotedUntil = now + forMs;
  for (const peer of file.keys()) stream.members.get(peer)?.doubted.delete(accused.peer);
  planSoonAround(state, accused, now, true);
}

/**
 * Victims of corruption that do not share a network prefix; where there is only one prefix, simply
 * peers.
 */
function independentVictims(state: TrackerState, file: ReadonlyMap<PeerId, Complained>): number {
  const corrupt = [...file].filter(([, { about }]) => about === 'corrupt');
  if (isOneNetwork(state)) return corrupt.length;
  return new Set(corrupt.map(([, { network }]) => network)).size;
}

/** What a member that left had to do with complaints. */
export function forgetComplaints(stream: Stream, member: Member): void {
  stream.complaints.delete(member.peer);
}

/** Keeps the newest of so many. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > REMEMBERED_MAX && !oldest.done) map.delete(oldest.value);
}

const REMEMBERED_MAX = 4_096;
