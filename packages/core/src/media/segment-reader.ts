/** Gathers the lines before a URI into one segment, and carries what stays in force. */
import { parseDateTime } from './date-time.js';
import { badPlaylist, PLAYLIST_LIMITS, splitTag } from './playlist-lines.js';
import { type ByteRange, keyKind, type MediaSegment, parseByteRange } from './segment.js';

/** What one segment's own lines have said so far. */
interface Pending {
  durationMs?: number;
  title?: string;
  range?: { readonly length: number; readonly offset: number | undefined };
  discontinuity: boolean;
  programDateTimeMs?: number;
  gap: boolean;
  otherTags: string[];
}

export interface SegmentReader {
  /** Takes a tag's line. Throws `media/playlist` when its value is beyond understanding. */
  tag(line: string): void;
  /** Takes a URI; undefined when no EXTINF came before it, which players pass over. */
  uri(line: string, sequence: number): MediaSegment | undefined;
}

export function createSegmentReader(): SegmentReader {
  let pending = fresh();
  let mapTag: string | undefined;
  let keyTags: readonly string[] = [];
  let mapKeyTags: readonly string[] = [];
  let last: { readonly uri: string; readonly end: number } | undefined;
  return {
    tag(line) {
      const { name, value } = splitTag(line) ?? { name: '', value: '' };
      if (name === 'EXT-X-MAP') [mapTag, mapKeyTags] = [line, withoutNone(keyTags)];
      else if (name === 'EXT-X-KEY') keyTags = withKey(keyTags, line);
      else if (!DROPPED.has(name)) readOwn(pending, name, value, line);
    },
    uri(uri, sequence) {
      const { durationMs, range, ...rest } = pending;
      pending = fresh();
      if (durationMs === undefined) return undefined;
      const byteRange = range && resolve(range, last?.uri === uri ? last.end : 0);
      last = byteRange && { uri, end: byteRange.offset + byteRange.length };
      const other = mapTag !== undefined &&
        mapKeyTags.join() !== withoutNone(keyTags).join() && { mapKeyTags };
      return { sequence, durationMs, uri, byteRange, mapTag, ...other, keyTags, ...rest };
    },
  };
}

/** Tags about parts of segments, which whole segments do without. */
const DROPPED: ReadonlySet<string> = new Set([
  'EXT-X-PART',
  'EXT-X-PRELOAD-HINT',
  'EXT-X-RENDITION-REPORT',
]);

/** Tags that are known to belong to segments, whatever stands before them. */
export const SEGMENT_TAGS: ReadonlySet<string> = new Set([
  'EXTINF',
  'EXT-X-BYTERANGE',
  'EXT-X-PROGRAM-DATE-TIME',
  'EXT-X-DISCONTINUITY',
  'EXT-X-GAP',
  'EXT-X-MAP',
  'EXT-X-KEY',
  ...DROPPED,
]);

function readOwn(pending: Pending, name: string, value: string, line: string): void {
  if (name === 'EXTINF') readDuration(pending, value);
  else if (name === 'EXT-X-BYTERANGE') readRange(pending, value);
  else if (name === 'EXT-X-PROGRAM-DATE-TIME') readDate(pending, value);
  else if (name === 'EXT-X-DISCONTINUITY') pending.discontinuity = true;
  else if (name === 'EXT-X-GAP') pending.gap = true;
  else addOther(pending, line);
}

/** None and METHOD=NONE are the same. */
function withoutNone(keys: readonly string[]): readonly string[] {
  return keys.filter((line) => !keyKind(line).none);
}

/** The keys in force after one more EXT-X-KEY line (RFC 8216 section 4.3.2.4). */
function withKey(keyTags: readonly string[], line: string): readonly string[] {
  const { format, none } = keyKind(line);
  if (none) return [line];
  const kept = keyTags.filter((other) => {
    const kind = keyKind(other);
    return !kind.none && kind.format !== format;
  });
  if (kept.length >= PLAYLIST_LIMITS.keysInForce) {
    throw badPlaylist(`more than ${PLAYLIST_LIMITS.keysInForce} keys in force`);
  }
  return [...kept, line];
}

/** Without an offset the range begins where the one before it ended, in the same resource. */
function resolve(
  { length, offset }: { length: number; offset: number | undefined },
  before: number,
): ByteRange {
  const from = offset ?? before;
  if (!Number.isSafeInteger(from + length)) throw badPlaylist('a byte range beyond 2^53');
  return { offset: from, length };
}

function readDuration(pending: Pending, value: string): void {
  const found = /^\s*(\d{1,9}(?:\.\d*)?|\.\d+)\s*(?:,(.*))?$/s.exec(value);
  if (found === null) throw badPlaylist('an EXTINF without a duration');
  const micros = Math.round(Number(found[1]) * 1e6);
  if (micros > DURATION_MS_MAX * 1000) throw badPlaylist('a segment longer than a day');
  pending.durationMs = micros / 1000;
  const title = found[2]?.trim() ?? '';
  if (title === '') delete pending.title;
  else pending.title = title;
}

function readRange(pending: Pending, value: string): void {
  const range = parseByteRange(value);
  if (range === undefined) throw badPlaylist('an EXT-X-BYTERANGE that is no range');
  pending.range = range;
}

/** A date that is none is passed over: playback does not need it. */
function readDate(pending: Pending, value: string): void {
  const ms = parseDateTime(value);
  if (ms !== undefined) pending.programDateTimeMs = ms;
}

function addOther(pending: Pending, line: string): void {
  if (pending.otherTags.length >= PLAYLIST_LIMITS.otherTags) {
    throw badPlaylist(`more than ${PLAYLIST_LIMITS.otherTags} further tags before one segment`);
  }
  pending.otherTags.push(line);
}

function fresh(): Pending {
  return { discontinuity: false, gap: false, otherTags: [] };
}

const DURATION_MS_MAX = 86_400_000;
