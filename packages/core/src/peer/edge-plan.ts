/** What is fetched from the edge now, and why: duty, deadline, cold start, or nobody else there (DDL, SEED, CLD). */
import { hasBit, rangesOf } from '../scheduler/index.js';
import { Ms } from '../units/index.js';
import type { FetchWhy } from './contract.js';
import { cancelLater, coveringFetch, startFetch } from './fetches.js';
import type { Part } from './part.js';
import { placeOf, stripeAt } from './plan-view.js';
import { hasHolder } from './repair.js';
import { type Followed, isDue, openLink, openLinks, type State } from './state.js';
import { lateAt, partNeededAt } from './timeline.js';

interface Intent {
  readonly part: Part;
  readonly why: FetchWhy;
  /** Ascending; empty while the length is not known: the whole part. */
  readonly pieces: readonly number[];
  readonly at: Ms;
}

/** Starts what must be fetched, most urgent first, within the slots. */
export function planFetches(s: State): void {
  let running = 0;
  for (const fetch of s.fetches.values()) if (fetch.status === 'running') running++;
  if (running >= s.config.edge.fetchesMax) return;
  const intents: Intent[] = [];
  for (const part of s.open.values()) {
    if (part.corrupt > 1 || !isDue(s, part.retryAt, 'retry')) continue;
    const intent = part.sealed === undefined ? coldIntent(s, part) : intentOf(s, part);
    if (intent !== undefined) intents.push(intent);
  }
  intents.sort((a, b) => a.at - b.at || a.part.key.sequence - b.part.key.sequence);
  for (const { part, why, pieces } of intents) {
    for (const range of pieces.length === 0 ? [WHOLE] : fewRanges(pieces)) {
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
  if (part.wantedAt === undefined || part.key.part !== 0) return undefined;
  if (!followed?.durations.has(part.key.sequence)) return undefined;
  if (coveringFetch(s, part, 0) !== undefined) return undefined;
  const at = partNeededAt(s, part) ?? s.now;
  const why = reason(s, followed, part, at);
  return why === undefined ? undefined : { part, why, pieces: [], at };
}

function intentOf(s: State, part: Part): Intent | undefined {
  const followed = s.followed.get(part.key.rendition);
  if (followed === undefined) return undefined;
  const at = partNeededAt(s, part);
  const why = at === undefined ? undefined : reason(s, followed, part, at);
  if (why !== undefined) return intent(s, part, why, lackingPieces(s, part, at!), at!);
  const claimed = followed.claims.get(part.key.sequence)?.owner;
  if (claimed !== undefined && claimed === s.session.peer && at !== undefined) {
    return intent(s, part, 'claim', lackingPieces(s, part, at), at);
  }
  const due = at ?? Ms(part.knownAt + s.config.repair.standbyMs);
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
  return uncovered.length === 0 ? undefined : { part, why, pieces: uncovered, at };
}

/** Why a part that the player needs at `at` comes from the edge now, if it does. */
function reason(s: State, followed: Followed, part: Part, at: Ms): FetchWhy | undefined {
  if (isDue(s, lateAt(s, at, part), 'deadline')) {
    return followed.delivered === 0 ? 'cold' : 'deadline';
  }
  const { wantedAt } = part;
  if (wantedAt === undefined) return undefined;
  if (!hasCompany(s)) return 'alone';
  if (hasSource(s, followed, part)) return undefined;
  return isDue(s, Ms(wantedAt + s.config.edge.sourceMs), 'hedge') ? 'alone' : undefined;
}

/** Whether there are peers, or soon will be. */
export function hasCompany(s: State): boolean {
  if (!s.consent) return false;
  if (s.links.size > 0 || s.introduced.length > 0) return true;
  const { status } = s.session;
  const isJoining = status === 'opening' || status === 'joining';
  return isJoining && isSoon(s, s.firstWantAt);
}

function isSoon(s: State, since: Ms | undefined): boolean {
  return since !== undefined && !isDue(s, Ms(since + JOIN_MS), 'hedge');
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

/** DDL3: everything lacking but what a neighbour was just asked for and is in time with. */
function lackingPieces(s: State, part: Part, at: Ms): number[] {
  const lacking: number[] = [];
  part.pieces.forEach((piece, index) => {
    if (piece.status === 'wanted') lacking.push(index);
    if (piece.status !== 'asked') return;
    const isFresh = s.now - piece.at < ASK_GRACE_MS || piece.dueAt < at - ASK_GRACE_MS;
    if (!isFresh) lacking.push(index);
  });
  return lacking;
}

/** SED1: the root of a stripe fetches it at once; SED2: the standby root on evidence that the root is silent. */
function dutyPieces(s: State, part: Part, standby: boolean): number[] {
  if (part.plan === undefined || !s.consent || !s.uploads.on) return [];
  if (s.now - part.knownAt > s.config.keep.lateMs) return [];
  const pieces: number[] = [];
  part.pieces.forEach((piece, index) => {
    if (piece.status !== 'wanted') return;
    const place = placeOf(part, index);
    if (place === undefined) return;
    if (place.parent === undefined ? !standby : standby && isOrphan(s, part, index)) {
      pieces.push(index);
    }
  });
  return pieces;
}

/** SED2: nobody near holds the piece, neighbours have spoken of the part, and the root had its time. */
function isOrphan(s: State, part: Part, index: number): boolean {
  const place = placeOf(part, index);
  if (place?.standbyRoot !== true) return false;
  const since = Math.max(part.knownAt, part.stripeAt[stripeAt(part, index)] ?? 0);
  const parent = openLink(s, place.parent);
  const wait = parent === undefined ? s.config.repair.haveMs : s.config.repair.standbyMs;
  if (!isDue(s, Ms(since + wait), 'failover')) return false;
  let spoken = 0;
  for (const link of openLinks(s)) {
    const known = link.parts.get(part.id);
    if (known === undefined) continue;
    if (hasBit(known.bits, index)) return false;
    if (known.saidAt !== undefined) spoken++;
  }
  return parent === undefined || spoken > 0;
}

/** What is fetched by deadline need not be pushed any more. */
function tellParents(s: State, part: Part, from: number, to: number): void {
  for (let index = from; index < Math.min(to, part.pieces.length); index++) {
    const parent = placeOf(part, index)?.parent;
    if (part.pieces[index]?.status !== 'wanted' || openLink(s, parent) === undefined) continue;
    cancelLater(s, parent!, part, index);
  }
}

/** EDG2: one request if it can be, two if the gap is worth it. */
function fewRanges(pieces: readonly number[]) {
  const exact = rangesOf(pieces, 0);
  if (exact.length <= 2) return exact;
  const close = rangesOf(pieces, 2);
  return close.length <= 2 ? close : rangesOf(pieces, Number.POSITIVE_INFINITY);
}

const WHOLE = { from: 0, to: Number.POSITIVE_INFINITY };
const ASK_GRACE_MS = 400;
const JOIN_MS = 3_000;
