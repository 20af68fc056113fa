/** A slow edge and a part that nobody holds: those who lack it fetch disjoint runs and exchange them (CLD4). */
import type { Ms, PeerId } from '../units/index.js';
import { arrivalAt, cutFetch, isDuty, startFetch } from './fetches.js';
import { isLacking, type Part } from './part.js';
import {
  type Fetch,
  isDue,
  newestLinkAt,
  openLinks,
  partOfFetch,
  type State,
  sendTracker,
  wakeAt,
} from './state.js';

/** Looks at what the player waits for long: first the tracker names who goes on, then runs are split. */
export function shareSlow(s: State): void {
  const opened = newestLinkAt(s);
  if (opened === 0) return;
  for (const [part, fetches] of ownNeeds(s)) {
    if (!part.sealed || part.rounds >= ROUNDS_MAX) continue;
    const since = Math.min(...fetches.map(({ startedAt }) => startedAt));
    const at = Math.max(since + SLOW_MS, opened + SETTLE_MS, part.sharedUntil);
    if (!isDue(s, at, 'hedge') || !fetches.some((fetch) => isSlow(s, part, fetch))) continue;
    if (part.rounds === 0) leave(s, part, fetches);
    else if (part.peerBytes > part.sharedBytes) split(s, part, fetches);
  }
}

/** Parts being fetched for the player, with those fetches. */
function ownNeeds(s: State): Map<Part, Fetch[]> {
  const needs = new Map<Part, Fetch[]>();
  for (const fetch of s.fetches.values()) {
    const part = partOfFetch(s, fetch);
    if (!part || fetch.phase !== 'running' || isDuty(fetch)) continue;
    needs.set(part, [...(needs.get(part) ?? []), fetch]);
  }
  return needs;
}

/** CLD4: one of those who lack it goes on; the others stop, and have it from that one as it comes. */
function leave(s: State, part: Part, fetches: readonly Fetch[]): void {
  const claim = claimOf(s, part);
  if (!claim) {
    split(s, part, fetches);
  } else if (claim.owner === undefined) {
    if (isDue(s, claim.at + ANSWER_MS, 'hedge')) split(s, part, fetches);
  } else {
    beginRound(s, part);
    if (claim.owner !== s.session.peer) for (const fetch of fetches) cutFetch(s, fetch);
  }
}

/** Whether somebody else was named to fetch a part, and the edge is too slow to ask it twice. */
export function isLeftToOwner(s: State, part: Part, slow: boolean): boolean {
  const claim = s.followed.get(part.key.rendition)?.claims.get(part.key.sequence);
  if (!slow || part.rounds > 0 || openLinks(s).length === 0) return false;
  if (claim?.owner === undefined || claim.owner === s.session.peer) return false;
  if (s.now - claim.at > FRESH_MS) return false;
  beginRound(s, part);
  return true;
}

function claimOf(s: State, part: Part): { at: Ms; owner: PeerId | undefined } | undefined {
  const { rendition, sequence } = part.key;
  const claims = s.followed.get(rendition)?.claims;
  if (claims === undefined || s.session.phase !== 'joined') return undefined;
  const known = claims.get(sequence);
  if (known && s.now - known.at < FRESH_MS) return known;
  const asked = { at: s.now, owner: undefined };
  claims.set(sequence, asked);
  sendTracker(s, { type: 'claim', rendition, sequences: [sequence] });
  return asked;
}

function beginRound(s: State, part: Part): void {
  part.rounds++;
  part.sharedBytes = part.peerBytes;
  part.sharedUntil = s.now + ROUND_MS;
}

/** Whether it would take long still. */
function isSlow(s: State, part: Part, fetch: Fetch): boolean {
  const last = Math.min(fetch.to, part.pieces.length) - 1;
  const at = arrivalAt(s, fetch, last);
  if (at - s.now > LEFT_MS) return true;
  wakeAt(s, s.now + LOOK_MS, 'hedge');
  return false;
}

/** This peer and who lacks the part, in an order that all of them agree on. */
function groupOf(s: State, part: Part): PeerId[] {
  const others = openLinks(s).filter((link) => link.uploads && link.lacking.has(part.id));
  if (others.length === 0 || !s.uploads.on) return [];
  return [s.session.peer ?? '', ...others.map(({ peer }) => peer)].sort();
}

function split(s: State, part: Part, fetches: readonly Fetch[]): void {
  const group = groupOf(s, part);
  if (group.length < 2) {
    wakeAt(s, s.now + LOOK_MS, 'hedge');
    return;
  }
  const lacking: number[] = [];
  part.pieces.forEach((_, index) => void (isLacking(part, index) && lacking.push(index)));
  const rank = group.indexOf(s.session.peer ?? '');
  const first = Math.floor((rank * lacking.length) / group.length);
  const end = Math.floor(((rank + 1) * lacking.length) / group.length);
  beginRound(s, part);
  const from = lacking[first] ?? part.pieces.length;
  const to = end > first ? lacking[end - 1]! + 1 : from;
  const going = to > from ? fetches.find((one) => one.next === from && one.to >= to) : undefined;
  for (const fetch of fetches) if (fetch !== going) cutFetch(s, fetch);
  if (going) going.to = to;
  else if (to > from) startFetch(s, part, from, to, fetches[0]!.why);
}

/** A fetch younger than this is not judged. */
const SLOW_MS = 500;
/** A fetch that ends sooner than this is left alone. */
const LEFT_MS = 700;
/** After a link opened: its neighbour says what it lacks. */
const SETTLE_MS = 100;
const LOOK_MS = 250;
/** How long the tracker may take to name an owner, and how long its word holds. */
const ANSWER_MS = 300;
const FRESH_MS = 2_500;
/** How long the others have to bring their runs. */
const ROUND_MS = 1_500;
/** A round in which peers brought nothing is the last: liars could hold playback up no longer. */
const ROUNDS_MAX = 6;
