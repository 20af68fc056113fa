/** What a media playlist says once, about all of its segments. */
import { badPlaylist } from './playlist-lines.js';

export type PlaylistType = 'VOD' | 'EVENT';

export interface Head {
  version: number;
  targetDurationSec: number | undefined;
  /** Sequence of the first segment. */
  mediaSequence: number;
  discontinuitySequence: number;
  endList: boolean;
  type: PlaylistType | undefined;
  independentSegments: boolean;
  /** Lines about the whole playlist that no other field says: EXT-X-DEFINE, EXT-X-START, … */
  otherHeaderLines: readonly string[];
}

/** A head while it is read. */
export type OpenHead = Omit<Head, 'otherHeaderLines'> & { otherHeaderLines: string[] };

export function newHead(): OpenHead {
  return {
    version: 1,
    targetDurationSec: undefined,
    mediaSequence: 0,
    discontinuitySequence: 0,
    endList: false,
    type: undefined,
    independentSegments: false,
    otherHeaderLines: [],
  };
}

/** Whether `name` is a tag that `head` has a field for; reads it. Throws `media/playlist`. */
export function readHead(head: Head, name: string, value: string): boolean {
  switch (name) {
    case 'EXTM3U':
      return true;
    case 'EXT-X-VERSION':
      if (/^\d{1,4}$/.test(value)) head.version = Number(value);
      return true;
    case 'EXT-X-TARGETDURATION':
      head.targetDurationSec = targetDuration(value);
      return true;
    case 'EXT-X-MEDIA-SEQUENCE':
      head.mediaSequence = whole(name, value);
      return true;
    case 'EXT-X-DISCONTINUITY-SEQUENCE':
      head.discontinuitySequence = whole(name, value);
      return true;
    case 'EXT-X-PLAYLIST-TYPE':
      if (value === 'VOD' || value === 'EVENT') head.type = value;
      return true;
    case 'EXT-X-INDEPENDENT-SEGMENTS':
      head.independentSegments = true;
      return true;
    case 'EXT-X-ENDLIST':
      head.endList = true;
      return true;
    case 'EXT-X-STREAM-INF':
    case 'EXT-X-I-FRAME-STREAM-INF':
    case 'EXT-X-MEDIA':
      throw badPlaylist('a multivariant playlist where a media playlist was expected');
    case 'EXT-X-SKIP':
      throw badPlaylist('a delta update where a whole playlist was expected');
    default:
      return false;
  }
}

/** Whether the tag is about the whole playlist wherever it stands. */
export function isHeaderTag(name: string): boolean {
  return HEADER_TAGS.has(name);
}

const HEADER_TAGS: ReadonlySet<string> = new Set([
  'EXTM3U',
  'EXT-X-VERSION',
  'EXT-X-TARGETDURATION',
  'EXT-X-MEDIA-SEQUENCE',
  'EXT-X-DISCONTINUITY-SEQUENCE',
  'EXT-X-PLAYLIST-TYPE',
  'EXT-X-INDEPENDENT-SEGMENTS',
  'EXT-X-ENDLIST',
  'EXT-X-STREAM-INF',
  'EXT-X-I-FRAME-STREAM-INF',
  'EXT-X-MEDIA',
  'EXT-X-SKIP',
  'EXT-X-START',
  'EXT-X-DEFINE',
  'EXT-X-SERVER-CONTROL',
  'EXT-X-PART-INF',
  'EXT-X-I-FRAMES-ONLY',
  'EXT-X-ALLOW-CACHE',
  'EXT-X-SHOAL',
]);

/** A whole number of at most 53 bits. */
function whole(name: string, value: string): number {
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw badPlaylist(`${name} is not a whole number`);
  return number;
}

/** Players take a decimal too; what is rounded up holds for both. */
function targetDuration(value: string): number {
  const seconds = /^\d{1,6}(\.\d*)?$/.test(value) ? Math.ceil(Number(value)) : Number.NaN;
  if (!(seconds <= 86_400)) throw badPlaylist('EXT-X-TARGETDURATION is not a duration');
  return Math.max(1, seconds);
}
