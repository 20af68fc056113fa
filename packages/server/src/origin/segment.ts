/**
 * A segment as this server knows it: what it is, where its bytes are, and what its record will say.
 */
import type { Slice } from '../source/source.js';

/** Bytes somewhere at the source. */
export interface Place {
  readonly url: string;
  readonly slice: Slice | undefined;
}

export interface Segment {
  readonly rendition: number;
  readonly sequence: number;
  readonly durationMs: number;
  readonly mediaTimeMs: number;
  /** Sum of `FLAG` bits. */
  readonly flags: number;
  readonly place: Place;
  readonly init: Place | undefined;
  /** The segment's lines of the playlist that we serve. */
  readonly hint: string;
}

/**
 * A name for these bytes inside one stream and epoch; the query is left out, since tokens change.
 */
export function placeName({ url, slice }: Place): string {
  const bare = url.replace(/[?#].*$/s, '');
  return slice === undefined ? bare : `${bare} ${slice.from}+${slice.length}`;
}
