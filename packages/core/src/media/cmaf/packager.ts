/**
 * Makes parts and segments of one rendition from the fragmented MP4 that its encoder writes: new
 * fragments from the old samples, on one timeline whatever the encoder's clock does.
 */
import { invariant } from '../../errors/index.js';
import { Ms } from '../../units/index.js';
import { badBox } from '../boxes.js';
import { createBoxStream } from './box-stream.js';
import { type Run, writeFragment } from './fragment.js';
import { isIndependent, readSamples, type Sample } from './sample.js';
import { describeTracks, type Track } from './track.js';

export interface PackagerConfig {
  /** Length of a part. Short parts mean low latency, and a request each. */
  readonly partMs: Ms;
  /** A segment ends at the first keyframe after this. */
  readonly segmentMs: Ms;
  /** Longest first segment: its length, in whole seconds, is the most that later ones may have. */
  readonly segmentMsMax: Ms;
  /** Samples that are this far from where the last one ended are a jump of the encoder's clock. */
  readonly jumpMs: Ms;
}

export const DEFAULT_PACKAGER: PackagerConfig = {
  partMs: Ms(500),
  segmentMs: Ms(2000),
  segmentMsMax: Ms(10_000),
  jumpMs: Ms(5000),
};

export type Packaged =
  /** Everything after this decodes with these bytes. */
  | { readonly type: 'described'; readonly bytes: Uint8Array; readonly tracks: readonly Track[] }
  | {
      readonly type: 'part-made';
      readonly sequence: number;
      readonly index: number;
      readonly bytes: Uint8Array;
      readonly startMs: Ms;
      readonly durationMs: Ms;
      /** It begins with a frame that needs no other. */
      readonly independent: boolean;
      /** Of its segment: the first after a reconnect or a jump of the clock. */
      readonly discontinuity: boolean;
    }
  /** No more parts come for this segment. */
  | {
      readonly type: 'segment-made';
      readonly sequence: number;
      readonly startMs: Ms;
      readonly durationMs: Ms;
      readonly independent: boolean;
      readonly discontinuity: boolean;
      /** It was cut where no keyframe was, since none came in time. */
      readonly forced: boolean;
    };

export interface Packager {
  /**
   * An encoder starts: its time zero is `atMs` on our timeline. A second one means a discontinuity.
   */
  begin(atMs: Ms): void;
  /** What these bytes complete. Throws `media/box`; then only `end` and `begin` may follow. */
  push(bytes: Uint8Array): readonly Packaged[];
  /** The encoder has ended: what is begun is completed, and what is cut off is dropped. */
  end(): readonly Packaged[];
  /** A part has begun and is not complete. */
  readonly hasBegun: boolean;
  /** End of the last sample, where the next encoder may begin. */
  readonly endMs: Ms;
  /** What a playlist promises for parts; known with the first sample. */
  readonly partTargetMs: Ms;
  /** What a playlist promises for segments, whole seconds; undefined before the first has ended. */
  readonly targetMs: Ms | undefined;
}

export function createPackager(config: PackagerConfig = DEFAULT_PACKAGER): Packager {
  return new LivePackager(config);
}

interface OpenSegment {
  readonly startMs: Ms;
  readonly independent: boolean;
  readonly discontinuity: boolean;
  parts: number;
}

interface OpenPart {
  readonly startMs: Ms;
  readonly independent: boolean;
}

class LivePackager implements Packager {
  readonly #config: PackagerConfig;
  #boxes = createBoxStream();
  #head: Uint8Array[] = [];
  #moof: Uint8Array | undefined;
  #tracks = new Map<number, Track>();
  #lead: Track | undefined;
  /** Added to the encoder's times. */
  #shiftMs = 0;
  #pending: Sample[] = [];
  #segment: OpenSegment | undefined;
  #part: OpenPart | undefined;
  #sequence = 0;
  #fragments = 0;
  #broken = false;
  #out: Packaged[] = [];
  endMs = Ms(0);
  partTargetMs: Ms;
  targetMs: Ms | undefined;
  /** Decode time of the lead's last sample, and how long after the one before that was. */
  #lastTime: number | undefined;
  #between = 0;
  #sampled = false;

  constructor(config: PackagerConfig) {
    this.#config = config;
    this.partTargetMs = config.partMs;
  }

  get hasBegun(): boolean {
    return this.#part !== undefined;
  }

