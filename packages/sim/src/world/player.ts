/**
 * A player like hls.js: starts three segments behind live, loads one segment after the other,
 * stalls when it runs dry.
 */
import type { Ms, PartKey, Random, Rendition } from '@shoal/core/units';
import type { Agenda } from '../agenda.js';
import type { Access } from '../network/access.js';
import type { Edge } from './edge.js';
import type { Media, Segment } from './media.js';
import { Playhead } from './playhead.js';

/** Where segments come from: an engine with peers, or plain HTTP. */
export interface SegmentSource {
  follow(rendition: Rendition): void;
  located(rendition: Rendition, listed: readonly number[]): void;
  want(request: number, segment: Segment): void;
  playback(state: PlaybackState): void;
  /** The newest sequence, if it is known without asking the edge. */
  newest(rendition: Rendition): number | undefined;
  /** Calls when the record of a part is there; undefined: the edge must be asked. */
  awaitPart(key: PartKey, come: () => void): (() => void) | undefined;
}

export interface PlaybackState {
  readonly rendition: Rendition;
  readonly sequence: number;
  readonly part?: number;
  readonly bufferMs: Ms;
  readonly stalled: boolean;
  readonly playing: boolean;
}

/** Which rendition is played first, and what is switched to, in time since arrival. */
export interface Ladder {
  readonly first: Rendition;
  readonly switches: readonly { readonly at: Ms; readonly to: Rendition }[];
}

export interface PlayerWorld {
  readonly agenda: Agenda;
  readonly media: Media;
  readonly edge: Edge;
  readonly access: Access;
}

export const BUFFER_MS_MAX: Ms = 30_000;

/** What a run asks of any player. */
export interface AnyPlayer {
  readonly arrivedAt: Ms;
  readonly playhead: Playhead;
  /** Behind what is made now, sampled every second of playback. */
  readonly latencies: readonly Ms[];
  delivered(request: number): void;
  failed(request: number): void;
  stop(): void;
}

export class Player implements AnyPlayer {
  readonly arrivedAt: Ms;
  readonly playhead: Playhead;
  readonly latencies: Ms[] = [];
  readonly #world: PlayerWorld;
  readonly #source: SegmentSource;
  #rendition: Rendition;
  #listed: readonly number[] = [];
  #next: number | undefined;
  #request = 0;
  #loading: 'idle' | 'asked' | 'appending' | 'switching' = 'idle';

