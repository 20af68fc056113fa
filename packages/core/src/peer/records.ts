/** Records: taken from anyone, checked before use, asked for over HTTP when nobody sent them. */
import { equalBytes, recordMismatch } from '../integrity/index.js';
import { backoffMs } from '../scheduler/index.js';
import { type PartKey, type PeerId, partId, pieceCount, type Rendition } from '../units/index.js';
import type { SealedRecord } from '../wire/index.js';
import { closeFor } from './close-link.js';
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
import { aheadMs, learnDuration, partFor } from './timeline.js';

/** RCD1: form and identity first, for they cost nothing; then the signature, by the world. */
export function takeRecord(s: State, sealed: SealedRecord, from: Verifying['from']): void {
  const { record } = sealed;
  const link = from === 'tracker' || from === 'http' ? undefined : s.links.get(from);
  if (link !== undefined)
    knowledgeOf(link, partId(record), pieceCount(record.byteLength)).knows = true;
  if (!isUsable(s, sealed)) {
    refuse(s, record, from);
    return;
  }
  const part = s.parts.get(partId(record));
  if (part?.sealed !== undefined) {
    if (from === 'tracker') announced(s, part);
    return;
  }
  if (!isWelcome(s, sealed, from)) return;
  const verify = nextId(s);
  s.verifying.set(verify, { sealed, from, announced: from === 'tracker' });
  emit(s, { type: 'verify', verify, sealed });
}

export function onVerified(s: State, verify: number, ok: boolean): void {
  const checked = s.verifying.get(verify);
  if (checked === undefined) return;
  s.verifying.delete(verify);
  const { sealed, from } = checked;
  if (!ok) {
    refuse(s, sealed.record, from);
    if (from !== 'tracker' && from !== 'http') closeFor(s, from, 'corrupt', sealed.record);
    return;
  }
  const followed = s.followed.get(sealed.record.rendition);
  const part = partFor(s, sealed.record);
  if (followed === undefined || part === undefined) return;
  if (part.sealed === undefined) install(s, followed, part, sealed);
  if (checked.announced) announced(s, part);
  else if (from === 'http' && s.session.status !== 'joined') spread(s, part);
}

/** A neighbour asks for a record that we may have. */
export function onRecordAsk(s: State, peer: PeerId, key: PartKey): void {
  const sealed = s.parts.get(partId(key))?.sealed;
  if (sealed !== undefined) send(s, peer, { type: 'record', sealed });
}

export function onRecordsEnded(s: State, rendition: Rendition, ok: boolean): void {
  const followed = s.followed.get(rendition);
  if (followed === undefined || !followed.asking) return;
  followed.asking = false;
  followed.recordFailures = ok ? 0 : followed.recordFailures + 1;
  const wait = ok ? AGAIN_MS : backoffMs(followed.recordFailures, RETRY, s.random);
  followed.recordsAt = s.now + wait;
}

/** RCD4: asks for what is wanted or near and unknown; with no tracker, also for what must be new. */
export function pollRecords(s: State): void {
  for (const followed of s.followed.values()) {
    if (followed.asking || followed.leftAt !== undefined) continue;
    const since = unknownSince(s, followed);
    if (since === undefined || !isDue(s, followed.recordsAt, 'records')) continue;
    followed.asking = true;
    emit(s, { type: 'fetch-records', rendition: followed.rendition, since });
  }
}

function unknownSince(s: State, followed: Followed): number | undefined {
  const { rendition } = followed;
  const isUnknown = (sequence: number): boolean =>
    s.parts.get(partId({ rendition, sequence, part: 0 }))?.sealed === undefined;
  let first: number | undefined;
  for (const want of s.wants.values()) {
    if (want.rendition !== rendition || !isUnknown(want.sequence)) continue;
    if (!isBeingVerified(s, want)) first = Math.min(first ?? want.sequence, want.sequence);
  }
  if (first !== undefined) return first;
  return followed.live ? newRecord(s, followed) : ahead(followed, isUnknown);
}

function isBeingVerified(
  s: State,
  { rendition, sequence }: { rendition: number; sequence: number },
): boolean {
  for (const { sealed } of s.verifying.values()) {
    if (sealed.record.rendition === rendition && sealed.record.sequence === sequence) return true;
  }
  return false;
}

