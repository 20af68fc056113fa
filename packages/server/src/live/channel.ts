/** One live channel: a stream whose publisher comes and goes, as one continuous programme. */
import { ShoalError, sentenceOf } from '@shoal/core/errors';
import {
  decideReload,
  type Packaged,
  readReloadAsk,
  type Track,
  writeLiveMultivariant,
} from '@shoal/core/media';
import type { SealedRecord } from '@shoal/core/wire';
import {
  type LowLatency,
  type Stream,
  type StreamKeeper,
  type WrittenPlaylist,
  written,
} from '../origin/stream.js';
import type { TagOf } from '../origin/tags.js';
import type { Slice, Source } from '../source/source.js';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import { type LiveConfig, WAITERS_MAX } from './config.js';
import { createKeyRing, type KeyRing } from './key-ring.js';
import { LiveRendition } from './rendition.js';
import type { SegmentDisk } from './segment-disk.js';

export interface ChannelParts {
  readonly stream: Stream;
  readonly renditions: number;
  readonly config: LiveConfig;
  readonly tagOf: TagOf;
  readonly disk: SegmentDisk | undefined;
  readonly log: Log;
  readonly meters: Meters;
  /** Milliseconds since 1970: programme time and epochs. */
  readonly wallNow: () => number;
}

/** What an encoder of a channel reports to. */
export interface EncoderSeat {
  /** False: this encoder writes what nobody can play, and must end. */
  push(rendition: number, bytes: Buffer): boolean;
  /** After its last bytes. */
  leave(): void;
}

