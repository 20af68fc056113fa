/** Repair: pieces that the push did not bring are asked of neighbours that hold them (RPR). */
import { askDueMs, chooseHolder, mostAsked, patienceMs } from '../scheduler/index.js';
import { scoreMissed, scoreVerdict } from '../swarm/index.js';
import type { Ms, PartId, PartKey, PeerId } from '../units/index.js';
import { closeFor } from './close-link.js';
import { arrivalAt, cancelLater, coveringFetch, isDuty, tellParent } from './fetches.js';
import { isBeingShown } from './first-segment.js';
import { tellLack } from './haves.js';
import { type Link, linkHolds, unlearn } from './link.js';
import { isOverloaded } from './overload.js';
import { ask, giveUp, type Part, waitOn } from './part.js';
import { placeOf, stripeAt } from './plan-view.js';
import { configOf, isDue, openLink, openLinks, type State, send, wakeAt } from './state.js';
import { lateAt, partNeededAt } from './timeline.js';

/** RPR3: parts in the order the player needs them; asks to one neighbour about one part travel together. */
export function repair(s: State): void {
  const asks = new Map<PeerId, Map<PartId, number[]>>();
  const needy = [...s.open.values()]
    .map((part) => ({ part, at: partNeededAt(s, part) }))
    .filter(({ part, at }) => part.sealed !== undefined && at !== undefined)
    .sort((a, b) => a.at! - b.at! || a.part.key.sequence - b.part.key.sequence);
  const askable = new Set(openLinks(s).filter((link) => isAskable(s, link)));
  if (openLinks(s).length === 0 || isBeingShown(s)) return;
  for (const { part, at } of needy) {
    const pieces = repairable(s, part, at!);
    if (pieces.length === 0) continue;
    if (isToldOf(s, part, at!)) tellLack(s, part);
    for (const index of pieces) awaitWord(s, part, index);
    for (const index of pieces) askFor(s, part, index, askable, asks);
  }
  for (const [peer, parts] of asks) {
    for (const [id, pieces] of parts) {
      send(s, peer, { type: 'ask', key: s.parts.get(id)!.key, pieces });
    }
  }
}

/** In video on demand whole parts are listed anyway; bits matter when time is short. */
function isToldOf(s: State, part: Part, at: Ms): boolean {
  return s.followed.get(part.key.rendition)?.live === true || at - s.now < SOON_MS;
}

/** RPR1: pieces wanted, not on their way from the edge, and past their fair chance to be pushed. */
export function repairable(s: State, part: Part, neededAt: Ms): number[] {
  const { urgentMs } = configOf(s, part).repair;
  const isUrgent = isDue(s, lateAt(s, neededAt, part) - urgentMs, 'repair');
  const open: number[] = [];
  const raced: number[] = [];
  part.pieces.forEach((piece, index) => {
    if (piece.phase !== 'wanted') return;
    const fetch = coveringFetch(s, part, index);
    if (fetch) {
      const isRace = !isDuty(fetch) && fetch.part === part.id;
      if (isRace && isRaceWorth(s, fetch, index)) raced.unshift(index);
    } else if (isUrgent || isQuiet(s, part, index)) {
      open.push(index);
    }
  });
  return [...open, ...raced];
}

/** CLD3: peers race a fetch from its end, as far as they are likely to win. */
function isRaceWorth(s: State, fetch: Parameters<typeof arrivalAt>[1], index: number): boolean {
  isDue(s, fetch.startedAt + RACE_LOOK_MS, 'hedge');
  return index > fetch.next && arrivalAt(s, fetch, index) - s.now > RACE_MS;
}

/** RPR2: the parent of the stripe has had its time since the announcement and since its last piece. */
function isQuiet(s: State, part: Part, index: number): boolean {
  const place = placeOf(part, index);
  if (!place) return true;
  const parent = openLink(s, place.parent);
  if (place.parent && parent?.uploads !== true) return true;
  const since = Math.max(part.knownAt, part.stripeAt[stripeAt(part, index)] ?? 0);
  const patience = patienceMs(s.gapMs, parent?.rttMs ?? 0, configOf(s, part).patience);
  return isDue(s, since + patience, 'failover');
}

/** SCO4: a parent that brought nothing and heard so says what it holds, lacks, or brings. */
function awaitWord(s: State, part: Part, index: number): void {
  const parent = openLink(s, placeOf(part, index)?.parent);
  const known = parent?.parts.get(part.id);
  if (!parent?.uploads || known?.toldAt !== s.now || known.saidAt !== undefined) return;
  if (parent.pieceAt < part.knownAt) parent.owesAt ??= s.now;
  wakeAt(s, s.now + WORD_MS, 'repair');
}

/** Asks travel in batches: a neighbour is asked again when half of what it may owe has come. */
function isAskable(s: State, link: Link): boolean {
  return (
    isDue(s, link.busyUntil, 'repair') && link.asked <= mostAsked(link.goodput, s.config.holder) / 2
  );
}

