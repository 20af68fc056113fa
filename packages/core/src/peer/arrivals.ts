/** Pieces from peers, and what checking them gave: only what matches its record is held (INT1). */
import { pieceDigest } from '../integrity/index.js';
import { learnGap, setBit } from '../scheduler/index.js';
import { scoreUnasked, scoreVerdict, scoreVerified } from '../swarm/index.js';
import { type Bytes, bitsPerSec, type PartKey, type PeerId, partId } from '../units/index.js';
import { closeFor } from './close-link.js';
import type { ArrivalId, FetchWhy, InputOf } from './contract.js';
import { cancelLater, cutFetch, tellParent } from './fetches.js';
import { LIMITS } from './limits.js';
import { knowledgeOf, type Link, learnGoodput } from './link.js';
import { hold, isLacking, lengthOf, type Part, receive, reject } from './part.js';
import { placeOf, stripeAt } from './plan-view.js';
import { pushOn } from './push.js';
import { type Arrival, emit, isDue, openLink, type State, send, tell, wakeAt } from './state.js';

export function onPiece(s: State, piece: InputOf<'piece'>): void {
  const { peer, key, index, bytes, arrival: id } = piece;
  const arrival = { id, peer, key, index, bytes };
  const link = openLink(s, arrival.peer);
  const part = s.parts.get(partId(arrival.key));
  if (!link) {
    emit(s, { type: 'discard', arrival: arrival.id });
    return;
  }
  if (!part?.sealed) {
    park(s, link, arrival);
    return;
  }
  if (arrival.index >= part.pieces.length || arrival.bytes !== lengthOf(part, arrival.index)) {
    emit(s, { type: 'discard', arrival: arrival.id });
    closeFor(s, link.peer, 'violation', arrival.key);
    return;
  }
  check(s, link, part, { ...arrival, at: s.now, asked: false, phase: 'checking' });
}

/** RCD2: a piece that is ahead of its record waits for it, within limits. */
function park(s: State, link: Link, arrival: Omit<Arrival, 'at' | 'asked' | 'phase'>): void {
  const isKnown = s.followed.has(arrival.key.rendition);
  if (!isKnown || s.arrivals.size >= LIMITS.arrivals || link.parked >= LIMITS.arrivalsOfLink) {
    waste(s, link, arrival);
    return;
  }
  link.parked++;
  s.arrivals.set(arrival.id, { ...arrival, at: s.now, asked: false, phase: 'parked' });
}

/** Looks at parked pieces again: their record may be here, or be asked for, or never come. */
export function unpark(s: State): void {
  for (const arrival of s.arrivals.values()) {
    if (arrival.phase === 'checking') continue;
    const link = openLink(s, arrival.peer);
    const part = s.parts.get(partId(arrival.key));
    if (!link) continue;
    if (!part?.sealed && s.now < arrival.at + PARKED_MS) {
      askRecord(s, arrival);
      continue;
    }
    s.arrivals.delete(arrival.id);
    link.parked--;
    const fits = part?.sealed !== undefined && arrival.bytes === lengthOf(part, arrival.index);
    if (fits) check(s, link, part, { ...arrival, phase: 'checking' });
    else waste(s, link, arrival);
  }
}

/** RCD3: who sends a piece has its record. The announcement usually is a moment away. */
function askRecord(s: State, arrival: Arrival): void {
  wakeAt(s, arrival.at + PARKED_MS, 'records');
  const patience = s.session.phase === 'joined' ? ANNOUNCE_MS : 0;
  if (arrival.asked || !isDue(s, arrival.at + patience, 'records')) return;
  for (const other of s.arrivals.values()) {
    if (other.peer === arrival.peer && partId(other.key) === partId(arrival.key))
      other.asked = true;
  }
  send(s, arrival.peer, { type: 'record-ask', key: arrival.key });
}

