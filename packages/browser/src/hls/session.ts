/** What the loaders share: the playlists seen so far, and the engine of the stream that they name. */
import { initClaim } from '@shoal/core/integrity';
import type { ShoalTag } from '@shoal/core/media';
import {
  createIdle,
  type Delivery,
  type Engine,
  type EngineStats,
  type HttpWhy,
  honestTransferMs,
  type WantSink,
} from '@shoal/host';
import type { FragmentLoaderContext, PlaylistLoaderContext } from 'hls.js';
import { checkInit } from './init-check.js';
import {
  createPlaylistBook,
  type ListPage,
  type PlaylistBook,
  type WrittenPlaylist,
} from './playlist-book.js';

/** A segment by its identity, never by its URL. */
export interface SegmentName {
  readonly rendition: number;
  readonly sequence: number;
}

export interface SessionParts {
  /** Makes the engine of a stream; rejects when this stream cannot be trusted or run. */
  open(tag: ShoalTag, baseUrl: string): Promise<Engine>;
  opened(engine: Engine, tag: ShoalTag): void;
  playlist(from: 'http' | 'records', url: string): void;
  /** A signed live media playlist was seen for the first time; hls.js has not read it yet. */
  firstLive(text: string): void;
  digest(bytes: Uint8Array): Promise<Uint8Array>;
  /** A whole resource or a range of it, past every cache. */
  fresh(url: string, from: number, to: number | undefined): Promise<ArrayBuffer | undefined>;
  /** Something threw that must not stop playback: for the page's console. */
  fault(thrown: unknown): void;
  /** Whether playlists may be written from records. */
  readonly writePlaylists: boolean;
}

export interface Session {
  readonly book: PlaylistBook;
  engine(): Engine | undefined;
  /** What is being played now. */
  follow(lists: readonly ListPage[]): void;
  /** Undefined: not a segment of a signed stream, or no engine runs. */
  segmentOf(context: FragmentLoaderContext): SegmentName | undefined;
  want(name: SegmentName, sink: WantSink): () => void;
  transferMs(delivery: Delivery): number;
  countHttp(why: HttpWhy, bytes: number): void;
  /** The section's bytes, checked where a record says what they must be; undefined: they are not the signed ones. */
  checkInit(context: FragmentLoaderContext, data: ArrayBuffer): Promise<ArrayBuffer | undefined>;
  /** The playlist from records; undefined: it must come over HTTP. */
  writePlaylist(context: PlaylistLoaderContext): WrittenPlaylist | undefined;
  /** Reads a playlist that came over HTTP. Settles when segments may be asked for, or after `OPEN_MS`. Never rejects. */
  sawPlaylist(context: PlaylistLoaderContext, url: string, text: unknown): Promise<void>;
  stats(): EngineStats;
  close(): void;
}

/** How long a playlist may wait for its engine: making one takes two hashes. */
const OPEN_MS = 250;

interface Current {
  readonly tag: ShoalTag;
  engine: Engine | undefined;
  /** Settled, it is undefined again. */
  opening: Promise<void> | undefined;
  /** What the engine was told to follow last. */
  followed: string;
}

