/** The lines of a playlist's text, within limits that hold for every kind of playlist. */
import { ShoalError } from '../errors/index.js';

/** What a playlist may cost to read; more is `media/playlist`. Text counts in UTF-16 units. */
export const PLAYLIST_LIMITS = {
  /** Text of one playlist. */
  textChars: 4_194_304,
  /** One line. */
  lineChars: 8192,
  /** Segments of one media playlist, unless the caller allows another number. */
  segments: 5000,
  /** Renditions of all kinds in one multivariant playlist. */
  renditions: 500,
  /** Keys in force at once for one segment, one a key format. */
  keysInForce: 16,
  /** Tags of one segment that are passed through unread. */
  otherTags: 64,
} as const;

/** Lines after `#EXTM3U`, trimmed, none blank. Throws `media/not-hls` or `media/playlist`. */
export function playlistLines(text: string): readonly string[] {
  checkHls(text);
  const lines = splitLines(text.startsWith(BOM) ? text.slice(1) : text);
  return lines.slice(1);
}

/** Throws when `text` is no playlist at all, or larger than a playlist may be. */
export function checkHls(text: string): void {
  if (text.length > PLAYLIST_LIMITS.textChars) {
    throw badPlaylist(`more than ${PLAYLIST_LIMITS.textChars} characters`);
  }
  if (OPENING.test(text)) return;
  const kind = /^\s*</.test(text) ? 'it looks like a web page or XML' : 'it lacks #EXTM3U';
  throw new ShoalError('media/not-hls', kind);
}

/** Lines of any ending, trimmed at their end, without blank ones; none longer than the limit. */
export function splitLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const raw of text.split(/\r\n|\n|\r/)) {
    if (raw.length > PLAYLIST_LIMITS.lineChars) {
      throw badPlaylist(`a line of more than ${PLAYLIST_LIMITS.lineChars} characters`);
    }
    const line = raw.trim();
    if (line !== '') lines.push(line);
  }
  return lines;
}

/** The one error for text that is HLS but not as it must be. */
export function badPlaylist(detail: string): ShoalError {
  return new ShoalError('media/playlist', detail);
}

/** The tag's name and what follows its colon; undefined for URIs and comments. */
export function splitTag(
  line: string,
): { readonly name: string; readonly value: string } | undefined {
  if (!line.startsWith('#EXT')) return undefined;
  const colon = line.indexOf(':');
  if (colon < 0) return { name: line.slice(1), value: '' };
  return { name: line.slice(1, colon), value: line.slice(colon + 1) };
}

const BOM = '\ufeff';

/** RFC 8216 section 4.3.1.1 wants it first; a byte order mark or blank lines are forgiven. */
const OPENING = /^\ufeff?\s*#EXTM3U(?![^\s])/;