function askFor(
  s: State,
  part: Part,
  index: number,
  askable: ReadonlySet<Link>,
  asks: Map<PeerId, Map<PartId, number[]>>,
): void {
  const holders = holdersOf(s, part, index).filter((link) => askable.has(link));
  const views = holders.map((link) => ({ ...view(link), link }));
  const standby = placeOf(part, index)?.standby;
  const chosen =
    chooseHolder(
      views.filter((holder) => holder.peer === standby),
      s.config.holder,
    ) ?? chooseHolder(views, s.config.holder);
  if (!chosen) return;
  const { link } = chosen;
  // The parent had its time: one of the two would come for nothing.
  if (placeOf(part, index)?.parent !== link.peer) tellParent(s, part, index);
  const quietMs = askDueMs(chosen, s.config.holder);
  ask(part, index, link.peer, s.now, quietMs);
  link.asked++;
  wakeAt(s, s.now + quietMs, 'repair');
  const parts = asks.get(link.peer) ?? new Map<PartId, number[]>();
  asks.set(link.peer, parts);
  parts.set(part.id, [...(parts.get(part.id) ?? []), index]);
}

function view(link: Link) {
  const { peer, rttMs, goodput, asked, lot } = link;
  return { peer, rttMs, goodput, asked, lot, score: link.score.value };
}

/** Neighbours that may be asked for a piece now. */
export function holdersOf(s: State, part: Part, index: number): Link[] {
  return openLinks(s).filter(
    (link) => link.uploads && s.now >= link.busyUntil && linkHolds(link, part.id, part.key, index),
  );
}

/** Whether any neighbour says that it holds something of what is lacking here. */
export function hasHolder(s: State, part: Part): boolean {
  return part.pieces.some(
    (piece, index) =>
      piece.phase === 'asked' || (piece.phase === 'wanted' && holdersOf(s, part, index).length > 0),
  );
}

/**
 * RPR5: asks of a neighbour that has sent nothing for their time go elsewhere, when somebody else
 * holds the piece; otherwise they keep their place in its queue, and its silence counts.
 */
export function expireAsks(s: State): void {
  const silent = new Map<Link, Part>();
  for (const part of s.open.values()) {
    if (part.asked === 0) continue;
    part.pieces.forEach((piece, index) => {
      if (piece.phase !== 'asked' || !isDue(s, piece.dueAt, 'repair')) return;
      const link = s.links.get(piece.from)!;
      const quietAt = Math.max(link.pieceAt, s.now - piece.quietMs) + piece.quietMs;
      if (quietAt > s.now) {
        waitOn(part, index, quietAt);
        wakeAt(s, quietAt, 'repair');
        return;
      }
      const isSilent = Math.max(link.pieceAt, link.refusedAt) < piece.at;
      // The asks of one batch are one miss.
      if (isSilent && !isOverloaded(s) && s.now - link.missedAt >= piece.quietMs)
        silent.set(link, part);
      if (holdersOf(s, part, index).some((other) => other !== link)) {
        giveUp(part, index);
        link.asked--;
        link.busyUntil = s.now + MISSED_MS;
        cancelLater(s, link.peer, part, index);
      } else {
        waitOn(part, index, s.now + piece.quietMs);
        wakeAt(s, s.now + piece.quietMs, 'repair');
      }
    });
  }
  for (const link of openLinks(s)) {
    if (link.owesAt === undefined || !isDue(s, link.owesAt + WORD_MS, 'repair')) continue;
    link.owesAt = undefined;
    if (!isOverloaded(s)) missed(s, link);
  }
  for (const [link, part] of silent) {
    link.missedAt = s.now;
    missed(s, link, part.key);
  }
}

function missed(s: State, link: Link, about?: PartKey): void {
  link.score = scoreMissed(link.score, s.config.score);
  const verdict = scoreVerdict(link.score, s.config.score);
  if (verdict) closeFor(s, link.peer, verdict, about);
}

/** RPR6: a refusal frees the pieces at once. */
export function onRefuse(
  s: State,
  link: Link,
  id: PartId,
  pieces: readonly number[],
  why: 'absent' | 'busy',
): void {
  const part = s.parts.get(id);
  if (!part) return;
  if (why === 'absent') unlearn(link, id, part.key, pieces);
  link.refusedAt = s.now;
  if (why === 'busy') link.busyUntil = s.now + BUSY_MS;
  for (const index of pieces) {
    const piece = part.pieces[index];
    if (piece?.phase !== 'asked' || piece.from !== link.peer) continue;
    giveUp(part, index);
    link.asked--;
  }
}

const RACE_MS = 150;
/** When a fetch without a byte is looked at. */
const RACE_LOOK_MS = 200;
const SOON_MS = 6_000;
/** How long a parent may say nothing at all. */
const WORD_MS = 1_500;
const BUSY_MS = 500;
/** A neighbour that let others be asked instead of it is not asked for so long. */
const MISSED_MS = 1_000;
