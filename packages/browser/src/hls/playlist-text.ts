/** Reads what the plug-in needs of a playlist's text; hls.js does the real parsing. */

/** A media playlist as lines: its head, the lines of each segment, and what follows the last. */
export interface MediaText {
  /** Without the counts of what has left. */
  readonly head: readonly string[];
  /** Complete ones. */
  readonly segments: readonly SegmentText[];
  /** The segment after them, as long as only parts of it are there. */
  readonly open: SegmentText | undefined;
  /** EXT-X-PRELOAD-HINT, and EXT-X-RENDITION-REPORT of the other renditions. */
  readonly tail: readonly string[];
  /** The first segment's media sequence number. */
  readonly sequence: number;
  readonly discontinuity: number;
  /** No EXT-X-ENDLIST. */
  readonly live: boolean;
  /** How much is listed at least; endless where nothing is, or was, taken off the front. */
  readonly windowMs: number;
  readonly targetMs: number;
  /** EXT-X-PART-INF; 0: no parts. */
  readonly partMs: number;
  /** CAN-SKIP-UNTIL; 0: updates skip nothing. */
  readonly skipMs: number;
}

export interface SegmentText {
  readonly sequence: number;
  /** Of its parts, while it has no EXTINF. */
  readonly durationMs: number;
  /** As written, relative to the playlist; empty: it is not complete. */
  readonly uri: string;
  /** EXT-X-BYTERANGE, with its start resolved against the segment before. */
  readonly range: ByteRange | undefined;
  readonly discontinuity: boolean;
  /**
   * When it begins, milliseconds since 1970, by its own EXT-X-PROGRAM-DATE-TIME or one before it;
   * not a number when nobody said.
   */
  readonly dateMs: number;
  /** The EXT-X-KEY lines in force, METHOD=NONE left out. */
  readonly keys: readonly string[];
  /** The EXT-X-MAP line in force, and the keys where it stands. */
  readonly map: string;
  readonly mapKeys: readonly string[];
  /** Its EXT-X-PART lines. */
  readonly parts: readonly string[];
  /** All other lines, the URI last. */
  readonly lines: readonly string[];
}

interface ByteRange {
  readonly from: number;
  readonly length: number;
}

const DATE = 'EXT-X-PROGRAM-DATE-TIME';

export function isMediaPlaylist(text: string): boolean {
  return /^#EXTM3U/.test(text) && /^#EXT(?:INF|-X-TARGETDURATION):/m.test(text);
}

/** `before`: the one that this may be an update of. */
export function readMedia(text: string, before?: MediaText): MediaText {
  const number = (pattern: string): number =>
    Number(new RegExp(`^#EXT-X-${pattern}([\\d.]+)`, 'm').exec(text)?.[1] ?? 0);
  const sequence = number('MEDIA-SEQUENCE:');
  const from = sequence + number('SKIP:SKIPPED-SEGMENTS=');
  const isSkipped = (one: SegmentText) => one.sequence >= sequence && one.sequence < from;
  const segments = before?.segments.filter(isSkipped) ?? [];
  const skipped = segments.length;
  const head: string[] = [];
  let own: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (HEAD.test(line)) head.push(line);
    else if (line !== '' && !COUNTED.test(line)) own.push(line);
    if (line === '' || line.startsWith('#')) continue;
    segments.push(readSegment(own, from + segments.length - skipped, segments.at(-1)));
    own = [];
  }
  const open = readSegment(own, from + segments.length - skipped, segments.at(-1));
  const keepsAll = sequence === 0 || /^#EXT-X-PLAYLIST-TYPE:EVENT/m.test(text);
  return {
    head,
    segments,
    open: open.parts.length > 0 ? open : undefined,
    tail: own.filter((line) => TAIL.test(line)),
    sequence,
    discontinuity: number('DISCONTINUITY-SEQUENCE:'),
    live: !/^#EXT-X-ENDLIST/m.test(text),
    windowMs: keepsAll ? Infinity : segments.reduce((sum, { durationMs }) => sum + durationMs, 0),
    targetMs: 1000 * number('TARGETDURATION:'),
    partMs: 1000 * number('PART-INF:.*PART-TARGET='),
    skipMs: 1000 * number('SERVER-CONTROL:.*CAN-SKIP-UNTIL='),
  };
}