  constructor(world: PlayerWorld, source: SegmentSource, random: Random, ladder = PLAIN_LADDER) {
    const { agenda, edge, access } = world;
    this.#world = world;
    this.#source = source;
    this.#rendition = ladder.first;
    this.arrivedAt = agenda.now();
    this.playhead = new Playhead(agenda, () => this.#ranDry());
    source.follow(this.#rendition);
    for (const { at, to } of ladder.switches) agenda.after(at, () => this.#switchTo(to));
    // The multivariant playlist comes first, then the media playlist; pages differ in how long
    // they take to get there.
    agenda.after(random.below(60), () => edge.playlist(access, () => this.#refresh()));
    agenda.after(TICK_MS, () => this.#tick());
    agenda.after(1000, () => this.#sample());
  }

  delivered(request: number): void {
    if (request !== this.#request || this.#loading !== 'asked') return;
    this.#loading = 'appending';
    this.#world.agenda.after(APPEND_MS, () => this.#appended());
  }

  failed(request: number): void {
    if (request !== this.#request || this.#loading !== 'asked') return;
    this.#world.agenda.after(RETRY_MS, () => {
      this.#loading = 'idle';
      this.#load();
    });
  }

  stop(): void {
    if (!this.#isOver()) this.playhead.end();
  }

  #isOver(): boolean {
    return this.playhead.phase === 'over';
  }

  #tell(): void {
    const { phase } = this.playhead;
    const bufferMs = this.playhead.bufferMs();
    if (this.#next === undefined) return;
    this.#source.playback({
      rendition: this.#rendition,
      sequence: this.#next,
      bufferMs,
      stalled: phase === 'stalled',
      playing: phase === 'playing',
    });
  }

  #ranDry(): void {
    const { media } = this.#world;
    if (!media.live && this.#next !== undefined && this.#next >= media.segments) this.stop();
    else {
      this.playhead.stall();
      this.#tell();
    }
  }

  #load(): void {
    if (this.#isOver() || this.#loading !== 'idle' || this.#next === undefined) return;
    const [oldest, newest] = [this.#listed[0], this.#listed.at(-1)];
    if (oldest !== undefined && this.#next < oldest) this.#next = this.#syncPoint();
    if (newest === undefined || this.#next > newest) return;
    if (this.playhead.bufferMs() >= BUFFER_MS_MAX) return;
    this.#loading = 'asked';
    this.#request += 1;
    this.#source.want(this.#request, { rendition: this.#rendition, sequence: this.#next });
  }

  #syncPoint(): number {
    if (!this.#world.media.live) return this.#listed[0] ?? 0;
    return (this.#listed.at(-1) ?? 0) - LIVE_SYNC_SEGMENTS + 1;
  }

  #appended(): void {
    this.#loading = 'idle';
    if (this.#isOver() || this.#next === undefined) return;
    const { media } = this.#world;
    this.#next += 1;
    const isFirst = this.playhead.phase === 'starting';
    this.playhead.append(media.segmentMs - (isFirst && media.live ? INSIDE_MS : 0));
    this.#tell();
    this.#load();
  }

  #refresh(): void {
    if (this.#isOver()) return;
    const { media, edge, access } = this.#world;
    const known = this.#listed.length === 0 ? undefined : this.#source.newest(this.#rendition);
    if (known === undefined) edge.playlist(access, (names) => this.#take(names));
    else this.#take(Array.from({ length: media.segments }, (_, i) => known - i).reverse());
  }

  #take(names: readonly number[] | undefined): void {
    if (this.#isOver()) return;
    const { agenda, media } = this.#world;
    const isNews = names !== undefined && names.at(-1) !== this.#listed.at(-1);
    if (names !== undefined) this.#locate(names);
    this.#load();
    const refresh = (): void => this.#refresh();
    if (media.live) agenda.after(isNews ? media.segmentMs : media.segmentMs / 2, refresh);
    else if (names === undefined) agenda.after(RETRY_MS, refresh);
  }

  #locate(names: readonly number[]): void {
    this.#listed = names;
    this.#source.located(this.#rendition, names);
    this.#next ??= this.#syncPoint();
  }

  /** After what is loading; what comes next is of the other rendition, once its playlist is here. */
  #switchTo(to: Rendition): void {
    if (this.#isOver() || to === this.#rendition) return;
    const { agenda, edge, access } = this.#world;
    if (this.#loading !== 'idle') {
      agenda.after(SWITCH_MS, () => this.#switchTo(to));
      return;
    }
    this.#rendition = to;
    this.#loading = 'switching';
    this.#source.follow(to);
    const arrived = (names: readonly number[] | undefined): void => {
      if (this.#isOver()) return;
      if (names === undefined) {
        edge.playlist(access, arrived);
        return;
      }
      this.#loading = 'idle';
      this.#locate(names);
      this.#load();
    };
    edge.playlist(access, arrived);
  }

  #tick(): void {
    if (this.#isOver()) return;
    this.#tell();
    this.#load();
    this.#world.agenda.after(TICK_MS, () => this.#tick());
  }

  #sample(): void {
    if (this.#isOver()) return;
    const { agenda, media } = this.#world;
    if (this.playhead.phase !== 'starting' && this.#next !== undefined) {
      const end = media.publishedAt({ sequence: this.#next }) - media.segmentMs;
      this.latencies.push(agenda.now() - (end - this.playhead.bufferMs()));
    }
    agenda.after(1000, () => this.#sample());
  }
}

const PLAIN_LADDER: Ladder = { first: 0, switches: [] };
const LIVE_SYNC_SEGMENTS = 3;
const APPEND_MS = 30;
const TICK_MS = 250;
const RETRY_MS = 1_000;
const SWITCH_MS = 50;
/** The sync position lies this far inside its segment, so that the loader never asks backwards. */
const INSIDE_MS = 250;
