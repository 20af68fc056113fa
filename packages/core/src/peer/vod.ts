/** Video on demand, and what was published before we came: who fetches what nobody near holds. */
import type { Claimed } from '../wire/index.js';
import { coveringFetch } from './fetches.js';
import { isStarting } from './first-segment.js';
import { LIMITS } from './limits.js';
import type { Part } from './part.js';
import { hasHolder } from './repair.js';
import {
  type Followed,
  isDue,
  newestLinkAt,
  openLinks,
  type State,
  sendTracker,
  wakeAt,
} from './state.js';
import { partNeededAt } from './timeline.js';

/** VOD3: asks the tracker, in batches, about parts that the player will need and nobody near holds. */
export function claimParts(s: State): void {
  if (s.session.phase !== 'joined' || openLinks(s).length === 0 || isStarting(s)) return;
  for (const followed of s.followed.values()) {
    const unowned = new Set<number>();
    for (const part of s.open.values()) {
      if (part.key.rendition !== followed.rendition) continue;
      if (unowned.size < LIMITS.claims && isUnowned(s, followed, part)) {
        unowned.add(part.key.sequence);
      }
    }
    if (unowned.size === 0) continue;
    for (const sequence of unowned) followed.claims.set(sequence, { at: s.now, owner: undefined });
    wakeAt(s, s.now + s.config.repair.claimAgainMs, 'claim');
    sendTracker(s, { type: 'claim', rendition: followed.rendition, sequences: [...unowned] });
  }
}

function isUnowned(s: State, followed: Followed, part: Part): boolean {
  if (!part.sealed || (part.plan?.trees.length ?? 0) > 0) return false;
  const isWanted = part.pieces.some((piece) => piece.phase === 'wanted');
  if (!isWanted || isFetched(s, part)) return false;
  if (partNeededAt(s, part) === undefined || hasHolder(s, part)) return false;
  const claim = followed.claims.get(part.key.sequence);
  if (claim) {
    return isDue(s, claim.at + s.config.repair.claimAgainMs, 'claim');
  }
  // Neighbours say what they hold a moment after a link opens.
  const opened = Math.max(part.knownAt, newestLinkAt(s));
  return isDue(s, opened + s.config.repair.claimMs, 'claim');
}

function isFetched(s: State, part: Part): boolean {
  return part.pieces.some((_, index) => coveringFetch(s, part, index) !== undefined);
}

export function onClaimed(s: State, { rendition, owners }: Claimed): void {
  const followed = s.followed.get(rendition);
  for (const { sequence, peer } of owners) {
    const claim = followed?.claims.get(sequence);
    if (claim) followed!.claims.set(sequence, { at: s.now, owner: peer });
  }
}
