/** What is fetched from the edge now, and why: duty, deadline, cold start, or nobody else there (DDL, SEED, CLD). */
import { fetchMs, hasBit, type PieceRange, rangesOf } from '../scheduler/index.js';
import type { Bytes, Ms } from '../units/index.js';
import type { FetchWhy } from './contract.js';
import { coveringFetch, isMute, startFetch, tellParent } from './fetches.js';
import { BEGINNING, isLeftToNeighbours } from './first-segment.js';
import type { Part } from './part.js';
import { placeOf, stripeAt } from './plan-view.js';
import { hasHolder } from './repair.js';
import { isLeftToOwner } from './share.js';
import {
  configOf,
  type Followed,
  isDue,
  newestLinkAt,
  openLink,
  openLinks,
  type State,
} from './state.js';
import { lateAt, partNeededAt } from './timeline.js';

interface Intent {
  readonly part: Part;
  readonly why: FetchWhy;
  readonly ranges: readonly PieceRange[];
  readonly at: Ms;
}

/** Starts what must be fetched, most urgent first, within the slots. */
export function planFetches(s: State): void {
  let [running, mute] = [0, 0];
  for (const fetch of s.fetches.values()) {
    if (isMute(s, fetch)) mute++;
    else if (fetch.phase === 'running') running++;
  }
  // One of those without a byte makes room for a hedge.
  running += Math.max(0, mute - 1);
  if (running >= s.config.edge.fetchesMax) return;
  const intents: Intent[] = [];
  for (const part of s.open.values()) {
    if (part.corrupt > 1 || !isDue(s, part.retryAt, 'retry')) continue;
    if (!isDue(s, part.sharedUntil, 'hedge')) continue;
    const intent = !part.sealed ? coldIntent(s, part) : intentOf(s, part);
    if (!intent) continue;
    const isSlow = fetchMs(s.edge, (part.sealed?.record.byteLength ?? 0) as Bytes) > SLOW_MS;
    if (intent.why === 'deadline' && isLeftToOwner(s, part, isSlow)) continue;
    intents.push(intent);
  }
  intents.sort((a, b) => a.at - b.at || a.part.key.sequence - b.part.key.sequence);
  for (const { part, why, ranges } of intents) {
    for (const range of ranges) {
      if (running >= s.config.edge.fetchesMax) return;
      startFetch(s, part, range.from, range.to, why);
      running++;
      if (why === 'deadline') tellParents(s, part, range.from, range.to);
    }
  }
}

/** CLD1: what the player wants and the playlist names is fetched without a record, when nothing else will bring it. */
function coldIntent(s: State, part: Part): Intent | undefined {
  const followed = s.followed.get(part.key.rendition);
  if (part.wantedAt === undefined || !followed) return undefined;
  const { sequence } = part.key;
  // A part that is asked for was named, too.
  if (!followed.isQuick && !followed.durations.has(sequence)) return undefined;
  const isShared = isLeftToNeighbours(s, followed, part);
  const begun = coveringFetch(s, part, 0);
  if (begun && (isShared || coveringFetch(s, part, BEGINNING))) return undefined;
  const from = begun ? BEGINNING : 0;
  const at = partNeededAt(s, part);
  const why = reason(s, followed, part, at);
  const ranges = [{ from, to: isShared ? BEGINNING : Number.POSITIVE_INFINITY }];
  return why && { part, why, ranges, at: at! };
}

/** DDL5: with others near, a quick edge is asked for the first half, and for the rest a little later. */
function dueNow(s: State, followed: Followed, part: Part, why: FetchWhy, at: Ms): number[] {
  if (why === 'cold' && !s.everPlayed) {
    const lacking = lackingPieces(s, part, COLD_GRACE_MS);
    const most = isLeftToNeighbours(s, followed, part) ? BEGINNING : part.pieces.length;
    return lacking.filter((index) => index < most);
  }
  const { deadline, repair } = configOf(s, part);
  const { stepMs } = deadline;
  const takesMs = fetchMs(s.edge, part.sealed?.record.byteLength ?? 0);
  const isQuick = takesMs < stepMs;
  const isLast = isQuick && isDue(s, at - takesMs - LAST_MS, 'deadline');
  const lacking = lackingPieces(s, part, isLast ? 0 : repair.graceMs);
  if (why !== 'deadline' || !isQuick || !hasCompany(s)) return lacking;
  if (isDue(s, lateAt(s, at, part) + stepMs, 'deadline')) return lacking;
  return lacking.filter((index) => 2 * index < part.pieces.length);
}

function intentOf(s: State, part: Part): Intent | undefined {
  const followed = s.followed.get(part.key.rendition);
  if (!followed) return undefined;
  const at = partNeededAt(s, part);
  const why = reason(s, followed, part, at);
  if (why) return intent(s, part, why, dueNow(s, followed, part, why, at!), at!);
  const claimed = followed.claims.get(part.key.sequence)?.owner;
  if (claimed !== undefined && claimed === s.session.peer && at !== undefined) {
    return intent(s, part, 'claim', lackingPieces(s, part, s.config.repair.graceMs), at);
  }
  const due = at ?? part.knownAt + s.config.repair.standbyMs;
  const seeds = dutyPieces(s, part, false);
  if (seeds.length > 0) return intent(s, part, 'seed', seeds, due);
  return intent(s, part, 'standby', dutyPieces(s, part, true), due);
}

function intent(
  s: State,
  part: Part,
  why: FetchWhy,
  pieces: readonly number[],
  at: Ms,
): Intent | undefined {
  const uncovered = pieces.filter((index) => coveringFetch(s, part, index) === undefined);
  return uncovered.length === 0 ? undefined : { part, why, ranges: rangesFor(why, uncovered), at };
}

