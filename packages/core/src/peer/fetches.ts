/** Fetches from the edge: started, looked into as bytes come, cut off when useless, tried again (EDG). */
import { pieceDigest } from '../integrity/index.js';
import { backoffMs, EDGE_SPEED_START, fetchMs, measureEdge } from '../scheduler/index.js';
import { type Ms, partId, pieceOffset } from '../units/index.js';
import type { FetchId, FetchWhy, InputOf } from './contract.js';
import { isOverloaded } from './overload.js';
import { isLacking, isLast, lengthOf, type Part, receive } from './part.js';
import { placeOf } from './plan-view.js';
import {
  emit,
  type Fetch,
  isDue,
  nextId,
  openLink,
  partOfFetch,
  type State,
  tell,
  type Want,
} from './state.js';
import { covers, partNeededAt } from './timeline.js';

/** Asks the edge for pieces `from` to `to` (exclusive); `to` is Infinity when the length is not known. */
export function startFetch(s: State, part: Part, from: number, to: number, why: FetchWhy): void {
  const count = part.pieces.length;
  const whole = from === 0 && to >= (count || Number.POSITIVE_INFINITY);
  const isSegment = !part.sealed && [...s.wants.values()].some((want) => isWhole(want, part));
  const length = part.sealed?.record.byteLength ?? Number.POSITIVE_INFINITY;
  const end = Math.min(length, pieceOffset(to));
  const fetch: Fetch = {
    id: nextId(s),
    part: part.id,
    of: isSegment ? 'segment' : 'part',
    start: pieceOffset(from),
    from,
    to,
    base: -pieceOffset(from),
    why,
    counted: part.failures + part.corrupt > 0 ? 'retry' : why,
    fresh: part.corrupt > 0,
    startedAt: s.now,
    firstByteAt: undefined,
    bytes: 0,
    next: from,
    checks: 0,
    used: 0,
    phase: 'running',
    endedAt: s.now,
  };
  s.fetches.set(fetch.id, fetch);
  isMute(s, fetch);
  emit(s, {
    type: 'fetch',
    fetch: fetch.id,
    key: part.key,
    of: fetch.of,
    from: pieceOffset(from),
    to: whole || end === Number.POSITIVE_INFINITY ? undefined : end,
    why: fetch.counted,
    fresh: fetch.fresh,
  });
}

function isWhole(want: Want, { key }: Part): boolean {
  return want.part === undefined && key.part === 0 && covers(want, key);
}

export function onFetched(s: State, { fetch: id, bytes }: Omit<InputOf<'fetched'>, 'type'>): void {
  const fetch = s.fetches.get(id);
  if (fetch?.phase !== 'running' || bytes <= fetch.bytes) return;
  if (fetch.firstByteAt === undefined) cutHedges(s, fetch);
  fetch.firstByteAt ??= s.now;
  s.totals.http += bytes - fetch.bytes;
  fetch.bytes = bytes;
  const part = partOfFetch(s, fetch);
  if (!part) return;
  part.firstByteAt ??= s.now;
  lookInto(s, part, fetch);
}

export function onFetchEnded(s: State, input: InputOf<'fetch-ended'>): void {
  const { done, status } = input;
  const fetch = s.fetches.get(input.fetch);
  if (fetch?.phase !== 'running') return;
  onFetched(s, input);
  const part = partOfFetch(s, fetch);
  end(s, fetch, done ? 'done' : 'failed');
  if (!part) return;
  // Of a body of unknown length more was asked for than there is.
  if (done && !part.sealed && fetch.bytes < pieceOffset(fetch.to) + fetch.base) {
    fetch.to = Number.POSITIVE_INFINITY;
  }
  const isShort = part.sealed && fetch.next < Math.min(fetch.to, part.pieces.length);
  if (done && !isShort) part.failures = 0;
  else failed(s, part, status, fetch.next > fetch.from);
}

/** EDG3: one layer owns retries, this one: backoff with jitter, and what is not there is not hammered. */
function failed(s: State, part: Part, status: number, brought: boolean): void {
  const isGone = status === 404 || status === 410;
  const { firstMs, mostMs } = s.config.edge.retry;
  // A connection that breaks on the way is no sign of a failing edge: the rest comes at once.
  part.failures = brought ? 1 : part.failures + (isGone ? 2 : 1);
  part.status = status;
  if (brought) return;
  // What is needed before the longest wait is over is asked for twice as often.
  const isSoon = (partNeededAt(s, part) ?? Number.POSITIVE_INFINITY) < s.now + mostMs;
  const retry = { firstMs, mostMs: isSoon ? mostMs / 2 : mostMs };
  part.retryAt = s.now + backoffMs(part.failures, retry, s.random);
}

