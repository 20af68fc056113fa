/**
 * The playlists of a session: which rendition each is, what it lists, and whether records have
 * caught up with it.
 */
import { parseShoalTag, type ShoalTag } from '@shoal/core/media';
import type { PartRecord } from '@shoal/core/wire';
import type { Engine, ListedSegment, Location } from '@shoal/host';
import type { PlaylistLoaderContext } from 'hls.js';
import {
  isMediaPlaylist,
  type MediaText,
  readHint,
  readMedia,
  type SegmentText,
} from './playlist-text.js';
import { writeMedia } from './playlist-write.js';

/** A media playlist of a signed stream. */
export interface ListPage {
  readonly rendition: number;
  readonly live: boolean;
  readonly segments: readonly ListedSegment[];
  readonly text: MediaText;
  /** Where it came from in the end: what is relative in it is relative to this. */
  readonly url: string;
}

export interface WrittenPlaylist {
  readonly url: string;
  readonly text: string;
}

export interface PlaylistBook {
  /** Reads a playlist from HTTP. `list` is undefined for a multivariant playlist. */
  read(
    context: PlaylistLoaderContext,
    url: string,
    text: string,
  ): { readonly tag: ShoalTag | undefined; readonly list: ListPage | undefined };
  /** By the URL that a fragment gives as its playlist's. */
  listOf(url: string): ListPage | undefined;
  /** Where a part is by its record, which has its lines of the rendition's playlist. */
  locate(record: PartRecord): Location | undefined;
  /** What is being played, by the last playlist of each kind. */
  followed(): readonly ListPage[];
  /** A record was verified now. */
  recorded(rendition: number, sequence: number): void;
  /** What HTTP would bring now, from records; undefined when records are not surely up to date. */
  write(context: PlaylistLoaderContext, engine: Engine): WrittenPlaylist | undefined;
}

export function createPlaylistBook(): PlaylistBook {
  const byRequest = new Map<string, ListPage>();
  const byUrl = new Map<string, ListPage>();
  const playing = new Map<'main' | 'audio', ListPage>();
  const newest = new Map<number, { readonly sequence: number; readonly at: number }>();
  return {
    read(context, url, text) {
      const tag = parseShoalTag(text);
      if (tag?.rendition === undefined || !isMediaPlaylist(text)) return { tag, list: undefined };
      const list = pageOf(tag.rendition, readMedia(text), plainUrl(url || context.url));
      byRequest.set(plainUrl(context.url), list);
      byUrl.set(list.url, list);
      playing.set(context.type === 'audioTrack' ? 'audio' : 'main', list);
      return { tag, list };
    },
    listOf: (url) => byUrl.get(plainUrl(url)),
    locate({ rendition, sequence, hint }) {
      const list = [...byUrl.values()].findLast((one) => one.rendition === rendition);
      const segment = readHint(hint, sequence);
      // A segment's last part has the lines of the segment too.
      const [, uri = segment.uri] = /^#EXT-X-PART:.*URI="([^"]*)/m.exec(hint) ?? [];
      return list && locationOf({ ...segment, uri }, list.url);
    },
    followed: () => [...playing.values()],
    recorded(rendition, sequence) {
      if (sequence > (newest.get(rendition)?.sequence ?? -1))
        newest.set(rendition, { sequence, at: performance.now() });
    },
    write(context, engine) {
      const list = byRequest.get(plainUrl(context.url));
      if (!list || !isWritable(list, context) || !engine.stats().tracker.up) return undefined;
      const last = list.text.segments.at(-1);
      const news = newest.get(list.rendition);
      if (!last || !news || news.sequence < last.sequence) return undefined;
      if (performance.now() - news.at > PATIENCE * last.durationMs) return undefined;
      const records = engine
        .records(list.rendition)
        .map(({ record }) => record)
        .filter(({ sequence, part }) => sequence > last.sequence && part === 0);
      const gapless = records.every(({ sequence }, i) => sequence === last.sequence + 1 + i);
      return gapless ? { url: list.url, text: writeMedia(list.text, records) } : undefined;
    },
  };
}

/**
 * In durations of a segment: a record later than this may mean that none will come, and HTTP is
 * asked.
 */
const PATIENCE = 1.6;

function isWritable({ live, text }: ListPage, context: PlaylistLoaderContext): boolean {
  return live && !text.lowLatency && context.deliveryDirectives === null;
}

function pageOf(rendition: number, text: MediaText, url: string): ListPage {
  const segments = text.segments.flatMap((segment) => {
    const { sequence, durationMs } = segment;
    const location = locationOf(segment, url);
    return location ? [{ sequence, durationMs, location }] : [];
  });
  return { rendition, live: text.live, segments, text, url };
}

/** Without the directives that each reload has others of, which hls.js adds last. */
function plainUrl(url: string): string {
  return url.replace(/[?&]_HLS_[^#]*/, '');
}

/** Undefined: what it names is no address. */
function locationOf({ uri, range }: SegmentText, base: string): Location | undefined {
  if (uri === '' || !URL.canParse(uri, base)) return undefined;
  return { url: new URL(uri, base).href, from: range?.from ?? 0, length: range?.length };
}
