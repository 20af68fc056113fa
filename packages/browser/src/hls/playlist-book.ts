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
import { extend, writeMedia } from './playlist-write.js';

/** A media playlist of a signed stream. */
export interface ListPage {
  readonly rendition: number;
  readonly live: boolean;
  /** As HTTP brought it. */
  readonly segments: readonly ListedSegment[];
  readonly readAt: number;
  /** With what records have said since, and when the last of that, or of HTTP, came. */
  text: MediaText;
  grownAt: number;
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
  /** Another stream begins, or the same with another numbering: what records said is over. */
  restart(): void;
  /** A record was verified now. */
  recorded(rendition: number, sequence: number): void;
  /**
   * What HTTP would bring now, from records; undefined when records are not surely up to date. A
   * number: what is asked for is to come, and is worth so many milliseconds of waiting.
   */
  write(context: PlaylistLoaderContext, engine: Engine): WrittenPlaylist | number | undefined;
}

export function createPlaylistBook(): PlaylistBook {
  const byRequest = new Map<string, ListPage>();
  const byUrl = new Map<string, ListPage>();
  const playing = new Map<'main' | 'audio', ListPage>();
  const newest = new Map<number, News>();
  return {
    read(context, url, text) {
      const tag = parseShoalTag(text);
      if (tag?.rendition === undefined || !isMediaPlaylist(text)) return { tag, list: undefined };
      const before = byRequest.get(plainUrl(context.url))?.text;
      const list = pageOf(tag.rendition, readMedia(text, before), plainUrl(url || context.url));
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
    restart: () => newest.clear(),
    recorded(rendition, sequence) {
      if (sequence >= (newest.get(rendition)?.sequence ?? -1))
        newest.set(rendition, { sequence, at: performance.now() });
    },
    write(context, engine) {
      const list = byRequest.get(plainUrl(context.url));
      const { tracker, why } = engine.stats();
      if (!list?.live || !tracker.up) return undefined;
      const news = newest.get(list.rendition);
      if (!news || performance.now() - list.readAt > READ_MS) return undefined;
      const isFlowing = grow(list, engine) && why.code === 'linked';
      return answer(list, news, context.deliveryDirectives, isFlowing);
    },
  };
}

/** A record that is verified, and when that was. */
interface News {
  readonly sequence: number;
  readonly at: number;
}

/**
 * In durations of what comes next: a record later than this may mean that none will come, and HTTP
 * is asked.
 */
const PATIENCE = 1.6;
/** The same for the record of what HTTP brought already: HTTP is asked for the next in time. */
const PROBE = 0.5;
/** HTTP says now and then what records do not: how far back the window goes. */
const READ_MS = 300_000;

/** Whether the record of the newest that is listed then is known. */
function grow(list: ListPage, engine: Engine): boolean {
  const records = engine.records(list.rendition).map(({ record }) => record);
  const text = records.reduce(extend, list.text);
  if (text !== list.text) list.grownAt = performance.now();
  list.text = text;
  const { sequence, parts } = text.open ?? text.segments.at(-1) ?? { sequence: -1, parts: [] };
  const part = Math.max(0, parts.length - 1);
  return records.some((one) => one.sequence === sequence && one.part === part);
}

function answer(
  { text, url, grownAt }: ListPage,
  news: News,
  asked: PlaylistLoaderContext['deliveryDirectives'],
  isFlowing: boolean,
): WrittenPlaylist | number | undefined {
  const last = text.segments.at(-1);
  // An update of what is not here says too little.
  if (!last || text.segments[0]!.sequence !== text.sequence) return undefined;
  const nextMs = text.partMs || last.durationMs;
  if (isListed(text, last, news.sequence, asked?.msn, asked?.part)) {
    const isFresh = performance.now() - news.at <= PATIENCE * nextMs;
    return isFresh ? { url, text: writeMedia(text, Boolean(asked?.skip)) } : undefined;
  }
  const ms = grownAt + (isFlowing ? PATIENCE : PROBE) * nextMs - performance.now();
  return asked?.msn !== undefined && ms > 0 ? ms : undefined;
}

/**
 * Blocking reload (the draft, section 6.2.5.2): a part after the last one of a segment is the first
 * of the next. Without it, what is known must be listed.
 */
function isListed(
  { open }: MediaText,
  last: SegmentText,
  newest: number,
  sequence?: number,
  part = -1,
): boolean {
  const parts = open?.parts.length ?? 0;
  if (sequence === undefined) return newest >= last.sequence && newest <= (open ?? last).sequence;
  if (sequence > last.sequence) return sequence === last.sequence + 1 && part >= 0 && part < parts;
  return sequence < last.sequence || part < last.parts.length || parts > 0;
}

function pageOf(rendition: number, text: MediaText, url: string): ListPage {
  const segments = text.segments.flatMap((segment) => {
    const { sequence, durationMs } = segment;
    const location = locationOf(segment, url);
    return location ? [{ sequence, durationMs, location }] : [];
  });
  const now = performance.now();
  return { rendition, live: text.live, segments, text, url, readAt: now, grownAt: now };
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