/** How a playlist goes on behind its last segment. */
export const TAIL = /^#EXT-X-(?:PRELOAD-HINT|RENDITION-REPORT):/;

/** What a record's hint says of its segment. `before`: the one in front of it, when known. */
export function readHint(hint: string, sequence: number, before?: SegmentText): SegmentText {
  return readSegment(hint.split(/\r?\n/).filter(Boolean), sequence, before);
}

/** One segment from its own lines, and from what the one before it leaves in force. */
function readSegment(
  own: readonly string[],
  sequence: number,
  before: SegmentText | undefined,
): SegmentText {
  const value = (name: string): string | undefined =>
    own.find((line) => line.startsWith(`#${name}:`))?.slice(name.length + 2);
  const mapAt = own.findLastIndex((line) => line.startsWith('#EXT-X-MAP:'));
  const keysAtMap = readKeys(own.slice(0, mapAt + 1), before?.keys);
  const parts = own.filter((line) => line.startsWith('#EXT-X-PART:'));
  const discontinuity = own.includes('#EXT-X-DISCONTINUITY');
  const date = Date.parse(value(DATE) ?? '');
  const follows = before && !discontinuity && Number.isNaN(date);
  const partsMs = parts.map((line) => msOf(/DURATION=([^,]*)/.exec(line)?.[1]));
  return {
    sequence,
    durationMs: msOf(value('EXTINF')) || partsMs.reduce((sum, ms) => sum + ms, 0),
    dateMs: follows ? before.dateMs + before.durationMs : date,
    uri: own.find((line) => !line.startsWith('#')) ?? '',
    range: readRange(value('EXT-X-BYTERANGE'), before?.range),
    discontinuity,
    keys: readKeys(own.slice(mapAt + 1), keysAtMap),
    map: own[mapAt] ?? before?.map ?? '',
    mapKeys: mapAt < 0 ? (before?.mapKeys ?? []) : keysAtMap,
    parts,
    lines: own.filter((line) => !APART.test(line)),
  };
}

/** The keys in force after these lines. */
function readKeys(lines: readonly string[], before: readonly string[] = []): readonly string[] {
  const keys = lines.filter((line) => line.startsWith('#EXT-X-KEY:'));
  const none = keys.findLastIndex((line) => line.startsWith(NO_KEY));
  return keys.length > 0 ? keys.slice(none + 1) : before;
}

export const NO_KEY = '#EXT-X-KEY:METHOD=NONE';

/** Whole microseconds, as playlists have them. */
function msOf(seconds = '0'): number {
  return Math.round(1e6 * Number.parseFloat(seconds)) / 1000;
}

/** `n[@o]`: without `o` the range begins where the one before ended (RFC 8216 section 4.3.2.2). */
function readRange(value = '', before: ByteRange = { from: 0, length: 0 }): ByteRange | undefined {
  const found = /^(\d+)(?:@(\d+))?/.exec(value);
  const [, length, from = before.from + before.length] = found ?? [];
  return found ? { from: Number(from), length: Number(length) } : undefined;
}

/**
 * The date line that a segment needs where the one with its own date has left; none when nobody
 * said a date.
 */
export function dateLine({ dateMs, lines }: SegmentText): readonly string[] {
  const date = new Date(dateMs);
  if (Number.isNaN(+date) || lines.some((line) => line.startsWith(`#${DATE}:`))) return [];
  return [`#${DATE}:${date.toISOString()}`];
}

/** Tags of the whole playlist; every other tag belongs to the segment that follows it. */
const HEAD =
  /^#(?:EXTM3U|EXT-X-(?:VERSION|TARGETDURATION|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|START|DEFINE|SERVER-CONTROL|PART-INF|SHOAL)\b)/;
/** Said anew whenever a playlist is written. */
const COUNTED = /^#EXT-X-(?:(?:MEDIA|DISCONTINUITY)-SEQUENCE|SKIP|ENDLIST)\b/;
/** Lines that have a place of their own among those of a segment, or behind the last. */
const APART = /^#EXT-X-(?:(?:MAP|KEY|PART|PRELOAD-HINT|RENDITION-REPORT):|DISCONTINUITY$)/;
