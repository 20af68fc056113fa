/**
 * The first segment is shared (CLD5): the edge is asked for its beginning at once, and neighbours
 * that are a moment away may bring the rest.
 */
import { isOverloaded } from './overload.js';
import type { Part } from './part.js';
import { type Followed, isDue, type State } from './state.js';

/** Whether the rest is left to neighbours still: each step towards them must come in good time. */
export function isLeftToNeighbours(s: State, followed: Followed, part: Part): boolean {
  if (s.session.phase === 'closed' || s.everPlayed || isOverloaded(s)) return false;
  if (followed.delivered > 0 || followed.recordFailures > 0 || followed.isQuick) return false;
  if (part.pieces.length > SHARED_MAX) return false;
  const { meetMs, linkMs, bringMs } = s.config.first;
  const met = s.introduced.length + s.calls.length + s.links.size;
  const isBrought = part.asked > 0 || part.peerBytes > 0;
  const patience = isBrought ? bringMs : met > 0 ? linkMs : meetMs;
  return !isDue(s, (s.firstWantAt ?? s.now) + patience, 'hedge');
}

/** Whether the player has asked for its first segment and not shown it, for a while at most. */
export function isStarting(s: State): boolean {
  if (s.everPlayed || s.firstWantAt === undefined) return false;
  return !isDue(s, s.firstWantAt + s.config.connect.decodeMs, 'connect');
}

/** Whether it has its first segment, and is about to show it: everything else waits. */
export function isBeingShown(s: State): boolean {
  return isStarting(s) && [...s.followed.values()].some(({ delivered }) => delivered > 0);
}

/** Pieces that the edge is asked for before the length is known. */
export const BEGINNING = 4;

/** More is not brought by one neighbour in time: 400 kB, a segment of 1.5 Mbit/s and two seconds. */
const SHARED_MAX = 24;