export function createSession(parts: SessionParts): Session {
  const book = createPlaylistBook();
  const idle = createIdle();
  /** The engine whose figures are shown: it outlives its own faults. */
  let shown: Engine | undefined;
  let current: Current | undefined;
  /** Who waits for one more record. */
  const awaiting: (() => void)[] = [];
  let seenLive = false;
  let closed = false;
  /** Why no engine runs, when one should. */
  let trouble: string | undefined;

  const engine = (): Engine | undefined => current?.engine;
  const nextRecord = (): Promise<void> => new Promise((resolve) => awaiting.push(resolve));
  const stop = (): void => {
    const ending = current?.engine;
    current = undefined;
    ending?.destroy();
  };
  const adopt = (mine: Current, opened: Engine): void => {
    mine.engine = opened;
    opened.on('broken', () => {
      mine.engine = undefined;
    });
    opened.on('recorded', ({ rendition, sequence }) => {
      book.recorded(rendition, sequence, opened.now());
      for (const resolve of awaiting.splice(0)) resolve();
    });
    const before = shown === undefined ? Object.entries(idle.stats().httpByWhy) : [];
    for (const [why, bytes] of before) opened.countHttp(why as HttpWhy, bytes);
    shown = opened;
    trouble = undefined;
    parts.opened(opened, mine.tag);
  };
  /** Plain playback goes on when it fails; then `current` stays, so that the same stream is not tried again. */
  const start = async (tag: ShoalTag, url: string): Promise<void> => {
    if (current !== undefined && sameStream(current.tag, tag)) return current.opening;
    stop();
    const mine: Current = { tag, engine: undefined, opening: undefined, followed: '' };
    current = mine;
    const open = async (): Promise<void> => {
      const opened = await parts.open(tag, url).catch((thrown: unknown) => {
        if (current === mine) trouble = messageOf(thrown);
        throw thrown;
      });
      if (current === mine && !closed) adopt(mine, opened);
      else opened.destroy();
    };
    mine.opening = open().finally(() => {
      mine.opening = undefined;
    });
    return mine.opening;
  };
  const saw = async (context: PlaylistLoaderContext, url: string, text: string): Promise<void> => {
    const { tag, list } = book.read(context, url, text);
    if (tag === undefined || closed) return;
    const starting = start(tag, url);
    if (list === undefined) {
      // hls.js asks for a media playlist next, and the engine is there before that has come.
      starting.catch(parts.fault);
      return;
    }
    const patience = new Promise<void>((resolve) => setTimeout(resolve, OPEN_MS));
    await Promise.race([starting, patience]);
    if (list.live && !seenLive) parts.firstLive(text);
    seenLive ||= list.live;
    engine()?.located(list.rendition, list.live, list.segments);
    follow(book.followed());
  };
  const follow = (lists: readonly ListPage[]): void => {
    const renditions = lists.map(({ rendition, live }) => ({ rendition, live }));
    const name = JSON.stringify(renditions);
    if (current?.engine === undefined || name === current.followed) return;
    current.followed = name;
    current.engine.follow(renditions);
  };
  /** One hash settles it when the playlist names one section, which is nearly always. */
  const claimOf = ({ frag }: FragmentLoaderContext): Uint8Array | undefined => {
    const list = book.listOf(frag.baseurl);
    if (list === undefined || new Set(list.text.segments.map(({ map }) => map)).size > 1)
      return undefined;
    const record = engine()?.records(list.rendition).at(-1)?.record;
    return record === undefined ? undefined : initClaim(record);
  };
  return {
    book,
    engine,
    follow,
    segmentOf({ frag, part }) {
      if (engine() === undefined || part !== null || typeof frag.sn !== 'number') return undefined;
      const list = book.listOf(frag.baseurl);
      return list === undefined ? undefined : { rendition: list.rendition, sequence: frag.sn };
    },
    want(name, sink) {
      const live = engine();
      if (live !== undefined)
        return live.want(name.rendition, name.sequence, apart(sink, parts.fault));
      sink.failed(0);
      return () => {};
    },
    transferMs: (delivery) => honestTransferMs(delivery, engine()?.stats().edgeRate ?? 0),
    countHttp(why, bytes) {
      (shown ?? idle).countHttp(why, bytes);
    },
    async checkInit(context, data) {
      if (engine() === undefined || book.listOf(context.frag.baseurl) === undefined) return data;
      const { url, rangeStart = 0, rangeEnd = 0 } = context;
      const again = () => parts.fresh(url, rangeStart, rangeEnd > 0 ? rangeEnd : undefined);
      const claim = (): Uint8Array | undefined => claimOf(context);
      return checkInit({ claim, record: nextRecord, digest: parts.digest, again }, data);
    },
    writePlaylist(context) {
      const live = engine();
      if (live === undefined || !parts.writePlaylists) return undefined;
      const written = book.write(context, live);
      if (written !== undefined) {
        live.countPlaylist('records');
        parts.playlist('records', written.url);
      }
      return written;
    },
    async sawPlaylist(context, url, text) {
      if (typeof text !== 'string') return;
      await saw(context, url, text).catch(parts.fault);
      engine()?.countPlaylist('http');
      parts.playlist('http', url);
    },
    stats() {
      const stats = (shown ?? idle).stats();
      if (trouble === undefined || engine() !== undefined) return stats;
      return { ...stats, why: { code: 'unavailable', text: trouble } };
    },
    close() {
      closed = true;
      stop();
    },
  };
}

/** The player's own faults stay the player's: they reach the page, never the engine's loop. */
function apart(sink: WantSink, fault: (thrown: unknown) => void): WantSink {
  const run = (call: () => void): void => {
    try {
      call();
    } catch (thrown) {
      fault(thrown);
    }
  };
  return {
    delivered: (delivery) => run(() => sink.delivered(delivery)),
    failed: (status) => run(() => sink.failed(status)),
    progress: (total) => run(() => sink.progress?.(total)),
  };
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function sameStream(a: ShoalTag, b: ShoalTag): boolean {
  return a.epoch === b.epoch && a.name === b.name && a.publicKey.join() === b.publicKey.join();
}