function check(s: State, link: Link, part: Part, arrival: Arrival): void {
  const { index, peer } = arrival;
  const piece = part.pieces[index];
  const known = knowledgeOf(link, part.id, part.pieces.length);
  known.knows = true;
  setBit(known.bits, index);
  const wasAsked = piece?.phase === 'asked' && piece.from === peer;
  if (piece?.phase === 'asked') {
    const asked = s.links.get(piece.from);
    if (asked) asked.asked--;
    if (wasAsked) {
      const since = Math.max(piece.at, link.pieceAt);
      learnGoodput(link, bitsPerSec(arrival.bytes, s.now - since));
    } else {
      cancelLater(s, piece.from, part, index);
    }
  }
  link.pieceAt = s.now;
  link.owesAt = undefined;
  if (!isLacking(part, index) || !part.sealed) {
    waste(s, link, arrival);
    return;
  }
  if (!wasAsked && placeOf(part, index)?.parent !== peer) tellParent(s, part, index);
  receive(part, index, peer);
  part.firstByteAt ??= s.now;
  s.arrivals.set(arrival.id, arrival);
  const digest = pieceDigest(part.sealed, index);
  const from = { in: 'arrival' as const, arrival: arrival.id };
  emit(s, { type: 'check', key: part.key, index, digest, length: arrival.bytes, from });
}

function waste(s: State, link: Link, arrival: { id: ArrivalId; bytes: Bytes; key: PartKey }): void {
  emit(s, { type: 'discard', arrival: arrival.id });
  tell(s, { type: 'piece-wasted', bytes: arrival.bytes, source: 'peer' });
  link.score = scoreUnasked(link.score);
  const verdict = scoreVerdict(link.score, s.config.score);
  if (verdict) closeFor(s, link.peer, verdict, arrival.key);
}

export function onChecked(s: State, { key, index, from, ok }: InputOf<'checked'>): void {
  const part = s.parts.get(partId(key));
  if (from.in === 'fetch') {
    fetchChecked(s, key, index, from.fetch, ok);
    return;
  }
  const arrival = s.arrivals.get(from.arrival);
  s.arrivals.delete(from.arrival);
  if (!arrival || !part) {
    if (ok) forgotten(s, key);
    return;
  }
  if (!ok) {
    reject(part, index);
    tell(s, { type: 'piece-corrupt', key: part.key, index, peer: arrival.peer, about: 'corrupt' });
    closeFor(s, arrival.peer, 'corrupt', key);
    return;
  }
  const link = s.links.get(arrival.peer);
  if (link) link.score = scoreVerified(link.score, s.config.score);
  part.peerBytes += arrival.bytes;
  s.totals.peer += arrival.bytes;
  held(s, part, index, { source: 'peer', peer: arrival.peer, why: undefined });
}

function fetchChecked(s: State, key: PartKey, index: number, id: number, ok: boolean): void {
  const fetch = s.fetches.get(id);
  if (!fetch) return;
  fetch.checks--;
  const part = s.parts.get(partId(key));
  const piece = part?.pieces[index];
  if (!part || piece?.phase !== 'unchecked' || piece.from !== id) {
    if (ok) forgotten(s, key);
    return;
  }
  if (!ok) {
    reject(part, index);
    part.corrupt = Math.max(part.corrupt, fetch.fresh ? 2 : 1);
    cutFetch(s, fetch);
    tell(s, { type: 'piece-corrupt', key: part.key, index, peer: undefined, about: 'corrupt' });
    return;
  }
  const bytes = lengthOf(part, index);
  fetch.used += bytes;
  part.httpBytes += bytes;
  held(s, part, index, { source: 'edge', peer: undefined, why: fetch.counted });
}

/** The part was dropped while the world checked: it must drop what it just stored. */
function forgotten(s: State, key: PartKey): void {
  const id = partId(key);
  if (!s.parts.has(id)) emit(s, { type: 'evict', part: id });
}

function held(
  s: State,
  part: Part,
  index: number,
  source: { source: 'peer' | 'edge'; peer: PeerId | undefined; why: FetchWhy | undefined },
): void {
  hold(part, index);
  const bytes = lengthOf(part, index);
  const stripe = stripeAt(part, index);
  const since = part.stripeAt[stripe] ?? part.knownAt;
  const isPushed = source.peer !== undefined && placeOf(part, index)?.parent === source.peer;
  if (part.announced && isPushed) {
    s.gapMs = learnGap(s.gapMs, s.now - since);
  }
  part.stripeAt[stripe] = s.now;
  part.lastByteAt = s.now;
  s.bytesHeld += bytes;
  tell(s, { type: 'piece-received', key: part.key, index, bytes, ...source });
  pushOn(s, part, index);
  if (part.missing > 0) return;
  s.open.delete(part.id);
  s.holdingsDirty = true;
}

/** How long the announcement may be behind the first piece. */
const ANNOUNCE_MS = 150;
/** How long a piece waits for its record. */
const PARKED_MS = 4_000;
