/**
 * A player like hls.js at low latency: starts three parts behind live, loads one part after the
 * other as soon as the playlist names it, stalls when it runs dry.
 */
import type { Ms, PartKey, Random } from '@shoal/core/units';
import type { AnyPlayer, PlayerWorld, SegmentSource } from './player.js';
import { Playhead } from './playhead.js';

export class LowLatencyPlayer implements AnyPlayer {
  readonly arrivedAt: Ms;
  readonly playhead: Playhead;
  readonly latencies: Ms[] = [];
  readonly #world: PlayerWorld;
  readonly #source: SegmentSource;
  /** The next part that it lacks, counted from sequence 0. */
  #next: number | undefined;
  /** The newest part that its playlist names. */
  #newest = -1;
  /** What plays first; what is loaded before it is for the decoder. */
  #sync = 0;
  #request = 0;
  #loading: 'idle' | 'asked' | 'appending' = 'idle';

  constructor(world: PlayerWorld, source: SegmentSource, random: Random) {
    const { agenda, edge, access } = world;
    this.#world = world;
    this.#source = source;
    this.arrivedAt = agenda.now();
    this.playhead = new Playhead(agenda, () => this.#ranDry());
    source.follow(RENDITION);
    // The multivariant playlist comes first; pages differ in how long they take to get there.
    agenda.after(random.below(60), () => edge.playlist(access, () => this.#begin()));
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

  #begin(): void {
    if (this.#isOver()) return;
    const { agenda, edge, access, media } = this.#world;
    edge.playlist(access, (listed) => {
      if (this.#isOver()) return;
      if (listed === undefined) {
        agenda.after(RETRY_MS, () => this.#begin());
        return;
      }
      const apart = access.delayMs;
      this.#newest = Math.floor(
        (agenda.now() - apart - media.publishedAt(ORIGIN)) / this.#partMs(),
      );
      this.#sync = this.#newest + 1 - HOLD_BACK_PARTS;
      this.#next = this.#sync - (this.#sync % media.parts);
      this.#source.located(RENDITION, listed);
      this.#load();
      this.#follow();
    });
  }

  /** Blocking reloads, or records: either way the playlist names a part as soon as it is there. */
  #follow(): void {
    if (this.#isOver()) return;
    const { agenda, edge, access } = this.#world;
    const wanted = this.#newest + 1;
    let isHere = false;
    const come = (): void => {
      if (isHere || this.#isOver()) return;
      isHere = true;
      this.#newest = wanted;
      this.#load();
      this.#follow();
    };
    const ask = (): void =>
      edge.partAfter(access, this.#keyOf(wanted), (isThere) => {
        if (isThere) come();
        else agenda.after(RETRY_MS, ask);
      });
    const undo = this.#source.awaitPart(this.#keyOf(wanted), come);
    if (undo === undefined) ask();
    else
      agenda.after(PATIENCE_PARTS * this.#partMs(), () => {
        if (isHere) return;
        undo();
        ask();
      });
  }

  #load(): void {
    if (this.#isOver() || this.#loading !== 'idle' || this.#next === undefined) return;
    if (this.#next > this.#newest) return;
    this.#loading = 'asked';
    this.#request += 1;
    this.#source.want(this.#request, this.#keyOf(this.#next));
  }

  #appended(): void {
    this.#loading = 'idle';
    if (this.#isOver() || this.#next === undefined) return;
    const part = this.#next;
    this.#next += 1;
    if (part >= this.#sync) this.playhead.append(this.#partMs());
    this.#tell();
    this.#load();
  }

  #ranDry(): void {
    this.playhead.stall();
    this.#tell();
  }

  #tell(): void {
    if (this.#next === undefined) return;
    const { phase } = this.playhead;
    this.#source.playback({
      ...this.#keyOf(this.#next),
      bufferMs: this.playhead.bufferMs(),
      stalled: phase === 'stalled',
      playing: phase === 'playing',
    });
  }

  #tick(): void {
    if (this.#isOver()) return;
    this.#tell();
    this.#world.agenda.after(TICK_MS, () => this.#tick());
  }

  #sample(): void {
    if (this.#isOver()) return;
    const { agenda, media } = this.#world;
    if (this.playhead.phase !== 'starting' && this.#next !== undefined) {
      const end = media.publishedAt(this.#keyOf(this.#next - 1));
      this.latencies.push(agenda.now() - (end - this.playhead.bufferMs()));
    }
    agenda.after(1000, () => this.#sample());
  }

  #partMs(): Ms {
    const { segmentMs, parts } = this.#world.media;
    return segmentMs / parts;
  }

  #keyOf(part: number): PartKey {
    const { parts } = this.#world.media;
    return { rendition: RENDITION, sequence: Math.floor(part / parts), part: part % parts };
  }
}

const RENDITION = 0;
/** The very first part there is. */
const ORIGIN = { sequence: 0, part: 0 };
/** As the standard asks for at least: PART-HOLD-BACK is three times the target duration of parts. */
const HOLD_BACK_PARTS = 3;
/** A record that is later than this will not come. */
const PATIENCE_PARTS = 2;
const APPEND_MS = 10;
const TICK_MS = 250;
const RETRY_MS = 500;
