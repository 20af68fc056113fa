/**
 * When the player needs a part, from what the player said of its buffer and from the durations
 * between.
 */
import { fetchMs, leadMs, neededAt, type Playhead } from '../scheduler/index.js';
import { type Ms, type PartKey, partId, type Rendition } from '../units/index.js';
import { LIMITS } from './limits.js';
import { createPart, isComplete, isLast, type Part } from './part.js';
import { configOf, type Followed, type State, type Want } from './state.js';

/** The followed rendition, made when missing; undefined when there are too many. */
export function follow(s: State, rendition: Rendition, live: boolean): Followed | undefined {
  const known = s.followed.get(rendition);
  if (known !== undefined || s.followed.size >= LIMITS.followed) return known;
  const followed: Followed = {
    rendition,
    live,
    leftAt: undefined,
    head: undefined,
    durations: new Map(),
    durationMs: DURATION_ASSUMED,
    partMs: DURATION_ASSUMED,
    isQuick: false,
    located: -1,
    recorded: -1,
    recordedAt: s.now,
    pollShare: s.random.next() / 2,
    delivered: 0,
    unshownMs: 0,
    plan: undefined,
    plannedFrom: -1,
    asking: false,
    recordsAt: s.now,
    recordFailures: 0,
    claims: new Map(),
  };
  s.followed.set(rendition, followed);
  return followed;
}

/** The part, made when missing; undefined when there are too many. */
export function partFor(s: State, key: PartKey): Part | undefined {
  const part = createPart(key, s.now);
  for (const want of s.wants.values()) if (covers(want, key)) part.wantedAt = s.now;
  const known = s.parts.get(part.id);
  if (known !== undefined || s.parts.size >= LIMITS.parts) return known;
  s.parts.set(part.id, part);
  s.open.set(part.id, part);
  return part;
}

/** Whether the player asks for this part, alone or in its segment. */
export function covers(want: Want, { rendition, sequence, part }: PartKey): boolean {
  if (want.rendition !== rendition || want.sequence !== sequence) return false;
  return want.part === undefined || want.part === part;
}

/** The end of a segment is known with its last part. */
export function learnPart(followed: Followed, part: Part, durationMs: Ms): void {
  const { key } = part;
  if (key.part === 0 || !isLast(part)) followed.partMs = durationMs;
  if (isLast(part)) learnDuration(followed, key.sequence, key.part * followed.partMs + durationMs);
}

export function learnDuration(followed: Followed, sequence: number, durationMs: Ms): void {
  followed.durations.delete(sequence);
  followed.durations.set(sequence, durationMs);
  if (durationMs > 0) followed.durationMs = durationMs;
  if (followed.durations.size > LIMITS.located) {
    followed.durations.delete(followed.durations.keys().next().value!);
  }
}

/**
 * DDL1: when the player needs a part; undefined when it does not, or not within its reach. Of
 * a rendition that was left, or that it no longer speaks of, it needs what it asks for.
 */
export function partNeededAt(s: State, part: Part): Ms | undefined {
  const { rendition, sequence } = part.key;
  const followed = s.followed.get(rendition);
  const isWanted = part.wantedAt !== undefined;
  if (!followed) return undefined;
  // PRT2: until it plays, it does not say how far it has come from part to part.
  if (isWanted && followed.isQuick && !s.everPlayed) return s.now;
  const { head, leftAt } = followed;
  if (!head) return isWanted ? neededByOthers(s) : undefined;
  const isPlayed = leftAt === undefined && s.now - head.at < STALE_MS;
  const inside = part.key.part - head.part;
  const isPast = (sequence - head.sequence || inside) < 0;
  if (!isWanted && (!isPlayed || isPast)) return undefined;
  const ahead = aheadMs(followed, head.sequence, sequence, head.bufferMsMax);
  const at = neededAt(s.now, head, ahead + inside * followed.partMs);
  if (isWanted && (followed.live || !isPlayed)) return at;
  return at - s.now <= head.reachMs ? at : undefined;
}

/** A rendition that has not played yet is needed when the one playing runs dry, or at once. */
function neededByOthers(s: State): Ms {
  let newest: Playhead | undefined;
  for (const { head, leftAt } of s.followed.values()) {
    if (!head || (leftAt !== undefined && s.now - leftAt > 1_000)) continue;
    if (newest === undefined || head.at > newest.at) newest = head;
  }
  return newest === undefined ? s.now : neededAt(s.now, newest, 0);
}

/** Media time from the start of segment `from` to that of `to`; beyond `most` it is only known to be more. */
export function aheadMs(followed: Followed, from: number, to: number, most: Ms): Ms {
  let sum = 0;
  for (let i = from; i < to && sum <= most; i++) {
    sum += followed.durations.get(i) ?? followed.durationMs;
  }
  return sum;
}

/** DDL2: whether a part that is needed at `at` must be fetched now. */
export function lateAt(s: State, at: Ms, part: Part): Ms {
  const bytes = part.sealed?.record.byteLength ?? 0;
  return at - leadMs(fetchMs(s.edge, bytes), configOf(s, part).deadline);
}

/** What the player asked for, in order, when the records of all of it are known. */
export function partsOf(s: State, want: Omit<Want, 'request'>): Part[] | undefined {
  const { rendition, sequence } = want;
  const parts: Part[] = [];
  for (let i = want.part ?? 0; i < PARTS_MAX; i++) {
    const part = s.parts.get(partId({ rendition, sequence, part: i }));
    if (!part?.sealed) return undefined;
    parts.push(part);
    if (want.part !== undefined || isLast(part)) return parts;
  }
  return undefined;
}

export function isSegmentHeld(s: State, rendition: Rendition, sequence: number): boolean {
  return partsOf(s, { rendition, sequence, part: undefined })?.every(isComplete) ?? false;
}

const PARTS_MAX = 256;
/** The player speaks four times a second; a page in the background once. */
const STALE_MS = 3_000;
const DURATION_ASSUMED = 2_000;
