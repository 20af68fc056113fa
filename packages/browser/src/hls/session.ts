/** What the loaders share: the playlists seen so far, and the engine of their stream. */
import { initClaim } from '@shoal/core/integrity';
import {
  type Delivery,
  type Engine,
  type EngineStats,
  type HttpWhy,
  honestTransferMs,
  type WantSink,
} from '@shoal/host';
import type { FragmentLoaderContext, PlaylistLoaderContext } from 'hls.js';
import { EngineSlot, type EngineSlotParts } from './engine-slot.js';
import { checkInit } from './init-check.js';
import { createPlaylistBook, type ListPage, type WrittenPlaylist } from './playlist-book.js';

/** A segment by its identity, never by its URL. */
export interface SegmentName {
  readonly rendition: number;
  readonly sequence: number;
}

export interface SessionParts extends EngineSlotParts {
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

/** How long a playlist may wait for its engine: making one takes two hashes. */
const OPEN_MS = 250;

export class Session {
  readonly book = createPlaylistBook();
  readonly #parts: SessionParts;
  readonly #slot: EngineSlot;
  /** Who waits for one more record. */
  readonly #awaiting: (() => void)[] = [];
  #seenLive = false;
  /** What the engine was told to follow last. */
  #followed = '';

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const opened: EngineSlotParts['opened'] = (engine, tag) => {
      this.#followed = '';
      engine.on('recorded', ({ rendition, sequence }) => {
        this.book.recorded(rendition, sequence, engine.now());
        for (const resolve of this.#awaiting.splice(0)) resolve();
      });
      parts.opened(engine, tag);
    };
    this.#slot = new EngineSlot({ open: parts.open, opened });
  }

  /** Undefined: none runs, and everything is loaded plainly. */
  get engine(): Engine | undefined {
    return this.#slot.engine;
  }

  /** What is being played now. */
  follow(lists: readonly ListPage[]): void {
    const renditions = lists.map(({ rendition, live }) => ({ rendition, live }));
    const name = JSON.stringify(renditions);
    if (!this.engine || name === this.#followed) return;
    this.#followed = name;
    this.engine.follow(renditions);
  }

  /** Undefined: not a segment of a signed stream, or no engine runs. */
  segmentOf({ frag, part }: FragmentLoaderContext): SegmentName | undefined {
    if (!this.engine || part !== null || typeof frag.sn !== 'number') return undefined;
    const list = this.book.listOf(frag.baseurl);
    return list && { rendition: list.rendition, sequence: frag.sn };
  }

  /** Returns the withdrawal. */
  want({ rendition, sequence }: SegmentName, sink: WantSink): () => void {
    const { engine } = this;
    if (engine) return engine.want(rendition, sequence, this.#apart(sink));
    sink.failed(0);
    return () => {};
  }

  transferMs(delivery: Delivery): number {
    return honestTransferMs(delivery, this.engine?.edgeRate() ?? 0);
  }

  countHttp(why: HttpWhy, bytes: number): void {
    this.#slot.countHttp(why, bytes);
  }

  /** The section, checked where a record says what it must be; undefined: it is another. */
  async checkInit(
    context: FragmentLoaderContext,
    data: ArrayBuffer,
  ): Promise<ArrayBuffer | undefined> {
    const { url, rangeStart = 0, rangeEnd = 0 } = context;
    const list = this.book.listOf(context.frag.baseurl);
    if (!this.engine || !list) return data;
    return checkInit(
      {
        claim: () => this.#claimOf(list),
        record: () => new Promise((resolve) => this.#awaiting.push(resolve)),
        digest: this.#parts.digest,
        again: () => this.#parts.fresh(url, rangeStart, rangeEnd > 0 ? rangeEnd : undefined),
      },
      data,
    );
  }

  /** The playlist from records; undefined: it must come over HTTP. */
  writePlaylist(context: PlaylistLoaderContext): WrittenPlaylist | undefined {
    const { engine } = this;
    if (!engine || !this.#parts.writePlaylists) return undefined;
    const written = this.book.write(context, engine);
    if (written) this.#tell('records', written.url);
    return written;
  }

  /**
   * Reads a playlist that came over HTTP. Settles when segments may be asked for, or after
   * `OPEN_MS`. Never rejects.
   */
  async sawPlaylist(context: PlaylistLoaderContext, url: string, text: unknown): Promise<void> {
    if (typeof text === 'string') {
      await this.#read(context, url, text).catch(this.#parts.fault);
      this.#tell('http', url);
    }
  }

  stats(): EngineStats {
    return this.#slot.stats();
  }

  close(): void {
    this.#slot.close();
  }

  async #read(context: PlaylistLoaderContext, url: string, text: string): Promise<void> {
    const { tag, list } = this.book.read(context, url, text);
    if (!tag) return;
    const starting = this.#slot.start(tag, url);
    if (!list) {
      // hls.js asks for a media playlist next, and the engine is there before that has come.
      starting.catch(this.#parts.fault);
      return;
    }
    await Promise.race([starting, new Promise((resolve) => setTimeout(resolve, OPEN_MS))]);
    if (list.live && !this.#seenLive) this.#parts.firstLive(text);
    this.#seenLive ||= list.live;
    this.engine?.located(list.rendition, list.live, list.segments);
    this.follow(this.book.followed());
  }

  #tell(from: 'http' | 'records', url: string): void {
    this.engine?.countPlaylist(from);
    this.#parts.playlist(from, url);
  }

  /** One hash settles it when the playlist names one section, which is nearly always. */
  #claimOf({ rendition, text }: ListPage): Uint8Array | undefined {
    if (new Set(text.segments.map(({ map }) => map)).size > 1) return undefined;
    const record = this.engine?.records(rendition).at(-1)?.record;
    return record && initClaim(record);
  }

  /** The player's own faults stay the player's: they reach the page, never the engine's loop. */
  #apart(sink: WantSink): WantSink {
    const run = (call: () => void): void => {
      try {
        call();
      } catch (thrown) {
        this.#parts.fault(thrown);
      }
    };
    return {
      delivered: (delivery) => run(() => sink.delivered(delivery)),
      failed: (status) => run(() => sink.failed(status)),
      progress: (total) => run(() => sink.progress?.(total)),
    };
  }
}
