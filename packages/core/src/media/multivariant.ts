/** Multivariant playlists (RFC 8216 section 4.3.4): what they list, with other URIs too. */
import { type Attributes, parseAttributes } from './attributes.js';
import {
  badPlaylist,
  checkHls,
  PLAYLIST_LIMITS,
  playlistLines,
  splitTag,
} from './playlist-lines.js';
import { tagUri, withTagUri } from './segment.js';

/** What a URI of a multivariant playlist names. Those up to `image` are media playlists. */
export type UriKind =
  | 'variant'
  | 'rendition'
  | 'iframe'
  | 'image'
  | 'session-key'
  | 'session-data'
  | 'steering'
  | 'other';

export interface Variant {
  readonly uri: string;
  /** Of EXT-X-STREAM-INF. */
  readonly attributes: Attributes;
}

export interface RenditionTag {
  /** AUDIO, VIDEO, SUBTITLES or CLOSED-CAPTIONS. */
  readonly type: string;
  /** Undefined when its media is in the variants. */
  readonly uri: string | undefined;
  readonly groupId: string;
  readonly name: string;
  readonly attributes: Attributes;
}

export interface Multivariant {
  readonly variants: readonly Variant[];
  readonly media: readonly RenditionTag[];
  /** I-frame and image playlists. */
  readonly trickPlay: readonly Variant[];
  /** All lines after the first, trimmed, without blank ones. */
  readonly lines: readonly string[];
}

/** Whether the text is a playlist of playlists; false for anything that is no HLS at all. */
export function isMultivariant(text: string): boolean {
  return (
    /^\s*#EXTM3U/.test(text) && /^[ \t]*#EXT-X-(?:STREAM-INF|I-FRAME-STREAM-INF|MEDIA):/m.test(text)
  );
}

/** Throws `media/not-hls`, or `media/playlist` for a media playlist or one without any variant. */
export function parseMultivariant(text: string): Multivariant {
  const lines = playlistLines(text);
  const found = {
    variants: [] as Variant[],
    media: [] as RenditionTag[],
    trickPlay: [] as Variant[],
  };
  let variant: Attributes | undefined;
  for (const line of lines) {
    const tag = splitTag(line);
    if (tag?.name === 'EXTINF') {
      throw badPlaylist('a media playlist where a multivariant playlist was expected');
    }
    if (tag?.name === 'EXT-X-STREAM-INF') variant = parseAttributes(tag.value);
    else if (tag !== undefined) addTag(found, tag.name, parseAttributes(tag.value));
    else if (!line.startsWith('#') && variant !== undefined) {
      found.variants.push({ uri: line, attributes: variant });
      variant = undefined;
    }
    if (found.variants.length + found.media.length + found.trickPlay.length > MOST) {
      throw badPlaylist(`more than ${MOST} renditions`);
    }
  }
  if (found.variants.length === 0) throw badPlaylist('a multivariant playlist without a variant');
  return { ...found, lines };
}

/**
 * The same text, byte for byte, but for its URIs, which `mapUri` replaces, and for `extraTags`,
 * whole lines that go right after the first. Throws `media/not-hls` and `media/playlist`.
 */
export function rewriteMultivariant(
  text: string,
  mapUri: (uri: string, kind: UriKind) => string,
  extraTags: readonly string[] = [],
): string {
  checkHls(text);
  let afterVariant = false;
  const rewritten = text.replace(/[^\r\n]+/g, (raw) => {
    if (raw.length > PLAYLIST_LIMITS.lineChars) {
      throw badPlaylist(`a line of more than ${PLAYLIST_LIMITS.lineChars} characters`);
    }
    const line = raw.trim();
    const tag = splitTag(line);
    if (tag?.name === 'EXT-X-STREAM-INF') afterVariant = true;
    if (tag !== undefined) return raw.replace(line, () => rewriteTag(line, tag.name, mapUri));
    if (line === '' || line.startsWith('#')) return raw;
    const kind = afterVariant ? 'variant' : 'other';
    afterVariant = false;
    return raw.replace(line, () => oneLine(mapUri(line, kind)));
  });
  return withExtra(rewritten, extraTags);
}

const MOST = PLAYLIST_LIMITS.renditions;

/** The attribute that holds a tag's URI, and what the URI names. */
const URI_TAGS: ReadonlyMap<string, { readonly kind: UriKind; readonly attribute: string }> =
  new Map([
    ['EXT-X-MEDIA', { kind: 'rendition', attribute: 'URI' }],
    ['EXT-X-I-FRAME-STREAM-INF', { kind: 'iframe', attribute: 'URI' }],
    ['EXT-X-IMAGE-STREAM-INF', { kind: 'image', attribute: 'URI' }],
    ['EXT-X-SESSION-KEY', { kind: 'session-key', attribute: 'URI' }],
    ['EXT-X-SESSION-DATA', { kind: 'session-data', attribute: 'URI' }],
    ['EXT-X-CONTENT-STEERING', { kind: 'steering', attribute: 'SERVER-URI' }],
  ]);

function addTag(
  found: { readonly media: RenditionTag[]; readonly trickPlay: Variant[] },
  name: string,
  attributes: Attributes,
): void {
  const text = (key: string): string | undefined => attributes.get(key)?.text;
  const uri = text('URI');
  if (name === 'EXT-X-MEDIA') {
    const [type = '', groupId = '', called = ''] = ['TYPE', 'GROUP-ID', 'NAME'].map(text);
    found.media.push({ type, uri, groupId, name: called, attributes });
  }
  const isTrick = name === 'EXT-X-I-FRAME-STREAM-INF' || name === 'EXT-X-IMAGE-STREAM-INF';
  if (isTrick && uri !== undefined) found.trickPlay.push({ uri, attributes });
}

function rewriteTag(
  line: string,
  name: string,
  mapUri: (uri: string, kind: UriKind) => string,
): string {
  const known = URI_TAGS.get(name);
  const uri = known && line.includes(':') ? tagUri(line, known.attribute) : undefined;
  if (known === undefined || uri === undefined) return line;
  return withTagUri(line, mapUri(uri, known.kind), known.attribute);
}

function withExtra(text: string, extraTags: readonly string[]): string {
  const [, first = '', ending = ''] = /^(\s*#EXTM3U[^\r\n]*)(\r\n|\n|\r)?/.exec(text) ?? [];
  if (extraTags.length === 0) return text;
  const newline = ending === '' ? '\n' : ending;
  const added = extraTags.map((tag) => oneLine(tag) + newline).join('');
  return first + newline + added + text.slice(first.length + ending.length);
}

function oneLine(text: string): string {
  if (text === '' || /[\r\n]/.test(text)) throw badPlaylist('a line that is empty or broken');
  return text;
}
