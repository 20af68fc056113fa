/** What the loaders share: the playlists seen so far, and the engine of their stream. */
import { initClaim } from '@shoal/core/integrity';
import type { ShoalTag } from '@shoal/core/media';
import {
  type Counters,
  type Delivery,
  type Emitter,
  type Engine,
  type EngineStats,
  honestTransferMs,
  type MediaName,
  type WantSink,
} from '@shoal/host';
import type { FragmentLoaderContext, PlaylistLoaderContext } from 'hls.js';
import { checkInit } from './init-check.js';
import type { ShoalEvents } from './options.js';
import { createPlaylistBook, type ListPage, type WrittenPlaylist } from './playlist-book.js';

export interface SessionParts {
  readonly emitter: Emitter<ShoalEvents>;
  readonly counters: Counters;
  /** Makes the engine of a stream; rejects when this stream cannot be trusted or run. */
  open(tag: ShoalTag, baseUrl: string): Promise<Engine>;
  opened(engine: Engine, tag: ShoalTag): void;
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

/** How long a playlist may wait: an engine takes two hashes, a media source a turn or two. */
const OPEN_MS = 250;

export class Session {
  readonly book = createPlaylistBook();
  readonly counters: Counters;
  /** One a stream. Undefined: none runs, and everything is loaded plainly. */
  engine: Engine | undefined;
  /** Settles when hls.js has its media source; undefined while it is to have none. */
  attached: Promise<void> | undefined;
  /** By how much this machine was late at worst, since the engine was told; undefined: not known. */
  takeLate: () => number | undefined = () => undefined;
  readonly #parts: SessionParts;
  /** Whose figures are shown: it outlives its own faults. */
  #shown: Engine | undefined;
  #tag: ShoalTag | undefined;
  #opening: Promise<void> | undefined;
  /** Why no engine runs, when one should. */
  #trouble: string | undefined;
  #closed = false;
  #seenLive = false;
  /** What the engine was told to follow last. */
  #followed = '';

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.counters = parts.counters;
    parts.emitter.on('broken', () => {
      this.engine = undefined;
    });
    parts.emitter.on('recorded', ({ rendition, sequence }) =>
      this.book.recorded(rendition, sequence),
    );
  }

  /** What is being played now. */
  follow(lists: readonly ListPage[]): void {
    const renditions = lists.map(({ rendition, live }) => ({ rendition, live }));
    const name = JSON.stringify(renditions);
    if (!this.engine || name === this.#followed) return;
    this.#followed = name;
    this.engine.follow(renditions, this.takeLate());
  }

  /** Undefined: nothing that a signed stream has records of, or no engine runs. */
  nameOf({ frag, part }: FragmentLoaderContext): MediaName | undefined {
    const list = this.book.listOf(frag.baseurl);
    if (!this.engine || !list || typeof frag.sn !== 'number') return undefined;
    const { rendition } = list;
    if (part !== null && !this.hasParts(rendition)) return undefined;
    return { rendition, sequence: frag.sn, part: part?.index };
  }

  /** Whether its parts are signed one by one: others are loaded plainly. */
  hasParts(rendition: number): boolean {
    return this.engine?.records(rendition).some(({ record }) => record.part > 0) ?? false;
  }

  /** What `nameOf` has just named; returns the withdrawal. */
  want(name: MediaName, context: FragmentLoaderContext, sink: WantSink): () => void {
    const { url, rangeStart: from = 0, rangeEnd } = context;
    const length = rangeEnd === undefined || rangeEnd === 0 ? undefined : rangeEnd - from;
    const location = name.part === undefined ? undefined : { url, from, length };
    return this.engine!.want(name, this.#apart(sink), location);
  }

  transferMs(delivery: Delivery): number {
    return honestTransferMs(delivery, this.counters.edgeRate.read());
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
        record: () => this.#recorded(),
        digest: this.#parts.digest,
        again: () => this.#parts.fresh(url, rangeStart, rangeEnd > 0 ? rangeEnd : undefined),
      },
      data,
    );
  }

  /**
   * The playlist from records; undefined: it must come over HTTP. A number: it is worth so many
   * milliseconds of waiting for the next record.
   */
  writePlaylist(context: PlaylistLoaderContext): WrittenPlaylist | number | undefined {
    const { engine } = this;
    if (!engine || !this.#parts.writePlaylists) return undefined;
    const written = this.book.write(context, engine);
    if (typeof written === 'object') this.#tell('records', written.url);
    return written;
  }

  /** Calls `then` whenever one more record is known; returns its undo. */
  onRecorded(then: () => void): () => void {
    return this.#parts.emitter.on('recorded', then);
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
    const stats = this.#shown?.stats() ?? this.counters.idle();
    if (this.#trouble === undefined || this.engine) return stats;
    return { ...stats, why: { code: 'unavailable', detail: this.#trouble } };
  }

  close(): void {
    this.#closed = true;
    this.#end();
  }

  async #read(context: PlaylistLoaderContext, url: string, text: string): Promise<void> {
    const { tag, list } = this.book.read(context, url, text);
    if (!tag) return;
    this.start(tag, url);
    // hls.js asks for a media playlist next, and the engine is there before that has come.
    if (!list) return;
    // Read before its media source is open, it is looked at again a tenth of a second later.
    const ready = Promise.all([this.#opening, this.attached]);
    await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, OPEN_MS))]);
    if (list.live && !this.#seenLive) this.#parts.firstLive(text);
    this.#seenLive ||= list.live;
    this.engine?.located(list.rendition, list.live, list.segments, list.text.partMs > 0);
    this.follow(this.book.followed());
  }

  /** Opens the engine of a stream, by what the playlist at `url` says or the page knows of it. */
  start(tag: ShoalTag, url: string): void {
    if (this.#closed || (this.#tag && sameStream(this.#tag, tag))) return;
    this.#end();
    this.book.restart();
    this.#tag = tag;
    this.#opening = this.#open(tag, url);
  }

  /** Never rejects: without an engine the stream is played plainly from then on. */
  async #open(tag: ShoalTag, url: string): Promise<void> {
    try {
      const engine = await this.#parts.open(tag, url);
      if (this.#tag !== tag || this.#closed) engine.destroy();
      else this.#adopt(engine, tag);
    } catch (thrown) {
      if (this.#tag === tag) this.#trouble = thrown instanceof Error ? thrown.message : `${thrown}`;
      this.#parts.fault(thrown);
    }
  }

  #adopt(engine: Engine, tag: ShoalTag): void {
    this.engine = this.#shown = engine;
    this.#trouble = undefined;
    this.#followed = '';
    // A machine that is late says so before it joins anybody.
    this.follow([]);
    this.#parts.opened(engine, tag);
  }

  #end(): void {
    this.engine?.destroy();
    this.engine = undefined;
  }

  /** Settles when one more record is known. */
  #recorded(): Promise<void> {
    return new Promise((resolve) => {
      const undo = this.onRecorded(() => {
        undo();
        resolve();
      });
    });
  }

  #tell(from: 'http' | 'records', url: string): void {
    this.counters.playlist(from);
    this.#parts.emitter.emit('playlist', { from, url });
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

function sameStream(a: ShoalTag, b: ShoalTag): boolean {
  return a.epoch === b.epoch && a.name === b.name && a.publicKey.join() === b.publicKey.join();
}