/** Why a part that the player needs at `at` comes from the edge now, if it does. */
function reason(
  s: State,
  followed: Followed,
  part: Part,
  at: Ms | undefined,
): FetchWhy | undefined {
  if (at === undefined) return undefined;
  if (isDue(s, lateAt(s, at, part), 'deadline')) {
    return followed.delivered === 0 ? 'cold' : 'deadline';
  }
  const { wantedAt } = part;
  if (wantedAt === undefined) return undefined;
  if (!hasCompany(s)) return 'alone';
  if (hasSource(s, followed, part)) return undefined;
  // Without its record no neighbour could bring it.
  const since = part.sealed ? Math.max(wantedAt, newestLinkAt(s)) : wantedAt;
  return isDue(s, since + s.config.edge.sourceMs, 'hedge') ? 'alone' : undefined;
}

/** Whether there are peers, or soon will be: a session or a link that has just begun. */
function hasCompany(s: State): boolean {
  const { phase, since, retryAt } = s.session;
  if (!s.consent) return false;
  // Closed at the start: a machine that is late joins when it plays, or a moment later.
  const isNear =
    phase === 'closed'
      ? !s.everPlayed && retryAt <= s.now
      : isSoon(s, since, phase === 'joined' ? MEET_MS : JOIN_MS);
  if (isNear) return true;
  if (s.introduced.length + s.calls.length > 0 && isSoon(s, s.offeredAt)) return true;
  for (const link of s.links.values()) {
    if (link.phase === 'open' || isSoon(s, link.since)) return true;
  }
  return false;
}

function isSoon(s: State, since: Ms, withinMs = JOIN_MS): boolean {
  return !isDue(s, since + withinMs, 'hedge');
}

/** Whether somebody is expected to bring it: the plan, a holder, an owner, or links on their way. */
function hasSource(s: State, followed: Followed, part: Part): boolean {
  const { plan, plannedFrom } = followed;
  const isPlanned = (part.plan ?? plan)?.trees.length ?? 0;
  if (isPlanned > 0 && part.key.sequence > plannedFrom) return true;
  const claim = followed.claims.get(part.key.sequence);
  if (claim !== undefined && s.now - claim.at < s.config.repair.claimAgainMs) return true;
  if (openLinks(s).length === 0) return true;
  return hasHolder(s, part);
}

/** DDL3: everything lacking but what a neighbour was asked for less than `graceMs` ago. */
function lackingPieces(s: State, part: Part, graceMs: Ms): number[] {
  const lacking: number[] = [];
  part.pieces.forEach((piece, index) => {
    if (piece.phase === 'wanted') lacking.push(index);
    if (piece.phase !== 'asked') return;
    if (isDue(s, piece.at + graceMs, 'deadline')) lacking.push(index);
  });
  return lacking;
}

/** SED1: the root of a stripe fetches it at once; SED2: the standby root on evidence that the root is silent. */
function dutyPieces(s: State, part: Part, standby: boolean): number[] {
  if (!part.plan || !s.consent || !s.uploads.on) return [];
  if (s.now - part.knownAt > s.config.keep.lateMs) return [];
  const pieces: number[] = [];
  part.pieces.forEach((piece, index) => {
    if (piece.phase !== 'wanted') return;
    const place = placeOf(part, index);
    if (!place) return;
    if (place.parent === undefined ? !standby : standby && isOrphan(s, part, index)) {
      pieces.push(index);
    }
  });
  return pieces;
}

/** SED2: the root had its time, nobody near holds the piece, and whoever should send it has said so or is mute. */
function isOrphan(s: State, part: Part, index: number): boolean {
  const place = placeOf(part, index);
  if (place?.standbyRoot !== true) return false;
  const since = Math.max(part.knownAt, part.stripeAt[stripeAt(part, index)] ?? 0);
  const parent = openLink(s, place.parent);
  const { haveMs, standbyMs } = configOf(s, part).repair;
  if (!isDue(s, since + (!parent ? haveMs : standbyMs), 'failover')) return false;
  for (const link of openLinks(s)) {
    const known = link.parts.get(part.id);
    if (known !== undefined && hasBit(known.bits, index)) return false;
  }
  if (!parent) return true;
  const known = parent.parts.get(part.id);
  if (!known || known.told < 0) return false;
  return known.saidAt !== undefined || isDue(s, known.toldAt + 2 * haveMs, 'failover');
}

/** What is fetched by deadline need not be pushed any more. */
function tellParents(s: State, part: Part, from: number, to: number): void {
  for (let index = from; index < Math.min(to, part.pieces.length); index++) {
    if (part.pieces[index]?.phase === 'wanted') tellParent(s, part, index);
  }
}

/** EDG2: duty is exact, for the gaps are others' duty; otherwise a held piece or two is cheaper than a request. */
function rangesFor(why: FetchWhy, pieces: readonly number[]): readonly PieceRange[] {
  const exact = rangesOf(pieces, 0);
  if (why === 'seed' || why === 'standby' || exact.length <= 2) return exact;
  const close = rangesOf(pieces, 2);
  return close.length <= 2 ? close : rangesOf(pieces, Number.POSITIVE_INFINITY);
}

/** The same for the first segment, on which the first picture waits. */
const COLD_GRACE_MS = 150;
/** With less than this to spare beyond its fetch, nobody else is waited for. */
const LAST_MS = 300;
/** How long a session or a link may take to come about. */
const JOIN_MS = 3_000;
/** How long the tracker may take to introduce somebody. */
const MEET_MS = 500;
/** An edge that needs longer for a part is not asked for it twice. */
const SLOW_MS = 1_200;
