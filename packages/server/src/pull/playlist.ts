/** Playlists as the follower needs them: absolute places in, our own addresses out. */
import { ShoalError } from '@shoal/core/errors';
import {
  formatHint,
  isMultivariant,
  type MediaPlaylist,
  type MediaSegment,
  mapLocation,
  mapTag,
  parseMediaPlaylist,
  parseMultivariant,
  rewriteMultivariant,
  tagUri,
  type UriKind,
  withTagUri,
  writeMediaPlaylist,
} from '@shoal/core/media';
import type { Place } from '../origin/segment.js';
import type { Addresses } from './addresses.js';

/** A segment that a playlist of the source names. */
export interface NamedSegment {
  readonly sequence: number;
  readonly durationMs: number;
  readonly place: Place;
  readonly init: Place | undefined;
  readonly gap: boolean;
  readonly discontinuity: boolean;
  /** Programme time of its start, milliseconds since 1970; undefined when the playlist has none. */
  readonly dateMs: number | undefined;
  /** As the source wrote it. */
  readonly source: MediaSegment;
}

/** A media playlist of the source. */
export interface MediaView {
  readonly type: 'media';
  readonly live: boolean;
  readonly targetMs: number;
  readonly independent: boolean;
  readonly segments: readonly NamedSegment[];
  readonly source: MediaPlaylist;
  /** Where it is: what it names starts there. */
  readonly url: string;
}

/** A playlist of playlists. */
export interface MultivariantView {
  readonly type: 'multivariant';
  readonly text: string;
  readonly url: string;
  /** Media playlists by rendition number: variants first, then renditions, each address once. */
  readonly urls: readonly string[];
}

/** Reads any playlist at `url`. Throws `media/not-hls` or `media/playlist`. */
export function readPlaylist(text: string, url: string): MultivariantView | MediaView {
  if (/^#EXT-X-DEFINE:/m.test(text) && text.includes('{$')) {
    throw new ShoalError('media/playlist', 'variables (EXT-X-DEFINE) are not supported');
  }
  return isMultivariant(text) ? readMultivariant(text, url) : readMedia(text, url);
}

/**
 * The addresses of the media playlists that a playlist names; none when it is one itself. Throws as
 * above.
 */
export function playlistUrls(text: string, url: string): readonly string[] {
  const view = readPlaylist(text, url);
  return view.type === 'multivariant' ? view.urls : [];
}

function readMultivariant(text: string, url: string): MultivariantView {
  const { variants, media } = parseMultivariant(text);
  const uris = [...variants, ...media].flatMap(({ uri }) => (uri === undefined ? [] : [uri]));
  const urls = [...new Set(uris.map((uri) => resolveUrl(uri, url)))];
  if (urls.length > RENDITIONS_MAX) {
    throw new ShoalError('media/playlist', `more than ${RENDITIONS_MAX} renditions`);
  }
  return { type: 'multivariant', text, url, urls };
}

/**
 * The source's text with our playlists and the tag. What only the source can give keeps its address
 * or is left out.
 */
export function writeMultivariant({ text, url, urls }: MultivariantView, tag: string): string {
  const mapUri = (uri: string, kind: UriKind): string => {
    const absolute = resolveUrl(uri, url);
    if (kind === 'variant' || kind === 'rendition') return `r${urls.indexOf(absolute)}.m3u8`;
    return kind !== 'steering' && /^https?:/.test(absolute) ? absolute : LEFT_OUT;
  };
  const written = rewriteMultivariant(text, mapUri, [tag]);
  return written
    .split(/\r\n|\n|\r/)
    .filter((line) => !line.includes(LEFT_OUT) && !DROPPED.test(line.replace(tag, '')))
    .join('\n');
}

function readMedia(text: string, url: string): MediaView {
  const source = parseMediaPlaylist(text, SEGMENTS_MAX);
  return {
    type: 'media',
    live: !source.endList,
    targetMs: source.targetDurationSec * 1000,
    independent: source.independentSegments,
    segments: source.segments.map((segment) => named(segment, url)),
    source,
    url,
  };
}

/** The playlist that we serve: the source's, with our addresses and the tag of the stream. */
export function writeMedia(
  view: MediaView,
  rendition: number,
  addresses: Addresses,
  tag: string,
): string {
  const { source } = view;
  return writeMediaPlaylist({
    targetDurationSec: source.targetDurationSec,
    mediaSequence: source.mediaSequence,
    discontinuitySequence: source.discontinuitySequence,
    endList: source.endList,
    type: source.type,
    independentSegments: source.independentSegments,
    segments: view.segments.map((segment) => ours(segment, view.url, rendition, addresses)),
    extraTags: [tag, ...source.otherHeaderLines.filter((line) => !DROPPED.test(line))],
  });
}

/**
 * The segment's lines as our playlist says them; empty when they are longer than a record holds.
 */
export function hintOf(
  view: MediaView,
  segment: NamedSegment,
  rendition: number,
  addresses: Addresses,
): string {
  return formatHint(ours(segment, view.url, rendition, addresses)) ?? '';
}

function named(source: MediaSegment, base: string): NamedSegment {
  const { sequence, durationMs, gap, discontinuity, programDateTimeMs, byteRange } = source;
  const map = source.mapTag === undefined ? undefined : mapLocation(source.mapTag);
  return {
    sequence,
    durationMs,
    place: placeOf(source.uri, byteRange, base),
    init: map === undefined ? undefined : placeOf(map.uri, map.byteRange, base),
    gap,
    discontinuity,
    dateMs: programDateTimeMs,
    source,
  };
}

/** The segment with our addresses. Keys stay at the source, whose permission they need. */
function ours(
  segment: NamedSegment,
  base: string,
  rendition: number,
  addresses: Addresses,
): MediaSegment {
  const { url, slice } = addresses.segment(rendition, segment);
  const init = segment.init === undefined ? undefined : addresses.init(rendition, segment.init);
  return {
    ...segment.source,
    uri: url,
    byteRange: rangeOf(slice),
    mapTag: init === undefined ? undefined : mapTag(init.url, rangeOf(init.slice)),
    keyTags: segment.source.keyTags.map((line) => absoluteUri(line, base, addresses)),
    mapKeyTags: segment.source.mapKeyTags?.map((line) => absoluteUri(line, base, addresses)),
  };
}

function absoluteUri(line: string, base: string, addresses: Addresses): string {
  const uri = tagUri(line);
  return uri === undefined ? line : withTagUri(line, addresses.key(resolveUrl(uri, base)));
}

function placeOf(uri: string, range: MediaSegment['byteRange'], base: string): Place {
  const slice = range === undefined ? undefined : { from: range.offset, length: range.length };
  return { url: resolveUrl(uri, base), slice };
}

/** An absolute address. Throws `media/playlist` when it is none. */
function resolveUrl(uri: string, base: string): string {
  if (!URL.canParse(uri, base)) throw new ShoalError('media/playlist', 'an address that is none');
  return new URL(uri, base).href;
}

function rangeOf(slice: Place['slice']): MediaSegment['byteRange'] {
  return slice === undefined ? undefined : { offset: slice.from, length: slice.length };
}

/** Marks the lines that are left out; no address holds it. */
const LEFT_OUT = 'shoal-left-out:';

/** Media playlists of one stream. */
export const RENDITIONS_MAX = 64;

/** A day of segments of four seconds. */
const SEGMENTS_MAX = 21_600;

/** Promises of the source's own server that ours does not keep: low latency and delta updates. */
const DROPPED = /^#EXT-X-(?:SERVER-CONTROL|PART-INF|SHOAL)\b/;