function end(s: State, fetch: Fetch, phase: 'done' | 'failed'): void {
  fetch.phase = phase;
  fetch.endedAt = s.now;
  const first = fetch.firstByteAt ?? s.now;
  const waitedMs = first - fetch.startedAt;
  // What was given up tells only when it took longer than usual already.
  if (fetch.firstByteAt === undefined && waitedMs <= s.edge.firstByteMs) return;
  s.edge = measureEdge(s.edge, waitedMs, fetch.bytes, s.now - first);
}

/** Sends every whole piece to be checked that is still lacking. */
export function lookInto(s: State, part: Part, fetch: Fetch): void {
  const { sealed } = part;
  if (!sealed) return;
  const last = Math.min(fetch.to, part.pieces.length);
  for (; fetch.next < last; fetch.next++) {
    const index = fetch.next;
    const length = lengthOf(part, index);
    const offset = fetch.base + pieceOffset(index);
    if (offset + length > fetch.bytes) return;
    if (offset < 0 || !isLacking(part, index)) continue;
    takePiece(s, part, index, fetch.id);
    fetch.checks++;
    const from = { in: 'fetch' as const, fetch: fetch.id, offset };
    emit(s, {
      type: 'check',
      key: part.key,
      index,
      digest: pieceDigest(sealed, index),
      length,
      from,
    });
  }
  goOn(s, part, fetch);
}

/** The body of a whole segment goes on with its next part, once that is known. */
function goOn(s: State, part: Part, fetch: Fetch): void {
  const next = s.parts.get(partId({ ...part.key, part: part.key.part + 1 }));
  if (isLastOf(fetch, part) || !next?.sealed) return;
  fetch.base += part.sealed!.record.byteLength;
  fetch.part = next.id;
  fetch.from = 0;
  fetch.next = 0;
  next.firstByteAt ??= s.now;
  lookInto(s, next, fetch);
}

/** Whether a body ends with this part, as far as is known. */
function isLastOf(fetch: Fetch, part: Part): boolean {
  return fetch.of === 'part' || !isOpenEnded(fetch) || isLast(part);
}

export function isOpenEnded({ to }: Fetch): boolean {
  return to === Number.POSITIVE_INFINITY;
}

/** The body of a part without a record, or of a whole segment, in the requests that brought it. */
export function bodyOf(s: State, part: Part, of: Fetch['of']): readonly Fetch[] {
  const done = [...s.fetches.values()].filter(
    (fetch) => fetch.phase === 'done' && fetch.of === of && isOf(s, fetch, part),
  );
  for (const last of done.filter(isOpenEnded)) {
    if (last.start === 0) return [last];
    const first = done.find(({ start, bytes }) => start === 0 && bytes === last.start);
    if (first) return [first, last];
  }
  return [];
}

/** Whether a fetch is of this part, or of the segment that it belongs to. */
export function isOf(s: State, fetch: Fetch, { id, key }: Part): boolean {
  if (fetch.part === id) return true;
  const at = partOfFetch(s, fetch)?.key;
  if (fetch.of === 'part' || !at || !isOpenEnded(fetch)) return false;
  return at.rendition === key.rendition && at.sequence === key.sequence;
}

/** asked or wanted -> unchecked, and whoever was asked is told. */
function takePiece(s: State, part: Part, index: number, from: FetchId): void {
  const piece = part.pieces[index];
  if (piece?.phase === 'asked') {
    const link = s.links.get(piece.from);
    if (link) link.asked--;
    cancelLater(s, piece.from, part, index);
  }
  receive(part, index, from);
}

/** Tells a neighbour at the end of this step that a piece is no longer wanted. */
export function cancelLater(s: State, peer: string, part: Part, index: number): void {
  const parts = s.cancels.get(peer) ?? new Map();
  s.cancels.set(peer, parts);
  const pieces = parts.get(part.id) ?? [];
  parts.set(part.id, pieces);
  if (!pieces.includes(index)) pieces.push(index);
}

/** PSH5: what comes from elsewhere need not come from the parent. */
export function tellParent(s: State, part: Part, index: number): void {
  const parent = placeOf(part, index)?.parent;
  if (openLink(s, parent) !== undefined) cancelLater(s, parent!, part, index);
}

/**
 * The running fetch that will bring a piece, if any. A finished one without a record counts; one
 * without a byte for long does not, until it is hedged.
 */
