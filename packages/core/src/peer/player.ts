/** The player's side: what it follows, where it is, what it asks for and is given (PLY). */
import { reachOf } from '../scheduler/index.js';
import { type Ms, type PartKey, partId } from '../units/index.js';
import type { InputOf } from './contract.js';
import { bodyOf, release } from './fetches.js';
import { LIMITS } from './limits.js';
import { learnLag } from './overload.js';
import { isComplete, type Part } from './part.js';
import { emit, type Followed, isDue, openLinks, type State, tell, type Want } from './state.js';
import { covers, follow, learnDuration, partFor, partNeededAt, partsOf } from './timeline.js';

/** SWI1: neighbours stay; what is no longer followed goes after a grace. */
export function onFollow(s: State, { renditions, lateMs }: InputOf<'follow'>): void {
  if (lateMs !== undefined) learnLag(s, lateMs);
  for (const { rendition, live } of renditions) {
    const followed = follow(s, rendition, live);
    if (!followed) continue;
    followed.live = live;
    // Where the player was before it left says nothing about now.
    if (followed.leftAt !== undefined) followed.head = undefined;
    followed.leftAt = undefined;
  }
  const names = new Set(renditions.map(({ rendition }) => rendition));
  for (const followed of s.followed.values()) {
    if (!names.has(followed.rendition)) followed.leftAt ??= s.now;
  }
}

export function onPlayback(s: State, input: InputOf<'playback'>): void {
  const followed = s.followed.get(input.rendition);
  if (!followed) return;
  const { sequence, stalled, playing, bufferMsMax } = input;
  if (input.lateMs !== undefined) learnLag(s, input.lateMs);
  if (followed.head?.stalled) s.stallMs += s.now - followed.head.at;
  followed.isQuick = input.part !== undefined;
  // DDL4: what was handed over at the very start is in no buffer for a while.
  const isStarting = !s.everPlayed && input.bufferMs === 0 && !followed.isQuick;
  const bufferMs = isStarting ? followed.unshownMs : input.bufferMs;
  if (!isStarting) followed.unshownMs = 0;
  const isPaced = !followed.live && openLinks(s).length > 0;
  const reachMs = isPaced ? reachOf(s.now, bufferMs, bufferMsMax, followed.head) : bufferMsMax;
  const part = input.part ?? 0;
  followed.head = { at: s.now, sequence, part, bufferMs, stalled, playing, bufferMsMax, reachMs };
  if (playing && !stalled) s.everPlayed = true;
}

export function onWant(s: State, input: InputOf<'want'>): void {
  const { request, rendition, sequence } = input;
  if (s.wants.has(request)) return;
  const want = { request, rendition, sequence, part: input.part };
  const followed = follow(s, rendition, s.followed.get(rendition)?.live ?? true);
  const part = partFor(s, firstOf(want));
  if (!followed || !part || s.wants.size >= LIMITS.wants) {
    emit(s, { type: 'fail', request, status: 0 });
    return;
  }
  s.firstWantAt ??= s.now;
  s.wants.set(request, want);
  if (input.part !== undefined) followed.isQuick = true;
  // A new request is a new chance for what failed before: a player alone would ask the edge now.
  part.failures = Math.min(part.failures, s.config.edge.failuresMax - 1);
  part.retryAt = s.now;
  part.corrupt = Math.min(part.corrupt, 1);
  for (const other of s.parts.values()) if (covers(want, other.key)) other.wantedAt ??= s.now;
}

export function onUnwant(s: State, { request }: InputOf<'unwant'>): void {
  const want = s.wants.get(request);
  if (want) forget(s, want);
}

function forget(s: State, want: Want): void {
  s.wants.delete(want.request);
  const others = [...s.wants.values()];
  for (const part of s.parts.values()) {
    const isOver = covers(want, part.key) && !others.some((other) => covers(other, part.key));
    if (isOver) part.wantedAt = undefined;
  }
}

/**
 * EDG5: announcements newer than a playlist that the edge has lost are dropped, not asked for again
 * and again.
 */
