/** Reads what the plug-in needs of a playlist's text; hls.js does the real parsing. */

/** A media playlist as lines: its head, and the lines of each segment. */
export interface MediaText {
  readonly head: readonly string[];
  readonly segments: readonly SegmentText[];
  /** The first segment's media sequence number. */
  readonly sequence: number;
  readonly discontinuity: number;
  /** No EXT-X-ENDLIST. */
  readonly live: boolean;
  /** EXT-X-PLAYLIST-TYPE is EVENT: nothing is ever taken off the front. */
  readonly keepsAll: boolean;
  /** Has parts, deltas or blocking reload: another kind of playlist than is written here. */
  readonly lowLatency: boolean;
}

export interface SegmentText {
  readonly sequence: number;
  readonly durationMs: number;
  /** As written, relative to the playlist. */
  readonly uri: string;
  /** EXT-X-BYTERANGE, with its start resolved against the segment before. */
  readonly range: ByteRange | undefined;
  readonly discontinuity: boolean;
  /**
   * When it begins, milliseconds since 1970, by its own EXT-X-PROGRAM-DATE-TIME or one before it;
   * not a number when nobody said.
   */
  readonly dateMs: number;
  /** The EXT-X-MAP and EXT-X-KEY lines in force. */
  readonly map: string;
  readonly keys: readonly string[];
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

export function readMedia(text: string): MediaText {
  const head: string[] = [];
  const segments: SegmentText[] = [];
  let own: string[] = [];
  let live = true;
  const number = (name: string): number =>
    Number(new RegExp(`^#EXT-X-${name}(\\d+)`, 'm').exec(text)?.[1] ?? 0);
  const sequence = number('MEDIA-SEQUENCE:');
  const skipped = number('SKIP:SKIPPED-SEGMENTS=');
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    if (line.startsWith('#EXT-X-ENDLIST')) live = false;
    else if (HEAD.test(line)) head.push(line);
    else own.push(line);
    if (line.startsWith('#')) continue;
    segments.push(readSegment(own, sequence + skipped + segments.length, segments.at(-1)));
    own = [];
  }
  return {
    head,
    segments,
    sequence,
    discontinuity: number('DISCONTINUITY-SEQUENCE:'),
    live,
    keepsAll: /^#EXT-X-PLAYLIST-TYPE:EVENT/m.test(text),
    lowLatency: /^#EXT-X-(?:PART|SKIP|SERVER-CONTROL:.*CAN-BLOCK-RELOAD=YES)/m.test(text),
  };
}

/** The segment that a record's hint describes. `before`: the one in front of it, when known. */
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
  const keys = own.filter((line) => line.startsWith('#EXT-X-KEY:'));
  const discontinuity = own.includes('#EXT-X-DISCONTINUITY');
  const date = Date.parse(value(DATE) ?? '');
  const follows = before && !discontinuity && Number.isNaN(date);
  return {
    sequence,
    durationMs: 1000 * Number.parseFloat(value('EXTINF') ?? '0'),
    dateMs: follows ? before.dateMs + before.durationMs : date,
    uri: own.find((line) => !line.startsWith('#')) ?? '',
    range: readRange(value('EXT-X-BYTERANGE'), before?.range),
    discontinuity,
    map: own.findLast((line) => line.startsWith('#EXT-X-MAP:')) ?? before?.map ?? '',
    keys: keys.length > 0 ? keys : (before?.keys ?? []),
    lines: own.filter((line) => !/^#EXT-X-(?:MAP|KEY):/.test(line)),
  };
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
  if (Number.isNaN(dateMs) || lines.some((line) => line.startsWith(`#${DATE}:`))) return [];
  return [`#${DATE}:${new Date(dateMs).toISOString()}`];
}

/** Tags of the whole playlist; every other tag belongs to the segment that follows it. */
const HEAD =
  /^#(?:EXTM3U|EXT-X-(?:VERSION|TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|START|DEFINE|SERVER-CONTROL|SHOAL)\b)/;
