/** Records: taken from anyone, checked before use, asked for over HTTP when nobody sent them. */
import { equalBytes, recordMismatch } from '../integrity/index.js';
import { backoffMs } from '../scheduler/index.js';
import { type PartKey, type PeerId, partId, pieceCount } from '../units/index.js';
import type { SealedRecord } from '../wire/index.js';
import { closeFor } from './close-link.js';
import type { InputOf } from './contract.js';
import { LIMITS } from './limits.js';
import { knowledgeOf } from './link.js';
import { describe, type Part } from './part.js';
import {
  emit,
  type Followed,
  isDue,
  nextId,
  openLinks,
  type State,
  send,
  tell,
  type Verifying,
} from './state.js';
import { aheadMs, covers, learnPart, partFor, partsOf } from './timeline.js';

/**
 * RCD1: form and identity first, for they cost nothing; then the signature, by the world. `peer`:
 * the neighbour that sent it. `announced`: the tracker did.
 */
export function takeRecord(s: State, sealed: SealedRecord, peer?: PeerId, announced = false): void {
  const { record } = sealed;
  const id = partId(record);
  const link = peer && s.links.get(peer);
  if (link) knowledgeOf(link, id, pieceCount(record.byteLength)).knows = true;
  const part = s.parts.get(id);
  if (!isUsable(s, sealed)) refuse(s, record, peer);
  else if (part?.sealed) {
    if (announced) announce(s, part);
  } else if (isWelcome(s, sealed, announced)) {
    const verify = nextId(s);
    s.verifying.set(verify, { sealed, peer, announced, isRunning: false });
  }
}

/** RCD5: what the player asks for first, then what is nearest to it, a few at a time. */
export function verifyNext(s: State): void {
  const waiting = [...s.verifying]
    .filter(([, { isRunning }]) => !isRunning)
    .sort(([, a], [, b]) => farFromPlayer(s, a) - farFromPlayer(s, b));
  const room = Math.max(0, VERIFIED_AT_ONCE - s.verifying.size + waiting.length);
  for (const [verify, one] of waiting.slice(0, room)) {
    one.isRunning = true;
    emit(s, { type: 'verify', verify, sealed: one.sealed });
  }
}

/** In segments; less than none for what it asks for. */
function farFromPlayer(s: State, { sealed: { record } }: Verifying): number {
  if (s.parts.get(partId(record))?.wantedAt !== undefined) return -1;
  return Math.abs(record.sequence - (s.followed.get(record.rendition)?.head?.sequence ?? 0));
}

export function onVerified(s: State, { verify, ok }: InputOf<'verified'>): void {
  const checked = s.verifying.get(verify);
  if (!checked) return;
  s.verifying.delete(verify);
  const { sealed, peer, announced } = checked;
  const followed = s.followed.get(sealed.record.rendition);
  const part = ok && followed ? partFor(s, sealed.record) : undefined;
  if (!ok) {
    refuse(s, sealed.record, peer);
    if (peer) closeFor(s, peer, 'corrupt', sealed.record);
  }
  if (!part || !followed) return;
  if (!part.sealed) install(s, followed, part, sealed);
  if (announced) announce(s, part);
  else if (!peer && s.session.phase !== 'joined') spread(s, part, sealed);
}

/** A neighbour asks for a record that we may have. */
export function onRecordAsk(s: State, peer: PeerId, key: PartKey): void {
  const sealed = s.parts.get(partId(key))?.sealed;
  if (sealed) send(s, peer, { type: 'record', sealed });
}

export function onRecordsEnded(s: State, { rendition, ok }: InputOf<'records-ended'>): void {
  const followed = s.followed.get(rendition);
  if (!followed?.asking) return;
  followed.asking = false;
  followed.recordFailures = ok ? 0 : followed.recordFailures + 1;
  const wait = ok ? AGAIN_MS : backoffMs(followed.recordFailures, RETRY, s.random);
  followed.recordsAt = s.now + wait;
}

/**
 * RCD4: asks for what is wanted or near and unknown; with no tracker, also for what must be new; in
 * parts, from the newest segment on, before the player asks for any: its init section comes first.
 */
export function pollRecords(s: State): void {
  for (const followed of s.followed.values()) {
    if (followed.asking || followed.leftAt !== undefined) continue;
    const since = unknownSince(s, followed);
    if (since === undefined || !isDue(s, followed.recordsAt, 'records')) continue;
    followed.asking = true;
    const first = followed.isQuick ? FIRST_PARTS : FIRST_RECORDS;
    const count = s.everPlayed ? LIMITS.recordsAsked : first;
    emit(s, { type: 'fetch-records', rendition: followed.rendition, since, count });
  }
}

