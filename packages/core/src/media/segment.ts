/** One segment of a media playlist, and the lines that say it. */
import type { Bytes, Ms } from '../units/index.js';
import { bare, formatAttributes, parseAttributes, quoted, replaceQuoted } from './attributes.js';
import { formatDateTime } from './date-time.js';
import { badPlaylist } from './playlist-lines.js';

export interface ByteRange {
  /** First byte in the resource. */
  readonly offset: Bytes;
  readonly length: Bytes;
}

export interface MediaSegment {
  /** Media sequence number. */
  readonly sequence: number;
  /** Whole microseconds. */
  readonly durationMs: Ms;
  /** What follows the comma of EXTINF, when anything does. */
  readonly title?: string | undefined;
  /** As written: relative to the playlist. */
  readonly uri: string;
  readonly byteRange?: ByteRange | undefined;
  /** A discontinuity lies between the segment before and this one. */
  readonly discontinuity: boolean;
  /** Only where the playlist says it; since 1970 UTC. */
  readonly programDateTimeMs?: number | undefined;
  /** Listed, but there is nothing to fetch. */
  readonly gap: boolean;
  /** The EXT-X-MAP line in force. */
  readonly mapTag?: string | undefined;
  /** The EXT-X-KEY lines in force where that line stands, when they are not `keyTags`. */
  readonly mapKeyTags?: readonly string[] | undefined;
  /** The EXT-X-KEY lines in force, one a key format; METHOD=NONE is one that stands alone. */
  readonly keyTags: readonly string[];
  /** Tags that nothing here reads, in their order. */
  readonly otherTags: readonly string[];
}

/**
 * The lines of one segment, its URI last. `includeSticky` adds the keys and the initialisation
 * section in force, which a playlist says once for all that follow. Throws `media/playlist` for
 * text that would not be read back as these lines.
 */
export function segmentLines(segment: MediaSegment, includeSticky: boolean): string[] {
  const { byteRange, programDateTimeMs } = segment;
  const lines: string[] = [];
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
  if (includeSticky) lines.push(...stickyLines(segment));
  if (programDateTimeMs !== undefined) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${formatDateTime(programDateTimeMs)}`);
  }
  lines.push(`#EXTINF:${formatSeconds(segment.durationMs)},${segment.title ?? ''}`);
  // After EXTINF, where a tag that nobody knows cannot be taken for one of the whole playlist.
  lines.push(...segment.otherTags);
  if (segment.gap) lines.push('#EXT-X-GAP');
  if (byteRange !== undefined) {
    lines.push(`#EXT-X-BYTERANGE:${byteRange.length}@${byteRange.offset}`);
  }
  lines.push(segment.uri);
  for (const line of lines) if (/[\r\n]/.test(line)) throw badPlaylist('a line break in a line');
  if (/^#|^\s*$/.test(segment.uri)) throw badPlaylist('a segment without a URI');
  return lines;
}

/** An initialisation section is encrypted by the keys that stand before it, or by none. */
export function stickyLines({ keyTags, mapTag, mapKeyTags }: MediaSegment): string[] {
  if (mapTag === undefined) return [...keyTags];
  if (mapKeyTags === undefined) return [...keyTags, mapTag];
  return [...(mapKeyTags.length > 0 ? mapKeyTags : [NO_KEY]), mapTag, ...keyTags];
}

/** Seconds with three to six decimals. */
export function formatSeconds(ms: Ms): string {
  return (ms / 1000).toFixed(6).replace(/0{1,3}$/, '');
}

/** Where an EXT-X-MAP line says that the initialisation section is; undefined when it does not. */
export function mapLocation(
  mapTag: string,
): { readonly uri: string; readonly byteRange: ByteRange | undefined } | undefined {
  const attributes = parseAttributes(listOf(mapTag));
  const uri = attributes.get('URI')?.text;
  if (uri === undefined) return undefined;
  const range = parseByteRange(attributes.get('BYTERANGE')?.text ?? '');
  if (range === undefined) return { uri, byteRange: undefined };
  return { uri, byteRange: { offset: range.offset ?? 0, length: range.length } };
}

/** The EXT-X-MAP line of a section. Throws `media/playlist` for a URI that it cannot hold. */
export function mapTag(uri: string, byteRange?: ByteRange): string {
  const range = byteRange && quoted(`${byteRange.length}@${byteRange.offset}`);
  const list = formatAttributes([
    ['URI', quoted(uri)],
    ...(range === undefined ? [] : ([['BYTERANGE', range]] as const)),
  ]);
  return `#EXT-X-MAP:${list}`;
}

/** The URI attribute of a tag's line; undefined when it has none. Some tags name it otherwise. */
export function tagUri(line: string, attribute = 'URI'): string | undefined {
  return parseAttributes(listOf(line)).get(attribute)?.text;
}

/** The line with another URI, all else byte for byte; a line without a URI stays as it is. */
export function withTagUri(line: string, uri: string, attribute = 'URI'): string {
  const list = listOf(line);
  return line.slice(0, line.length - list.length) + replaceQuoted(list, attribute, uri);
}

/** The key format of an EXT-X-KEY line, and whether it switches encryption off. */
export function keyKind(line: string): { readonly format: string; readonly none: boolean } {
  const attributes = parseAttributes(listOf(line));
  const none = attributes.get('METHOD')?.text === 'NONE';
  return { format: attributes.get('KEYFORMAT')?.text ?? 'identity', none };
}

/** `n[@o]` of RFC 8216 section 4.3.2.2; undefined when it is not that. */
export function parseByteRange(
  text: string,
): { readonly length: Bytes; readonly offset: Bytes | undefined } | undefined {
  const found = /^\s*(\d{1,16})(?:@(\d{1,16}))?\s*$/.exec(text);
  if (found === null) return undefined;
  const length = Number(found[1]);
  const offset = found[2] === undefined ? undefined : Number(found[2]);
  if (length < 1 || !Number.isSafeInteger(length + (offset ?? 0))) return undefined;
  return { length, offset };
}

/** The line that ends encryption. */
export const NO_KEY: string = `#EXT-X-KEY:${formatAttributes([['METHOD', bare('NONE')]])}`;

function listOf(line: string): string {
  const colon = line.indexOf(':');
  if (!line.startsWith('#EXT') || colon < 0) throw badPlaylist('a tag without attributes');
  return line.slice(colon + 1);
}
