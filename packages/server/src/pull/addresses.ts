/** The addresses that our playlists name: of our edge, or of the servers that the bytes are on. */
import { extensionOf, mediaType } from '../origin/media-type.js';
import { type Place, placeName } from '../origin/segment.js';
import type { Stream } from '../origin/stream.js';
import type { NamedSegment } from './playlist.js';

/** An address to write into a playlist; a range when the bytes are a part of what is there. */
export type Address = Place;

export interface Addresses {
  /** Makes the segment and its initialisation section available. */
  register(rendition: number, segment: NamedSegment): void;
  /** As written into a playlist at `hls/<name>/`. */
  segment(rendition: number, segment: NamedSegment): Address;
  init(rendition: number, init: Place): Address;
  /** A key at an absolute address. */
  key(url: string): string;
  /** The key of these bytes in the edge. */
  segmentKey(rendition: number, sequence: number, place: Place): string;
  initKey(rendition: number, init: Place): string;
}

/** Segments stay where they are. */
export function upstreamAddresses(): Addresses {
  return {
    register: () => {},
    segment: (_rendition, { place }) => withoutPassword(place),
    init: (_rendition, init) => withoutPassword(init),
    key: (url) => withoutPassword({ url, slice: undefined }).url,
    segmentKey: (_rendition, _sequence, place) => placeName(place),
    initKey: (_rendition, init) => placeName(init),
  };
}

/**
 * Segments get addresses of ours by epoch, rendition and sequence: no token and no path of the
 * source shows.
 */
export function edgeAddresses(stream: Stream): Addresses {
  const inits = new Map<string, string>();
  const keys = new Map<string, string>();
  const segmentPath = (rendition: number, sequence: number, { url }: Place): string =>
    `${prefix(stream, rendition)}${sequence}${suffix(url)}`;
  const initPath = (rendition: number, init: Place): string => {
    const start = prefix(stream, rendition);
    const name = `${start}${placeName(init)}`;
    const known = inits.get(name);
    if (known !== undefined) return known;
    // Numbered within the rendition, so that a title has the same names after a restart.
    const before = [...inits.values()].filter((path) => path.startsWith(start)).length;
    const path = `${start}i${before}${suffix(init.url)}`;
    inits.set(name, path);
    return path;
  };
  return {
    register: (rendition, { sequence, place, init }) => {
      const part = { rendition, sequence };
      const path = segmentPath(rendition, sequence, place);
      stream.objects.set(path, { place, type: typeOf(place, init), part });
      if (init === undefined) return;
      stream.objects.set(initPath(rendition, init), {
        place: init,
        type: mediaType(init.url),
        part: undefined,
      });
    },
    segment: (rendition, { sequence, place }) => ours(segmentPath(rendition, sequence, place)),
    init: (rendition, init) => ours(initPath(rendition, init)),
    key: (url) => {
      // Only what lies in our own folder is ours to hand out.
      if (!url.startsWith('file:')) return url;
      const path = keys.get(url) ?? `k${keys.size}.key`;
      keys.set(url, path);
      stream.objects.set(path, {
        place: { url, slice: undefined },
        type: 'application/octet-stream',
        part: undefined,
      });
      return path;
    },
    segmentKey: (rendition, sequence, place) =>
      `${stream.name}/${segmentPath(rendition, sequence, place)}`,
    initKey: (rendition, init) => `${stream.name}/${initPath(rendition, init)}`,
  };
}

/** The operator's password for the source is not for viewers. */
function withoutPassword(place: Place): Place {
  if (!place.url.includes('@')) return place;
  const url = new URL(place.url);
  url.username = '';
  url.password = '';
  return { ...place, url: url.href };
}

function ours(url: string): Address {
  return { url, slice: undefined };
}

function prefix(stream: Stream, rendition: number): string {
  return `r${rendition}/${stream.signing.epoch.toString(36)}-`;
}

function suffix(url: string): string {
  const extension = extensionOf(url);
  return extension === '' ? '' : `.${extension}`;
}

/** Fragments keep the type of their initialisation section when their name says nothing. */
function typeOf(place: Place, init: Place | undefined): string {
  const own = mediaType(place.url);
  return own === 'application/octet-stream' && init !== undefined ? 'video/mp4' : own;
}
