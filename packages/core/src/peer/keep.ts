/** What is kept for others and what goes: by age when live, by bytes and distance otherwise (KEP). */
import { partId, type Rendition } from '../units/index.js';
import { cutFetch, release } from './fetches.js';
import { lengthOf, type Part } from './part.js';
import { emit, type Followed, type State } from './state.js';

/** Lets go of what is too old, no longer followed, or beyond the limit of bytes. Worth no wake of its own. */
export function evictParts(s: State): void {
  if (s.now < s.keepAt) return;
  s.keepAt = s.now + KEEP_MS;
  for (const part of s.parts.values()) {
    const followed = s.followed.get(part.key.rendition);
    if (!followed || isOver(s, followed, part)) drop(s, part);
  }
  while (s.bytesHeld > s.config.keep.bytesMax) {
    const worst = furthest(s);
    if (!worst) break;
    drop(s, worst);
  }
  for (const followed of s.followed.values()) {
    if (followed.leftAt !== undefined && s.now - followed.leftAt > s.config.keep.graceMs) {
      if (!isWanted(s, followed.rendition)) s.followed.delete(followed.rendition);
    }
    for (const sequence of followed.claims.keys()) {
      if (sequence < (followed.head?.sequence ?? 0)) followed.claims.delete(sequence);
    }
  }
}

function isOver(s: State, followed: Followed, part: Part): boolean {
  if (part.wantedAt !== undefined) return false;
  if (followed.leftAt !== undefined) return s.now - followed.leftAt > s.config.keep.graceMs;
  const isAhead = part.key.sequence >= (followed.head?.sequence ?? 0);
  if (!followed.live) return !part.sealed && s.now - part.createdAt > KEEP_MS;
  // Announced and never found: the origin has lost it.
  const isLost = part.status === 404 && part.key.sequence > followed.located + LOST_AHEAD;
  return isLost || s.now - part.knownAt > s.config.keep.liveMs * (isAhead ? 4 : 1);
}

function isWanted(s: State, rendition: Rendition): boolean {
  return [...s.wants.values()].some((want) => want.rendition === rendition);
}

/** Furthest behind its player first, then furthest ahead. */
function furthest(s: State): Part | undefined {
  let worst: Part | undefined;
  let most = -1;
  for (const part of s.parts.values()) {
    if (part.wantedAt !== undefined || part.missing === part.pieces.length) continue;
    const head = s.followed.get(part.key.rendition)?.head?.sequence ?? part.key.sequence;
    const distance = part.key.sequence - head;
    const weight = distance < 0 ? 1e6 - distance : distance;
    if (weight > most) [worst, most] = [part, weight];
  }
  return worst;
}

export function drop(s: State, part: Part): void {
  for (const fetch of s.fetches.values()) {
    if (fetch.part !== part.id) continue;
    cutFetch(s, fetch);
    fetch.part = undefined;
    if (fetch.checks === 0) release(s, fetch);
  }
  for (const arrival of s.arrivals.values()) {
    if (arrival.phase === 'checking' && partId(arrival.key) === part.id)
      s.arrivals.delete(arrival.id);
  }
  part.pieces.forEach((piece, index) => {
    if (piece.phase === 'held') s.bytesHeld -= lengthOf(part, index);
    if (piece.phase === 'asked') {
      const link = s.links.get(piece.from);
      if (link) link.asked--;
    }
  });
  s.parts.delete(part.id);
  s.open.delete(part.id);
  s.queue.drop((upload) => upload.part === part.id);
  if (part.missing < part.pieces.length) {
    s.holdingsDirty = true;
    emit(s, { type: 'evict', part: part.id });
  }
}

/** Between two looks. */
const KEEP_MS = 1_000;
/** Segments that an announcement may be ahead of the playlist. */
const LOST_AHEAD = 2;
