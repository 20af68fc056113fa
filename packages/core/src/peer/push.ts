/** Uploads: pushes down the trees and answers to asks, through one window over all links (PSH). */
import { hasBit, setBit, uplinkBacklog, uplinkDrained, uploadWindow } from '../scheduler/index.js';
import {
  type BitsPerSec,
  type Bytes,
  type Ms,
  type PartKey,
  type PeerId,
  PIECE_BYTES,
  partId,
  transferMs,
} from '../units/index.js';
import type { InputOf } from './contract.js';
import { LIMITS } from './limits.js';
import { knowledgeOf, type Link } from './link.js';
import { isHeld, lengthOf, type Part } from './part.js';
import { placeOf } from './plan-view.js';
import { emit, openLink, openLinks, type State, send, tell, wakeAt } from './state.js';
import { aheadMs } from './timeline.js';

/** PSH1: a verified piece goes to the children of its stripe's tree at once. */
export function pushOn(s: State, part: Part, index: number): void {
  if (!s.uploads.on) return;
  for (const child of placeOf(part, index)?.children ?? []) {
    const link = openLink(s, child);
    if (!link || s.queue.waitingFor(child) >= LIMITS.uploadsOfLink) continue;
    if (hasBit(knowledgeOf(link, part.id, part.pieces.length).bits, index)) continue;
    const lateAt = part.knownAt + s.config.keep.lateMs;
    s.queue.add({ peer: child, part: part.id, index, due: part.knownAt, lateAt });
  }
}

/** RPR6: what is held and can leave soon is queued; the rest is refused at once. */
export function onAsk(s: State, link: Link, key: PartKey, pieces: readonly number[]): void {
  const part = s.parts.get(partId(key));
  const absent: number[] = [];
  const busy: number[] = [];
  for (const index of pieces) {
    if (link.leaving.some((up) => up.part === part?.id && up.index === index)) continue;
    if (!part || !isHeld(part, index)) absent.push(index);
    else if (!s.uploads.on || isFull(s, link, dueOf(s, link, part))) busy.push(index);
    else {
      const known = knowledgeOf(link, part.id, part.pieces.length);
      known.knows = true;
      setBit(known.bits, index, false);
      const due = dueOf(s, link, part);
      s.queue.add({ peer: link.peer, part: part.id, index, due, lateAt: s.now + ASKED_MS });
    }
  }
  if (absent.length > 0) send(s, link.peer, { type: 'refuse', key, pieces: absent, why: 'absent' });
  if (busy.length > 0) send(s, link.peer, { type: 'refuse', key, pieces: busy, why: 'busy' });
}

/** PSH2: live, the oldest part first; on demand, what the asker's player comes to first. */
function dueOf(s: State, link: Link, part: Part): Ms {
  const { rendition, sequence } = part.key;
  const followed = s.followed.get(rendition);
  if (followed?.live !== false) return part.knownAt;
  const playhead = link.playheads.get(rendition) ?? sequence;
  return s.now + (sequence > playhead ? aheadMs(followed, playhead, sequence, FAR_MS) : 0);
}

/** Whether what goes before takes longer than an asker would wait. */
function isFull(s: State, link: Link, due: Ms): boolean {
  if (s.queue.waitingFor(link.peer) >= LIMITS.uploadsOfLink) return true;
  return transferMs(s.queue.before(due) * PIECE_BYTES, rate(s)) > BUSY_MS;
}

/** PSH5: a neighbour has these from elsewhere, or has no more use for them. */
export function onCancel(s: State, link: Link, key: PartKey, pieces: readonly number[]): void {
  const id = partId(key);
  const dropped = new Set(pieces);
  s.queue.drop((up) => up.peer === link.peer && up.part === id && dropped.has(up.index));
  const part = s.parts.get(id);
  if (!part?.sealed) return;
  const known = knowledgeOf(link, id, part.pieces.length);
  for (const index of pieces) setBit(known.bits, index);
}

export function onDrained(s: State, { peer, bytes }: InputOf<'drained'>): void {
  s.uplink = uplinkDrained(s.uplink, s.now, bytes, s.config.uplink);
  const link = s.links.get(peer);
  if (!link) return;
  link.inFlight = Math.max(0, link.inFlight - bytes);
  link.drainedAt = s.now;
  for (let left = bytes; left > 0 && link.leaving[0] !== undefined; ) {
    const [first] = link.leaving;
    const some = Math.min(left, first.left);
    left -= some;
    first.left -= some;
    if (first.left === 0) link.leaving.shift();
  }
}

/** PSH3: fills the window, earliest deadline first; PSH4: what is late or not needed is dropped. */
export function pump(s: State): void {
  const window = uploadWindow(rate(s), s.config.uplink);
  let inFlight = 0;
  for (const link of s.links.values()) if (!isStuck(s, link)) inFlight += link.inFlight;
  s.queue.drop((upload) => upload.lateAt <= s.now || !s.parts.has(upload.part));
  const ofLink = Math.max(2 * PIECE_BYTES, window / (openLinks(s).length > 1 ? 2 : 1));
  let blocked = false;
  while (s.queue.size() > 0 && s.uploads.on) {
    if (s.now < s.paceAt) wakeAt(s, s.paceAt, 'upload');
    blocked = inFlight >= window || s.now < s.paceAt;
    if (blocked) break;
    const upload = s.queue.take(({ peer }) => {
      const link = openLink(s, peer);
      return link !== undefined && link.inFlight < ofLink && !isStuck(s, link);
    });
    if (!upload) break;
    inFlight += sendPiece(s, upload.peer, s.parts.get(upload.part)!, upload.index);
  }
  s.uplink = uplinkBacklog(s.uplink, blocked);
}

function sendPiece(s: State, peer: PeerId, part: Part, index: number): Bytes {
  const link = s.links.get(peer)!;
  const known = knowledgeOf(link, part.id, part.pieces.length);
  if (!isHeld(part, index) || hasBit(known.bits, index)) return 0;
  setBit(known.bits, index);
  const bytes = lengthOf(part, index);
  if (link.inFlight === 0) link.drainedAt = s.now;
  link.inFlight += bytes;
  link.leaving.push({ part: part.id, index, left: bytes });
  if (s.uploads.rateMax > 0) {
    s.paceAt = Math.max(s.paceAt, s.now) + (bytes * 8000) / s.uploads.rateMax;
  }
  emit(s, { type: 'send-piece', peer, key: part.key, index });
  s.totals.uploaded += bytes;
  tell(s, { type: 'piece-sent', peer, bytes });
  return bytes;
}

/** PSH6: a link whose send buffer does not move must not hold up the others. */
function isStuck(s: State, link: Link): boolean {
  const quietMs = s.now - link.drainedAt;
  // Bytes that were never reported must not end a link's uploads for good.
  if (quietMs > 4 * STUCK_MS) {
    link.inFlight = 0;
    link.leaving.length = 0;
  }
  return link.inFlight > 0 && quietMs > STUCK_MS;
}

export function rate(s: State): BitsPerSec {
  return Math.min(s.uploads.rateMax || Number.POSITIVE_INFINITY, s.uplink.rate);
}

const STUCK_MS = 2_500;
const BUSY_MS = 1_500;
/** Beyond this one deadline is as good as the other. */
const FAR_MS = 60_000;
/** Longer than any ask waits. */
const ASKED_MS = 4_000;