function unknownSince(s: State, followed: Followed): number | undefined {
  const { rendition } = followed;
  const coming = [...s.verifying.values()].map(({ sealed }) => sealed.record);
  const wanted = [...s.wants.values()]
    .filter((want) => want.rendition === rendition && !partsOf(s, want))
    .filter((want) => !coming.some((record) => covers(want, record)))
    .map(({ sequence }) => sequence);
  if (wanted.length > 0) return Math.min(...wanted);
  if (!followed.live) return ahead(s, followed);
  const isFirst = followed.isQuick && followed.recorded < 0 && coming.length === 0;
  return isFirst && followed.located >= 0 ? followed.located : newRecord(s, followed);
}

/** TRL2: without a tracker, neighbours poll in turn: the first to learn tells the rest. */
function newRecord(s: State, followed: Followed): number | undefined {
  if (s.session.phase === 'joined' || followed.recorded < 0 || openLinks(s).length === 0) return;
  const at = followed.recordedAt + followed.durationMs * (1 + followed.pollShare);
  return isDue(s, at, 'records') ? followed.recorded + 1 : undefined;
}

/** VOD1: the first segment that the player would buffer and nobody described. */
function ahead(s: State, followed: Followed): number | undefined {
  const { head, rendition } = followed;
  if (!head) return undefined;
  for (let i = head.sequence; i <= followed.located; i++) {
    if (aheadMs(followed, head.sequence, i, head.bufferMsMax) > head.bufferMsMax) return undefined;
    const isUnknown = !partsOf(s, { rendition, sequence: i, part: undefined });
    if (followed.durations.has(i) && isUnknown) return i;
  }
  return undefined;
}

function isUsable(s: State, sealed: SealedRecord): boolean {
  const { record, digests } = sealed;
  const pieces = pieceCount(record.byteLength);
  return (
    !recordMismatch(record, s.start) &&
    pieces > 0 &&
    digests.length === 32 * pieces &&
    record.durationMs >= 0
  );
}

/** Only renditions being played, near the player, and not checked three times already. */
function isWelcome(s: State, { record, signed }: SealedRecord, announced: boolean): boolean {
  const followed = s.followed.get(record.rendition);
  if (!followed || s.verifying.size >= LIMITS.verifying) return false;
  const near = followed.head?.sequence ?? Math.max(followed.located, followed.recorded);
  if (near >= 0 && Math.abs(record.sequence - near) > LIMITS.sequencesAhead) return false;
  let same = 0;
  for (const other of s.verifying.values()) {
    if (partId(other.sealed.record) !== partId(record)) continue;
    same++;
    if (!equalBytes(other.sealed.signed, signed)) continue;
    other.announced ||= announced;
    return false;
  }
  return same < LIMITS.verifyingOfPart;
}

function install(s: State, followed: Followed, part: Part, sealed: SealedRecord): void {
  const { sequence, durationMs } = sealed.record;
  describe(part, sealed, s.now);
  learnPart(followed, part, durationMs);
  pin(followed, part);
  if (sequence > followed.recorded) {
    followed.recorded = sequence;
    followed.recordedAt = s.now;
    followed.pollShare = s.random.next() / 2;
  }
  emit(s, { type: 'recorded', sealed });
}

/** PSH7: plans and announcements share one ordered socket: now everybody has the same plan. */
function announce(s: State, part: Part): void {
  const followed = s.followed.get(part.key.rendition);
  if (followed && !part.announced) pin(followed, part);
  part.announced = true;
}

function pin(followed: Followed, part: Part): void {
  if (followed.live && part.key.sequence > followed.plannedFrom) part.plan = followed.plan;
}

/** TRL2: the first to learn tells its neighbours; those who still miss it will ask. */
function spread(s: State, part: Part, sealed: SealedRecord): void {
  for (const link of openLinks(s)) {
    const known = knowledgeOf(link, part.id, part.pieces.length);
    if (!known.knows) send(s, link.peer, { type: 'record', sealed });
    known.knows = true;
  }
}

function refuse(s: State, { rendition, sequence, part }: PartKey, peer: PeerId | undefined): void {
  tell(s, { type: 'record-refused', key: { rendition, sequence, part }, peer });
}

/** A list of many must not keep a starting player's machine from its first picture. */
const VERIFIED_AT_ONCE = 4;
/** The same: enough to begin with. */
const FIRST_RECORDS = 4;
/** In parts: the newest segment's, and those after it. */
const FIRST_PARTS = 12;
/** After an answer that did not bring what is wanted. */
const AGAIN_MS = 500;
const RETRY = { firstMs: 500, mostMs: 8_000 };