export function onLocated(s: State, input: InputOf<'located'>): void {
  const { rendition, live, segments, parts = false } = input;
  const followed = follow(s, rendition, live);
  if (!followed) return;
  followed.live = live;
  for (const { sequence, durationMs } of segments.slice(-LIMITS.located)) {
    learnDuration(followed, sequence, durationMs);
    followed.located = sequence;
  }
  // Until the player has said what it asks for.
  if (parts && !followed.head) followed.isQuick = true;
}

/** PLY1: what is whole goes to whoever asked, with the times at which its bytes moved. */
export function deliver(s: State): void {
  for (const want of s.wants.values()) {
    const followed = s.followed.get(want.rendition);
    const parts = partsOf(s, want);
    const first = s.parts.get(partId(firstOf(want)));
    if (followed !== undefined && parts?.every(isComplete)) deliverHeld(s, followed, want, parts);
    else if (followed !== undefined && first && !parts) deliverPlain(s, followed, want, first);
    const lost = (parts ?? [first]).find((part) => part === undefined || isHopeless(s, part));
    if ((first && !lost) || !s.wants.has(want.request)) continue;
    forget(s, want);
    emit(s, { type: 'fail', request: want.request, status: lost?.status ?? 0 });
  }
}

function deliverHeld(s: State, followed: Followed, want: Want, parts: readonly Part[]): void {
  const { request } = want;
  forget(s, want);
  deliverMs(followed, want);
  const sum = (of: (part: Part) => number): number =>
    parts.reduce((all, part) => all + of(part), 0);
  const httpBytes = sum((part) => part.httpBytes);
  const peerBytes = sum((part) => part.peerBytes);
  emit(s, {
    type: 'deliver',
    request,
    parts: parts.map(({ id }) => id),
    firstByteAt: Math.min(...parts.map((part) => part.firstByteAt ?? part.lastByteAt)),
    lastByteAt: Math.max(...parts.map((part) => part.lastByteAt)),
    httpBytes,
    peerBytes,
  });
  const key = firstOf(want);
  tell(s, { type: 'segment-delivered', key, httpBytes, peerBytes, verified: true });
}

function deliverMs(followed: Followed, { sequence, part }: Want): void {
  const { durations, durationMs, partMs } = followed;
  followed.delivered++;
  followed.unshownMs += part === undefined ? (durations.get(sequence) ?? durationMs) : partMs;
}

/**
 * PLY2: without a record a whole body is played as a plain player would, once waiting would cost
 * playback.
 */
function deliverPlain(s: State, followed: Followed, want: Want, part: Part): void {
  const body = bodyOf(s, part, want.part === undefined ? 'segment' : 'part');
  const last = body.at(-1);
  if (!last || body.some(({ checks }) => checks > 0)) return;
  if (!isDue(s, plainAt(s, followed, part, last.endedAt), 'plain')) return;
  forget(s, want);
  deliverMs(followed, want);
  emit(s, { type: 'deliver-plain', request: want.request, fetches: body.map(({ id }) => id) });
  const { key } = part;
  const httpBytes = last.start + last.bytes;
  tell(s, { type: 'segment-delivered', key, httpBytes, peerBytes: 0, verified: false });
  for (const fetch of body) {
    fetch.used = fetch.bytes;
    release(s, fetch);
  }
}

function plainAt(s: State, followed: Followed, part: Part, endedAt: Ms): Ms {
  const soon = endedAt + s.config.edge.plainMs;
  // The player asks for one segment at a time: records that do not come must not empty its buffer.
  if (followed.recordFailures > 0) {
    return followed.live && s.session.phase === 'joined' ? soon : endedAt;
  }
  return Math.max(soon, (partNeededAt(s, part) ?? s.now) - PLAIN_SPARE_MS);
}

/**
 * EDG3: the player is told when the edge failed too often; peers may still bring it to the next
 * request.
 */
function isHopeless(s: State, part: Part): boolean {
  return part.failures >= s.config.edge.failuresMax || part.corrupt > 1;
}

function firstOf({ rendition, sequence, part = 0 }: Want): PartKey {
  return { rendition, sequence, part };
}

/** Left in the buffer when a body without a record is handed over. */
const PLAIN_SPARE_MS = 500;