  begin(atMs: Ms): void {
    this.#boxes = createBoxStream();
    this.#head = [];
    this.#moof = undefined;
    this.#tracks = new Map();
    this.#lead = undefined;
    this.#shiftMs = atMs;
    this.#lastTime = undefined;
    this.#broken = this.#sequence > 0;
  }

  push(bytes: Uint8Array): readonly Packaged[] {
    for (const box of this.#boxes.push(bytes)) {
      if (box.type === 'ftyp') this.#head = [box.bytes];
      else if (box.type === 'moov') this.#open(box.bytes);
      else if (box.type === 'moof') this.#moof = box.bytes;
      else if (box.type === 'mdat') this.#take(box.bytes);
    }
    return this.#drain();
  }

  end(): readonly Packaged[] {
    if (this.#part !== undefined) this.#closePart(this.endMs);
    this.#pending = [];
    this.#closeSegment(this.endMs, false);
    return this.#drain();
  }

  #drain(): readonly Packaged[] {
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #open(moov: Uint8Array): void {
    if (this.#tracks.size > 0) throw badBox('a second moov');
    const bytes = concat([...this.#head, moov]);
    const tracks = describeTracks(bytes).filter(({ kind }) => kind !== 'other');
    const lead = tracks.find(({ kind }) => kind === 'picture') ?? tracks[0];
    if (lead === undefined) throw badBox('neither picture nor sound');
    this.#lead = lead;
    this.#tracks = new Map(tracks.map((track) => [track.id, track]));
    this.#out.push({ type: 'described', bytes, tracks });
  }

  #take(mdat: Uint8Array): void {
    if (this.#moof === undefined) throw badBox('mdat without moof');
    const samples = readSamples(this.#moof, mdat, this.#tracks);
    this.#moof = undefined;
    for (const sample of samples) {
      if (sample.track === this.#lead) this.#leadSample(sample);
      else this.#otherSample(sample);
    }
  }

  /** The picture decides where parts and segments end; without one, the sound does. */
  #leadSample(sample: Sample): void {
    const { segmentMs, jumpMs } = this.#config;
    const lengthMs = this.#lengthOf(sample);
    let startMs = this.#timeOf(sample);
    if (this.#segment !== undefined && Math.abs(startMs - this.endMs) > jumpMs) {
      this.#jump(startMs);
      startMs = this.#timeOf(sample);
    } else if (this.#segment !== undefined) {
      const soFarMs = startMs - this.#segment.startMs;
      const early = this.partTargetMs / 2;
      if (isIndependent(sample) && soFarMs >= segmentMs - early) this.#cut(startMs, false);
      else if (soFarMs + lengthMs > this.#longestMs()) this.#cut(startMs, true);
    }
    if (this.#part !== undefined && this.#isFull(startMs + lengthMs)) this.#closePart(startMs);
    this.#segment ??= this.#newSegment(startMs, isIndependent(sample));
    this.#part ??= { startMs, independent: isIndependent(sample) };
    this.#pending.push(sample);
    this.endMs = Ms(startMs + lengthMs);
    // Nobody waits for the next frame to learn that it does not fit.
    if (this.#isFull(this.endMs + lengthMs)) this.#closePart(this.endMs);
  }

  /** Sound goes with the picture; when the picture stands still, it goes alone. */
  #otherSample(sample: Sample): void {
    const startMs = this.#timeOf(sample);
    const since = this.#part?.startMs ?? this.endMs;
    // The picture has yet to say where the clock is now.
    if (Math.abs(startMs - since) > this.#config.jumpMs) return;
    if (startMs - since >= 2 * this.partTargetMs) {
      // Before the first picture, sound has nothing to go with.
      if (this.#lastTime === undefined) this.#pending.shift();
      else this.#soundAlone(since, startMs);
    }
    this.#pending.push(sample);
  }

  #soundAlone(fromMs: Ms, untilMs: Ms): void {
    this.#segment ??= this.#newSegment(fromMs, false);
    this.#part ??= { startMs: fromMs, independent: false };
    this.endMs = untilMs;
    this.#closePart(untilMs);
    const soFarMs = untilMs - this.#segment.startMs;
    if (soFarMs + 2 * this.partTargetMs > this.#longestMs()) this.#cut(untilMs, true);
  }

  /**
   * Encoders that write a frame before they know the next may leave its length out: it is taken to
   * be as long as the one before.
   */
  #lengthOf({ decodeTime, duration, track }: Sample): Ms {
    const between = decodeTime - (this.#lastTime ?? decodeTime);
    this.#lastTime = decodeTime;
    if (between > 0 && msOf(between, track) < this.#config.jumpMs) {
      this.#between = between;
      if (!this.#sampled) this.partTargetMs = partTarget(this.#config.partMs, msOf(between, track));
      this.#sampled = true;
    }
    return Ms(msOf(duration || this.#between, track));
  }

  #isFull(untilMs: number): boolean {
    const { startMs } = this.#part ?? { startMs: untilMs };
    return this.#sampled && untilMs - startMs > this.partTargetMs + ROUNDING;
  }

  #jump(startMs: number): void {
    this.#cut(this.endMs, false);
    this.#shiftMs += this.endMs - startMs;
    this.#broken = true;
  }

  #cut(atMs: number, forced: boolean): void {
    if (this.#part !== undefined) this.#closePart(Ms(atMs));
    this.#closeSegment(atMs, forced);
  }

  #newSegment(startMs: Ms, independent: boolean): OpenSegment {
    const discontinuity = this.#broken;
    this.#broken = false;
    return { startMs, independent, discontinuity, parts: 0 };
  }

  #closePart(endMs: number): void {
    const [segment, part] = [this.#segment, this.#part];
    invariant(segment !== undefined && part !== undefined, 'closePart: none is open');
    const bytes = writeFragment(this.#fragments + 1, this.#runs(endMs));
    this.#fragments += 1;
    this.#pending = [];
    this.#part = undefined;
    this.#out.push({
      type: 'part-made',
      sequence: this.#sequence,
      index: segment.parts,
      bytes,
      startMs: part.startMs,
      durationMs: Ms(endMs - part.startMs),
      independent: part.independent,
      discontinuity: segment.discontinuity,
    });
    segment.parts += 1;
  }

  #closeSegment(endMs: number, forced: boolean): void {
    const segment = this.#segment;
    this.#segment = undefined;
    if (segment === undefined || segment.parts === 0) return;
    const { startMs, independent, discontinuity } = segment;
    const durationMs = Ms(endMs - startMs);
    const { segmentMs } = this.#config;
    this.targetMs ??= Ms(1000 * Math.ceil((Math.max(durationMs, segmentMs) - HALF_SECOND) / 1000));
    this.#out.push({
      type: 'segment-made',
      sequence: this.#sequence,
      startMs,
      durationMs,
      independent,
      discontinuity,
      forced,
    });
    this.#sequence += 1;
  }

  /** EXTINF, rounded, must not exceed the target duration. */
  #longestMs(): number {
    const { targetMs } = this;
    return targetMs === undefined ? this.#config.segmentMsMax : targetMs + HALF_SECOND - 1;
  }

  #runs(endMs: number): readonly Run[] {
    return [...this.#tracks.values()].map((track) => {
      const samples = this.#pending.filter((sample) => sample.track === track);
      const first = samples[0]?.decodeTime ?? 0;
      const shift = Math.round((this.#shiftMs * track.timescale) / 1000);
      const end = Math.round((endMs * track.timescale) / 1000) - shift;
      const isLead = track === this.#lead;
      return {
        trackId: track.id,
        decodeTime: Math.max(0, first + shift),
        samples: samples.map((sample, i) => {
          const next = samples[i + 1]?.decodeTime ?? (isLead ? end : undefined);
          if (next === undefined) return sample;
          return { ...sample, duration: Math.max(0, next - sample.decodeTime) };
        }),
      };
    });
  }

  #timeOf({ decodeTime, track }: Sample): Ms {
    return Ms(this.#shiftMs + msOf(decodeTime, track));
  }
}

/**
 * Every part but a segment's last must reach 85 % of the promised length, which slow frames would
 * miss: then the promise is a whole number of them.
 */
function partTarget(partMs: Ms, frameMs: number): Ms {
  if (frameMs <= 0) return partMs;
  const fitting = Math.floor((partMs + ROUNDING) / frameMs) * frameMs;
  return fitting >= 0.85 * partMs ? partMs : Ms(Math.ceil(partMs / frameMs) * frameMs);
}

function msOf(ticks: number, { timescale }: Track): number {
  return (1000 * ticks) / timescale;
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Clocks of whole milliseconds write 30 frames a second as 33, 33, 34. */
const ROUNDING = 1.5;
const HALF_SECOND = 500;
