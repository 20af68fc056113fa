/** One followed stream: its playlists, its renditions, and the signing of everything they name. */
import { ShoalError, sentenceOf } from '@shoal/core/errors';
import type { ReadPlace } from '../origin/reading.js';
import type { Segment } from '../origin/segment.js';
import { createSigningQueue, type SigningQueue } from '../origin/signing-queue.js';
import { type Stream, type StreamKeeper, written } from '../origin/stream.js';
import type { TagOf } from '../origin/tags.js';
import type { PlaylistAnswer, Source } from '../source/source.js';
import type { Log } from '../telemetry/log.js';
import type { Meters } from '../telemetry/meters.js';
import type { Addresses } from './addresses.js';
import { type Follower, type Heard, startFollowing } from './follow.js';
import { backoffMs } from './pace.js';
import { type MultivariantView, readPlaylist, writeMultivariant } from './playlist.js';
import { createRendition, type Rendition } from './rendition.js';
import { segmentSigner } from './segment-signer.js';

export interface SessionParts {
  readonly stream: Stream;
  readonly source: Source;
  readonly url: string;
  readonly addresses: Addresses;
  readonly read: ReadPlace;
  readonly tagOf: TagOf;
  readonly log: Log;
  readonly meters: Meters;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly dice: () => number;
  /** Seconds since 1970: names a new epoch. */
  readonly epochNow: () => number;
}

/** Nothing is asked of the source before `start`. */
export function createSession(parts: SessionParts): StreamKeeper {
  return new Session(parts);
}

class Session implements StreamKeeper {
  readonly #parts: SessionParts;
  readonly #queue: SigningQueue;
  readonly #followers = new Map<number, Follower>();
  readonly #renditions: Rendition[] = [];
  /** What is wrong, by rendition; -1 for the stream as a whole. */
  readonly #troubles = new Map<number, string>();
  #view: MultivariantView | undefined;
  #started: Promise<void> | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#queue = createSigningQueue(
      {
        urgentMax: 8,
        parallelMax: 3,
        attemptsMax: SIGNING_ATTEMPTS,
        retryMs: (attempt) => backoffMs(attempt - 1, parts.dice()),
      },
      segmentSigner(parts),
      (segment, error) => this.#unsigned(segment, error),
    );
  }

  start(): Promise<void> {
    this.#started ??= this.#begin().then(
      () => void this.#troubles.delete(WHOLE),
      (error: unknown) => {
        this.#stopFollowing();
        this.#started = undefined;
        this.#troubles.set(WHOLE, sentenceOf(error));
        throw error;
      },
    );
    return this.#started;
  }

  async peek(): Promise<boolean> {
    const { source, url } = this.#parts;
    try {
      let answer = await source.playlist(url, undefined);
      const view = answer.type === 'text' ? readPlaylist(answer.text, answer.url) : undefined;
      if (view?.type !== 'multivariant') return view?.live ?? false;
      answer = await source.playlist(view.urls[0] ?? url, undefined);
      const first = answer.type === 'text' ? readPlaylist(answer.text, answer.url) : undefined;
      return first?.type === 'media' && first.live;
    } catch {
      return false;
    }
  }

  async freshen(rendition: number): Promise<void> {
    await this.#followers.get(rendition)?.freshen();
  }

  need(rendition: number, sequence: number): void {
    this.#queue.promote(rendition, sequence);
  }

  status(): { readonly waiting: number; readonly trouble: string | undefined } {
    return { waiting: this.#queue.waiting, trouble: [...this.#troubles.values()][0] };
  }

  close(): void {
    this.#stopFollowing();
    this.#queue.close();
  }

  async #begin(): Promise<void> {
    const { source, url } = this.#parts;
    const answer = await source.playlist(url, undefined);
    if (answer.type === 'unchanged') throw new ShoalError('server/upstream', 'nothing came');
    const view = readPlaylist(answer.text, answer.url);
    if (view.type === 'media') {
      await this.#follow(0, url, answer);
      return;
    }
    this.#view = view;
    const first = await Promise.allSettled(view.urls.map((one, i) => this.#follow(i, one)));
    const failed = first.filter((one) => one.status === 'rejected');
    // One rendition that fails is asked again later; all that fail are the stream's failure.
    if (failed.length === first.length) throw failed[0]?.reason;
    this.#writeMain();
  }

  #follow(index: number, url: string, initial?: PlaylistAnswer): Promise<void> {
    const { stream, addresses, tagOf, source, now, dice } = this.#parts;
    const rendition = createRendition({
      stream,
      rendition: index,
      addresses,
      tag: () => tagOf(stream, index),
      onSegment: (segment, rank) => this.#queue.add(segment, rank),
      onForget: (which, before) => this.#queue.drop(which, before),
    });
    this.#renditions[index] = rendition;
    const follower = startFollowing({
      source,
      url,
      initial,
      read: (text, at) => this.#hear(rendition, text, at),
      onTrouble: (failures, error) => this.#trouble(index, failures, error),
      now,
      dice,
    });
    this.#followers.set(index, follower);
    return follower.first;
  }

  #hear(rendition: Rendition, text: string, url: string): Heard {
    const view = readPlaylist(text, url);
    if (view.type !== 'media') {
      throw new ShoalError('media/playlist', 'a list of playlists where segments should be');
    }
    const how = rendition.offer(view);
    if (how === 'restarted') {
      this.#restart();
      rendition.offer(view);
    }
    const newestMs = view.segments.at(-1)?.durationMs ?? view.targetMs;
    const fresh = how === 'next' || how === 'restarted';
    return { live: view.live, targetMs: view.targetMs, newestMs, fresh };
  }

  #restart(): void {
    const { stream, epochNow, log } = this.#parts;
    const epoch = Math.max(stream.signing.epoch + 1, epochNow());
    log.warn({ stream: stream.name, epoch }, 'the source began its numbering anew');
    for (const rendition of this.#renditions) rendition.reset();
    stream.restart(epoch);
    this.#writeMain();
  }

  #writeMain(): void {
    const { stream, tagOf } = this.#parts;
    if (this.#view === undefined) return;
    const text = writeMultivariant(this.#view, tagOf(stream, undefined));
    // A player reads it once, so that a new epoch may take a minute to reach caches.
    stream.multivariant = written(text, false, 0);
  }

  #trouble(index: number, failures: number, error: unknown): void {
    const { stream, log, meters } = this.#parts;
    const where = { stream: stream.name, rendition: index };
    if (failures === 0) {
      this.#troubles.delete(index);
      log.info(where, 'the source answers again');
      return;
    }
    meters.failed('source');
    this.#troubles.set(index, sentenceOf(error));
    if (failures === 1) log.warn({ ...where, err: error }, 'the source failed');
  }

  #unsigned({ rendition, sequence }: Segment, error: unknown): void {
    const { stream, log, meters } = this.#parts;
    meters.failed('signing');
    const where = { stream: stream.name, rendition, sequence };
    log.warn({ ...where, err: error }, 'a segment could not be signed and plays unverified');
  }

  #stopFollowing(): void {
    for (const follower of this.#followers.values()) follower.close();
    this.#followers.clear();
  }
}

const WHOLE = -1;
const SIGNING_ATTEMPTS = 8;