/** TRL2: without a tracker, neighbours poll in turn: the first to learn tells the rest. */
function newRecord(s: State, followed: Followed): number | undefined {
  if (s.session.status === 'joined' || followed.recorded < 0 || openLinks(s).length === 0) return;
  const at = followed.recordedAt + followed.durationMs * (1 + followed.pollShare);
  return isDue(s, at, 'records') ? followed.recorded + 1 : undefined;
}

/** VOD1: the first segment that the player would buffer and nobody described. */
function ahead(followed: Followed, isUnknown: (sequence: number) => boolean): number | undefined {
  const { head } = followed;
  if (head === undefined) return undefined;
  for (let i = head.sequence; i <= followed.located; i++) {
    if (aheadMs(followed, head.sequence, i) > head.bufferMsMax) return undefined;
    if (followed.durations.has(i) && isUnknown(i)) return i;
  }
  return undefined;
}

function isUsable(s: State, sealed: SealedRecord): boolean {
  const { record, digests } = sealed;
  const pieces = pieceCount(record.byteLength);
  return (
    recordMismatch(record, s.start) === undefined &&
    pieces > 0 &&
    digests.length === 32 * pieces &&
    record.durationMs >= 0
  );
}

/** Only renditions being played, near the player, and not checked three times already. */
function isWelcome(s: State, { record, signed }: SealedRecord, from: Verifying['from']): boolean {
  const followed = s.followed.get(record.rendition);
  if (followed === undefined || s.verifying.size >= LIMITS.verifying) return false;
  const near = followed.head?.sequence ?? Math.max(followed.located, followed.recorded);
  if (near >= 0 && Math.abs(record.sequence - near) > LIMITS.sequencesAhead) return false;
  let same = 0;
  for (const other of s.verifying.values()) {
    if (partId(other.sealed.record) !== partId(record)) continue;
    same++;
    if (!equalBytes(other.sealed.signed, signed)) continue;
    other.announced ||= from === 'tracker';
    return false;
  }
  return same < LIMITS.verifyingOfPart;
}

function install(s: State, followed: Followed, part: Part, sealed: SealedRecord): void {
  const { record } = sealed;
  describe(part, sealed, s.now);
  learnDuration(followed, record.sequence, record.durationMs);
  if (followed.live && record.sequence > followed.plannedFrom) part.plan = followed.plan;
  if (record.sequence > followed.recorded) {
    followed.recorded = record.sequence;
    followed.recordedAt = s.now;
    followed.pollShare = s.random.next() / 2;
  }
  emit(s, { type: 'recorded', sealed });
}

/** The plan and the announcement come over one ordered socket: now everybody has the same plan. */
function announced(s: State, part: Part): void {
  const followed = s.followed.get(part.key.rendition);
  if (part.announced || followed === undefined) return;
  part.announced = true;
  if (followed.live && part.key.sequence > followed.plannedFrom) part.plan = followed.plan;
}

/** TRL2: the first to learn tells its neighbours; those who still miss it will ask. */
function spread(s: State, part: Part): void {
  for (const link of openLinks(s)) {
    if (!knowledgeOf(link, part.id, part.pieces.length).knows) tellRecord(s, link.peer, part);
  }
}

/** RCD3: sends the record to a neighbour that may not have it. */
export function tellRecord(s: State, peer: PeerId, part: Part): void {
  const link = s.links.get(peer);
  if (part.sealed === undefined || link === undefined) return;
  knowledgeOf(link, part.id, part.pieces.length).knows = true;
  send(s, peer, { type: 'record', sealed: part.sealed });
}

function refuse(s: State, record: SealedRecord['record'], from: Verifying['from']): void {
  const peer = from === 'tracker' || from === 'http' ? undefined : from;
  const { rendition, sequence, part } = record;
  tell(s, { type: 'record-refused', key: { rendition, sequence, part }, peer });
}

/** After an answer that did not bring what is wanted. */
const AGAIN_MS = 500;
const RETRY = { firstMs: 500, mostMs: 8_000 };
