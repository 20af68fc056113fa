/** The hint of a record: the lines of one segment, so that records can make a playlist. */
import { isHeaderTag } from './playlist-head.js';
import { badPlaylist, splitLines, splitTag } from './playlist-lines.js';
import { type MediaSegment, segmentLines } from './segment.js';
import { createSegmentReader } from './segment-reader.js';

/** Most bytes of a hint in UTF-8; a record holds no more. */
export const HINT_BYTES_MAX = 1024;

/**
 * All that a playlist must say about `segment`, keys and initialisation section included.
 * Undefined when that is more than `HINT_BYTES_MAX`, as with the keys of some DRM systems.
 */
export function formatHint(segment: MediaSegment): string | undefined {
  const hint = segmentLines(segment, true).join('\n');
  return utf8Length(hint) <= HINT_BYTES_MAX ? hint : undefined;
}

/** The segment of a hint, numbered `sequence`, which the record says. Throws `media/playlist`. */
export function parseHint(hint: string, sequence = 0): MediaSegment {
  if (hint.length > HINT_BYTES_MAX) throw badPlaylist(`a hint of ${hint.length} characters`);
  const reader = createSegmentReader();
  let segment: MediaSegment | undefined;
  for (const line of splitLines(hint)) {
    if (segment !== undefined) throw badPlaylist('a hint that goes on after its segment');
    const tag = splitTag(line);
    if (tag !== undefined && isHeaderTag(tag.name)) throw badPlaylist(`a hint with ${tag.name}`);
    if (tag !== undefined) reader.tag(line);
    else if (!line.startsWith('#')) segment = reader.uri(line, sequence);
  }
  if (segment === undefined) throw badPlaylist('a hint without a segment');
  return segment;
}

/** Bytes of `text` in UTF-8; a lone surrogate counts three, as its replacement would. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