export function coveringFetch(s: State, part: Part, index: number): Fetch | undefined {
  let mute: Fetch | undefined;
  for (const fetch of s.fetches.values()) {
    if (fetch.phase === 'failed' || !isOf(s, fetch, part)) continue;
    if (fetch.phase === 'done' && part.sealed !== undefined) continue;
    const at = partOfFetch(s, fetch)!.key.part;
    if (at > part.key.part || (at === part.key.part && index < fetch.next)) continue;
    if (index >= fetch.to) continue;
    if (mute !== undefined || !isMute(s, fetch)) return fetch;
    mute = fetch;
  }
  return undefined;
}

/** EDG7: without a byte for so long that another request may be luckier. */
export function isMute(s: State, fetch: Fetch): boolean {
  if (fetch.phase !== 'running' || fetch.firstByteAt !== undefined) return false;
  // On a machine that is late, or of an edge never met, silence says nothing yet.
  if (isOverloaded(s) || s.edge === EDGE_SPEED_START) return false;
  const patience = Math.max(MUTE_MS, MUTE_TIMES * s.edge.firstByteMs);
  return isDue(s, fetch.startedAt + patience, 'hedge');
}

/** The first of two requests that gets a byte goes on; the other is cut, unless it brings more. */
function cutHedges(s: State, fetch: Fetch): void {
  for (const other of s.fetches.values()) {
    if (other === fetch || other.part !== fetch.part || other.firstByteAt !== undefined) continue;
    if (other.from >= fetch.from && other.to <= fetch.to) cutFetch(s, other);
  }
}

/** When a running fetch will have brought a piece, by its own pace or else by what is usual. */
export function arrivalAt(s: State, fetch: Fetch, index: number): Ms {
  const bytes = fetch.base + pieceOffset(index + 1);
  const { firstByteAt } = fetch;
  if (firstByteAt === undefined) {
    const usual = fetch.startedAt + fetchMs(s.edge, bytes);
    return usual > s.now ? usual : Number.POSITIVE_INFINITY;
  }
  const pace = Math.max(1, s.now - firstByteAt) / fetch.bytes;
  return s.now + Math.max(0, bytes - fetch.bytes) * pace;
}

/** Stops a transfer; what came stays until its checks are over. */
export function cutFetch(s: State, fetch: Fetch): void {
  if (fetch.phase !== 'running') return;
  emit(s, { type: 'cancel-fetch', fetch: fetch.id });
  // Without a byte there is no body that could wait for its record.
  end(s, fetch, fetch.firstByteAt === undefined ? 'failed' : 'done');
}

/** EDG4: cuts what nobody needs, and releases what is over. */
export function tidyFetches(s: State): void {
  for (const fetch of s.fetches.values()) {
    const begun = partOfFetch(s, fetch);
    if (begun) lookInto(s, begun, fetch);
    const part = partOfFetch(s, fetch);
    if (fetch.phase === 'running' && isUseless(s, part, fetch)) cutFetch(s, fetch);
    if (fetch.phase === 'running' || fetch.checks > 0) continue;
    // A whole body without a record waits for one, or to be played as it is.
    const isWaiting = part !== undefined && (!part.sealed || !isLastOf(fetch, part));
    if (isWaiting && fetch.phase === 'done') continue;
    release(s, fetch);
  }
}

export function release(s: State, fetch: Fetch): void {
  s.fetches.delete(fetch.id);
  emit(s, { type: 'release-fetch', fetch: fetch.id });
  const bytes = fetch.bytes - fetch.used;
  if (bytes > 0) tell(s, { type: 'piece-wasted', bytes, source: 'edge' });
}

/** Fetched for others as much as for this player. */
export function isDuty({ why }: Fetch): boolean {
  return why === 'seed' || why === 'standby' || why === 'claim';
}

function isUseless(s: State, part: Part | undefined, fetch: Fetch): boolean {
  if (!part) return true;
  if (!isDuty(fetch) && partNeededAt(s, part) === undefined) return true;
  if (!part.sealed || !isLastOf(fetch, part)) return false;
  const last = Math.min(fetch.to, part.pieces.length);
  // The last byte is here: the end is a moment away, unless the body is longer than it should be.
  if (fetch.next >= last) return fetch.bytes > fetch.base + pieceOffset(last);
  for (let i = fetch.next; i < last; i++) if (isLacking(part, i)) return false;
  return true;
}

/** How long a request may go without a byte; on an edge that is known to be slow, longer. */
const MUTE_MS = 1_500;
const MUTE_TIMES = 4;
