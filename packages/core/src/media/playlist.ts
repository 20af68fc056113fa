/** Media playlists (RFC 8216 section 4.3): text in, segments out, and back. */
import { invariant } from '../errors/index.js';
import {
  type Head,
  isHeaderTag,
  newHead,
  type OpenHead,
  type PlaylistType,
  readHead,
} from './playlist-head.js';
import { badPlaylist, PLAYLIST_LIMITS, playlistLines, splitTag } from './playlist-lines.js';
import { keyKind, type MediaSegment, NO_KEY, segmentLines, stickyLines } from './segment.js';
import { createSegmentReader, SEGMENT_TAGS, type SegmentReader } from './segment-reader.js';

export interface MediaPlaylist extends Readonly<Omit<Head, 'targetDurationSec'>> {
  readonly targetDurationSec: number;
  readonly segments: readonly MediaSegment[];
}

/**
 * Reads a media playlist as leniently as players do. `EXT-X-DEFINE` is not applied, and tags about
 * parts are left out. Throws `media/not-hls` for what is no playlist, and `media/playlist` for a
 * multivariant one, one without a target duration, a delta update, or one beyond `PLAYLIST_LIMITS`.
 */
export function parseMediaPlaylist(
  text: string,
  maxSegments: number = PLAYLIST_LIMITS.segments,
): MediaPlaylist {
  const lines = playlistLines(text);
  const head = newHead();
  const segments: MediaSegment[] = [];
  const reader = createSegmentReader();
  let begun = false;
  for (const line of lines) {
    const tag = splitTag(line);
    if (tag !== undefined) begun = takeTag(line, tag, head, reader, begun);
    else if (!line.startsWith('#')) {
      const segment = reader.uri(line, segments.length);
      if (segment !== undefined) segments.push(segment);
      if (segments.length > maxSegments) throw badPlaylist(`more than ${maxSegments} segments`);
      begun = true;
    }
  }
  const { targetDurationSec } = head;
  if (targetDurationSec === undefined) throw badPlaylist('no EXT-X-TARGETDURATION');
  if (!Number.isSafeInteger(head.mediaSequence + segments.length)) {
    throw badPlaylist('a media sequence beyond 2^53');
  }
  return { ...head, targetDurationSec, segments: numbered(segments, head.mediaSequence) };
}

export interface MediaPlaylistParts {
  /** By default the least version that says everything else. */
  readonly version?: number | undefined;
  /** Raised when a segment is longer. */
  readonly targetDurationSec: number;
  readonly mediaSequence: number;
  readonly discontinuitySequence?: number | undefined;
  readonly endList: boolean;
  readonly type?: PlaylistType | undefined;
  readonly independentSegments?: boolean | undefined;
  /** Numbered from `mediaSequence` without a gap. */
  readonly segments: readonly MediaSegment[];
  /** Whole lines about the playlist, such as `otherHeaderLines` and the tag of a signed stream. */
  readonly extraTags?: readonly string[] | undefined;
}

/**
 * Writes a media playlist, each key and initialisation section once. Throws `media/playlist` when
 * a segment without an initialisation section follows one that has one: HLS cannot say that.
 */
export function writeMediaPlaylist(parts: MediaPlaylistParts): string {
  const { segments, mediaSequence, discontinuitySequence = 0 } = parts;
  const longest = segments.reduce((most, { durationMs }) => Math.max(most, durationMs), 0);
  const target = Math.max(parts.targetDurationSec, Math.round(longest / 1000));
  const lines = ['#EXTM3U', `#EXT-X-VERSION:${parts.version ?? neededVersion(segments)}`];
  lines.push(`#EXT-X-TARGETDURATION:${target}`, `#EXT-X-MEDIA-SEQUENCE:${mediaSequence}`);
  if (discontinuitySequence > 0) {
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`);
  }
  if (parts.type !== undefined) lines.push(`#EXT-X-PLAYLIST-TYPE:${parts.type}`);
  if (parts.independentSegments) lines.push('#EXT-X-INDEPENDENT-SEGMENTS');
  for (const tag of parts.extraTags ?? []) {
    if (!/^#[^\r\n]+$/.test(tag)) throw badPlaylist('a further tag that is no line');
    lines.push(tag);
  }
  let before: MediaSegment | undefined;
  segments.forEach((segment, index) => {
    invariant(segment.sequence === mediaSequence + index, 'writeMediaPlaylist: sequence gap');
    pushSegment(lines, segment, before);
    before = segment;
  });
  if (parts.endList) lines.push('#EXT-X-ENDLIST');
  return `${lines.join('\n')}\n`;
}

/** Reads a tag; gives whether segments have begun: an unknown tag then belongs to the next one. */
function takeTag(
  line: string,
  { name, value }: { name: string; value: string },
  head: OpenHead,
  reader: SegmentReader,
  begun: boolean,
): boolean {
  if (readHead(head, name, value.trim())) return begun;
  if (isHeaderTag(name) || !(begun || SEGMENT_TAGS.has(name) || CUE.test(name))) {
    head.otherHeaderLines.push(line);
    return begun;
  }
  reader.tag(line);
  return true;
}

function numbered(segments: readonly MediaSegment[], first: number): MediaSegment[] {
  return segments.map((segment, index) => ({ ...segment, sequence: first + index }));
}

function pushSegment(
  lines: string[],
  segment: MediaSegment,
  before: MediaSegment | undefined,
): void {
  const own = segmentLines(segment, false);
  const first = segment.discontinuity ? 1 : 0;
  lines.push(...own.slice(0, first));
  if (segment.mapTag === undefined && before?.mapTag !== undefined) {
    throw badPlaylist('a segment without EXT-X-MAP after one that has it');
  }
  const isNewMap = segment.mapTag !== before?.mapTag;
  if (isNewMap && segment.mapKeyTags !== undefined) lines.push(...stickyLines(segment));
  else {
    lines.push(...keyLines(segment.keyTags, before?.keyTags ?? []));
    if (isNewMap && segment.mapTag !== undefined) lines.push(segment.mapTag);
  }
  lines.push(...own.slice(first));
}

/** A key format that is no longer in force can only be dropped by dropping all first. */
function keyLines(keys: readonly string[], before: readonly string[]): readonly string[] {
  if (keys === before || keys.join('\n') === before.join('\n')) return [];
  const kinds = keys.map(keyKind);
  const stale = before
    .map(keyKind)
    .some(
      ({ format, none }) => !none && !kinds.some((kind) => kind.none || kind.format === format),
    );
  return stale ? [NO_KEY, ...keys] : keys;
}

/** RFC 8216 section 7. */
function neededVersion(segments: readonly MediaSegment[]): number {
  if (segments.some(({ mapTag }) => mapTag !== undefined)) return 6;
  const formats = segments.some(({ keyTags }) => keyTags.some((tag) => tag.includes('KEYFORMAT')));
  if (formats) return 5;
  return segments.some(({ byteRange }) => byteRange !== undefined) ? 4 : 3;
}

/** Marks of advertisements and the like belong to a segment even before the first one. */
const CUE = /CUE|SCTE|DATERANGE|ASSET|SPLICE|BITRATE/;
