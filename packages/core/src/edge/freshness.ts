/** How long an answer may be reused, by us and by every cache in front of us (RFC 9111). */
import { Ms } from '../units/index.js';

/** What is served: its kind decides how long it stays true. */
export type ObjectKind =
  /** Never changes under its URL: the URL carries epoch and sequence. */
  | { readonly type: 'immutable' }
  /**
   * A playlist that grows: half a target duration, so that no cache makes a viewer a segment late.
   */
  | { readonly type: 'live-playlist'; readonly targetMs: Ms }
  /** A playlist that is complete. */
  | { readonly type: 'ended-playlist' }
  /** The list of records, which grows as parts are signed. */
  | { readonly type: 'records'; readonly live: boolean }
  /** Pages and everything that must be current. */
  | { readonly type: 'page' }
  /** An error of the upstream, remembered shortly so that a crowd does not repeat the question. */
  | { readonly type: 'absent' };

/** How long a negative answer is kept: short against a segment, long against a crowd. */
export const ABSENT_MS = Ms(1000);

/** A live playlist is never cached longer than this, however long its segments. */
const PLAYLIST_SECONDS_MAX = 5;

/** The `Cache-Control` of an answer. */
export function cacheControl(kind: ObjectKind): string {
  switch (kind.type) {
    case 'immutable':
      return 'public, max-age=31536000, immutable';
    case 'live-playlist':
      // Players ask again themselves and must not be given their own old answer; caches spare us
      // the crowd.
      return `public, max-age=0, s-maxage=${playlistSeconds(kind.targetMs)}`;
    case 'ended-playlist':
      return 'public, max-age=60';
    case 'records':
      return `public, max-age=${kind.live ? 1 : 5}`;
    case 'page':
      return 'no-cache';
    case 'absent':
      return `public, max-age=${ABSENT_MS / 1000}`;
  }
}

/** Whether a negative answer stored at `storedAt` still stands. */
export function absenceHolds(now: Ms, storedAt: Ms): boolean {
  return now - storedAt < ABSENT_MS;
}

/** At least one second: with zero every viewer of a front cache would come to us. */
function playlistSeconds(targetMs: Ms): number {
  return Math.max(1, Math.min(PLAYLIST_SECONDS_MAX, Math.floor(targetMs / 2000)));
}