export class Channel implements StreamKeeper {
  readonly #parts: ChannelParts;
  #renditions: readonly LiveRendition[];
  /** Undefined: not encrypted. */
  #keys: KeyRing | undefined;
  #seat: EncoderSeat | undefined;
  #ending: NodeJS.Timeout | undefined;
  #ended = false;
  #warned = false;
  /** Whether somebody publishes: then a newcomer waits for the first segment. */
  publishing = false;
  trouble: string | undefined;
  readonly source: Source;
  readonly lowLatency: LowLatency;

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    this.#renditions = this.#build();
    this.source = {
      playlist: () => Promise.reject(new ShoalError('server/source', 'a channel has no playlist')),
      open: async (url, slice) => this.#open(url.slice('live:'.length), slice),
    };
    this.lowLatency = {
      playlist: (rendition, query, gone) => this.#reload(rendition, query, gone),
      hinted: (path, gone) => this.#hinted(path, gone),
    };
  }

  /** An encoder, whose time zero is `dateMs` since 1970, begins where the last one ended. */
  take(dateMs: number): EncoderSeat {
    if (this.#ended) this.#restart();
    clearTimeout(this.#ending);
    this.#warned = false;
    const atMs = Math.max(...this.#renditions.map(({ endMs }) => endMs));
    for (const one of this.#renditions) one.begin(atMs, dateMs);
    this.#parts.stream.live = true;
    const seat: EncoderSeat = {
      push: (rendition, bytes) => seat === this.#seat && this.#push(rendition, bytes),
      leave: () => {
        if (seat === this.#seat) this.#leave();
      },
    };
    this.#seat = seat;
    return seat;
  }

  async start(): Promise<void> {
    if (this.#ready()) return;
    if (!this.publishing) throw new ShoalError('server/source', 'nobody publishes');
    const rendition = this.#renditions.find((one) => !one.ready);
    await this.#until(() => this.#ready(), rendition, START_MS, new AbortController().signal);
    if (!this.#ready()) throw new ShoalError('server/source', 'no segment in time');
  }

  async peek(): Promise<boolean> {
    return this.#parts.stream.live;
  }

  async freshen(): Promise<void> {}

  records(rendition: number, since: number, count: number): Promise<readonly SealedRecord[]> {
    const one = this.#renditions[rendition];
    return one === undefined ? Promise.resolve([]) : one.records(since, count);
  }

  need(): void {}

  status(): { readonly waiting: number; readonly trouble: string | undefined } {
    return { waiting: 0, trouble: this.trouble };
  }

  /** The playlists are complete: the programme is a title now. */
  end(): void {
    if (this.#ended) return;
    clearTimeout(this.#ending);
    this.#ended = true;
    for (const one of this.#renditions) one.end();
    this.#parts.stream.live = false;
    this.#parts.log.info({ stream: this.#parts.stream.name }, 'the channel has ended');
  }

  key(path: string): Buffer | undefined {
    return this.#keys?.key(path);
  }

  close(): void {
    clearTimeout(this.#ending);
  }

  get tracks(): readonly Track[] {
    return this.#renditions[0]?.tracks ?? [];
  }

  #build(): readonly LiveRendition[] {
    const { stream, config, tagOf, disk, meters, renditions: count } = this.#parts;
    const all: LiveRendition[] = [];
    const prefix = `keys/${stream.signing.epoch.toString(36)}-`;
    this.#keys = config.rotateKeysMs > 0 ? createKeyRing(prefix, config.rotateKeysMs) : undefined;
    for (let rendition = 0; rendition < count; rendition++) {
      all.push(
        new LiveRendition({
          stream,
          rendition,
          config,
          tag: () => tagOf(stream, rendition),
          reports: () => all.filter((_, i) => i !== rendition).map((one) => one.report()),
          disk,
          keys: this.#keys,
          meters,
          onNews: (news) => this.#heard(news),
        }),
      );
    }
    return all;
  }

  /** A programme after one that has ended is another one. */
  #restart(): void {
    const { stream, wallNow } = this.#parts;
    this.#ended = false;
    for (const one of this.#renditions) one.forget();
    stream.restart(Math.max(stream.signing.epoch + 1, Math.floor(wallNow() / 1000)));
    stream.multivariant = undefined;
    this.#renditions = this.#build();
  }

  #push(rendition: number, bytes: Buffer): boolean {
    try {
      this.#renditions[rendition]?.push(bytes);
      return true;
    } catch (error) {
      this.#parts.log.warn(
        { stream: this.#parts.stream.name },
        `the encoder wrote what is no MP4: ${sentenceOf(error)}`,
      );
      return false;
    }
  }

  #leave(): void {
    this.#seat = undefined;
    for (const one of this.#renditions) one.pause();
    clearTimeout(this.#ending);
    this.#ending = setTimeout(() => this.end(), this.#parts.config.endAfterMs).unref();
  }

  #heard(news: Packaged): void {
    if (news.type !== 'segment-made') return;
    const { stream, log } = this.#parts;
    if (this.#ready()) stream.multivariant = this.#multivariant();
    if (!news.forced || this.#warned) return;
    this.#warned = true;
    log.warn(
      { stream: stream.name },
      'keyframes come too rarely, so viewers start late: set the interval of your encoder to 2 s',
    );
  }

  #ready(): boolean {
    return this.#renditions.every((one) => one.ready);
  }

  #multivariant(): WrittenPlaylist {
    const { stream, tagOf } = this.#parts;
    const variants = this.#renditions.map(({ tracks, peakBps, averageBps }, i) => ({
      uri: `r${i}.m3u8`,
      tracks,
      peakBps,
      averageBps,
    }));
    const text = writeLiveMultivariant(variants, [tagOf(stream, undefined)]);
    return written(text, !this.#ended, this.#parts.config.segmentMs);
  }

  async #open(path: string, slice: Slice | undefined) {
    const { disk } = this.#parts;
    let bytes = this.#of(path)?.bytesOf(path);
    if (bytes === undefined && disk?.has(path) === true) bytes = await disk.read(path);
    const { from, length } = slice ?? { from: 0, length: undefined };
    bytes = bytes?.subarray(from, length && from + length);
    const body = (async function* () {
      if (bytes !== undefined) yield bytes;
    })();
    const status = bytes === undefined ? 404 : 200;
    return { status, length: bytes?.length, type: undefined, body, local: true };
  }

  /** Holds the answer until the playlist says what was asked for. */
  async #reload(
    rendition: number,
    query: URLSearchParams,
    gone: AbortSignal,
  ): Promise<WrittenPlaylist | number> {
    const one = this.#renditions[rendition];
    if (one === undefined) return 404;
    const ask = readReloadAsk(query.get('_HLS_msn'), query.get('_HLS_part'));
    const skip = query.get('_HLS_skip');
    if (ask === 'malformed') return 400;
    const playlist = () => one.playlist(skip === 'YES' || skip === 'v2');
    if (ask === 'not-asked') return playlist() ?? 404;
    const decide = () => decideReload(one.standing(), ask);
    if (decide() === 'too-far') return 400;
    const waitMs = HELD_TARGETS * (playlist()?.targetMs ?? this.#parts.config.segmentMs);
    await this.#until(() => decide() !== 'will-be', one, waitMs, gone);
    return decide() === 'is-there' ? (playlist() ?? 404) : 503;
  }

  async #hinted(path: string, gone: AbortSignal): Promise<void> {
    const one = this.#of(path);
    if (one === undefined || !one.isHinted(path)) return;
    const waitMs = HELD_TARGETS * this.#parts.config.segmentMs;
    await this.#until(() => !one.isHinted(path), one, waitMs, gone);
  }

  #of(path: string): LiveRendition | undefined {
    return this.#renditions[Number(/^r(\d{1,5})\//.exec(path)?.[1] ?? Number.NaN)];
  }

  /** Resolves when it is true, or will not be in time, or nobody waits any more. */
  #until(
    isTrue: () => boolean,
    rendition: LiveRendition | undefined,
    ms: number,
    gone: AbortSignal,
  ): Promise<void> {
    if (rendition === undefined || isTrue() || gone.aborted) return Promise.resolve();
    if (rendition.watchers >= WAITERS_MAX) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        undo();
        gone.removeEventListener('abort', settle);
        resolve();
      };
      const timer = setTimeout(settle, ms);
      const undo = rendition.watch(() => {
        if (isTrue()) settle();
      });
      gone.addEventListener('abort', settle);
    });
  }
}

/** A held answer is given up after so many target durations (the draft, section 6.2.5.2). */
const HELD_TARGETS = 3;
/** A first segment that takes longer is reported rather than waited for. */
const START_MS = 12_000;
