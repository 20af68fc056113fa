/**
 * One upstream fetch an object, however many ask: what to do with a request, given what is held.
 */
import type { Bytes, Ms } from '../units/index.js';
import { absenceHolds } from './freshness.js';

/** What the cache knows of one object. */
export type Held =
  | { readonly status: 'absent'; readonly since: Ms; readonly code: number }
  | { readonly status: 'filling' }
  | { readonly status: 'full' };

export type Decision =
  /** Answer from memory. */
  | { readonly type: 'hit' }
  /** A fetch is under way: be fed from it as it arrives. */
  | { readonly type: 'join' }
  /** Begin the one fetch. */
  | { readonly type: 'fill' }
  /** Answer with the remembered error. */
  | { readonly type: 'refuse'; readonly code: number };

export interface CacheConfig {
  /** Bytes of complete objects kept in memory: the more, the fewer upstream fetches. */
  readonly bytesMax: Bytes;
  /**
   * Largest object held at once. A larger one passes through an edge, a fetch for each viewer; for
   * the signer, who must see all of it, it fails.
   */
  readonly objectBytesMax: Bytes;
  /** Bytes that fetches under way hold, besides `bytesMax`; what does not fit passes through. */
  readonly fillBytesMax: Bytes;
  /** Upstream fetches at a time; more wait for their turn in order. */
  readonly fillsMax: number;
  /** How long an upstream may stay silent before its fetch fails. */
  readonly silenceMsMax: Ms;
}

export const DEFAULT_CACHE: CacheConfig = {
  bytesMax: 512 * 1024 * 1024,
  objectBytesMax: 64 * 1024 * 1024,
  fillBytesMax: 128 * 1024 * 1024,
  fillsMax: 64,
  silenceMsMax: 10_000,
};

export function decide(now: Ms, held: Held | undefined): Decision {
  if (held === undefined) return { type: 'fill' };
  if (held.status === 'full') return { type: 'hit' };
  if (held.status === 'filling') return { type: 'join' };
  return absenceHolds(now, held.since) ? { type: 'refuse', code: held.code } : { type: 'fill' };
}

/**
 * An object larger than this share of the budget is served but not kept: it would evict all others.
 */
const KEEP_SHARE = 0.25;

/** Whether a complete object of `length` bytes is worth keeping. */
export function worthKeeping(length: Bytes, config: CacheConfig): boolean {
  return length <= config.bytesMax * KEEP_SHARE;
}

/**
 * Whether a complete object that stays fresh for `freshMs` is worth keeping on a disk with room for
 * `diskBytesMax`: a live playlist is untrue before it is written.
 */
export function worthWriting(length: Bytes, freshMs: Ms, diskBytesMax: Bytes): boolean {
  return freshMs >= WRITTEN_FRESH_MS_MIN && length <= diskBytesMax * KEEP_SHARE;
}

/** Time enough to be read again after a restart. */
const WRITTEN_FRESH_MS_MIN = 10_000;

/**
 * What viewers see of an upstream's answer: only what they can act on, never the upstream's own
 * words.
 */
export function statusForViewer(upstream: number): number {
  if (upstream === 404 || upstream === 410) return 404;
  if (upstream === 429 || upstream === 503) return 503;
  return upstream === 0 ? 504 : 502;
}
