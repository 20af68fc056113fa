/** One rendition of a live channel: its packager, its segments and parts, and its playlists. */
import {
  createPackager,
  type LivePart,
  type LiveSegment,
  type MediaSegment,
  mapTag,
  type OpenSegment,
  type Packaged,
  type Packager,
  partHint,
  type RenditionReport,
  type Standing,
  type Track,
  writeLivePlaylist,
} from '@shoal/core/media';
import { FLAG } from '@shoal/core/wire';
import { mediaType } from '../origin/media-type.js';
import type { Place } from '../origin/segment.js';
import { sha256, signPart } from '../origin/signer.js';
import { type Stream, type WrittenPlaylist, written } from '../origin/stream.js';
import type { Meters } from '../telemetry/meters.js';
import { GRACE_MS, type LiveConfig, MEMORY_MS, SEGMENTS_LISTED_MAX } from './config.js';
import { createPartSigner } from './part-signer.js';
import type { SegmentDisk } from './segment-disk.js';

export interface RenditionParts {
  readonly stream: Stream;
  readonly rendition: number;
  readonly config: LiveConfig;
  readonly tag: () => string;
  /** Where the other renditions stand. */
  readonly reports: () => readonly RenditionReport[];
  readonly disk: SegmentDisk | undefined;
  readonly meters: Meters;
  /** Something was said of it that it had not said before. */
  readonly onNews: (news: Packaged) => void;
}

type Part = Extract<Packaged, { type: 'part-made' }>;
type Segment = Extract<Packaged, { type: 'segment-made' }>;

/** A segment that a playlist names, or named lately. */
interface Held extends LiveSegment {
  /** Undefined: on disk alone. */
  bytes: Buffer | undefined;
  readonly byteLength: number;
  readonly path: string;
}

interface Open extends OpenSegment {
  readonly parts: LivePart[];
}

export class LiveRendition {
  readonly #parts: RenditionParts;
  readonly #packager: Packager;
  readonly #held: Held[] = [];
  /** Parts of the open segment and of the one before it, whose parts are slices of it from now on. */
  #recent: { readonly path: string; readonly bytes: Buffer }[] = [];
  readonly #signer = createPartSigner((part) => {
    const { stream, meters } = this.#parts;
    stream.records.add(signPart(stream.signing, part));
    meters.signed();
  });
  readonly #inits: {
    readonly path: string;
    readonly bytes: Buffer;
    readonly digest: Uint8Array;
  }[] = [];
  #initCount = 0;
  readonly #watchers = new Set<() => void>();
  /** Since the last change: whole ones, and such as skip. */
  readonly #playlists = new Map<boolean, WrittenPlaylist>();
  #open: Open | undefined;
  #began = { atMs: 0, dateMs: 0 };
  /** Of segments that are not listed any more. */
  #discontinuities = 0;
  #listedFrom = 0;
  #ended = false;
  /** Whether the open segment is known to have more parts than it has. */
  #goesOn = false;
  /** A segment began with a frame that needs others. */
  #dependent = false;
  tracks: readonly Track[] = [];
  peakBps = 0;
  #bits = 0;
  #seconds = 0;

  constructor(parts: RenditionParts) {
    this.#parts = parts;
    this.#packager = createPackager(parts.config);
  }

  get endMs(): number {
    return this.#packager.endMs;
  }

  get averageBps(): number {
    return this.#seconds > 0 ? this.#bits / this.#seconds : 0;
  }

  /** An encoder starts: its time zero is `atMs` of the channel, and `dateMs` since 1970. */
  begin(atMs: number, dateMs: number): void {
    this.#began = { atMs, dateMs };
    this.#packager.begin(atMs);
  }

  /** Throws `media/box` when these are no bytes of an encoder. */
  push(bytes: Buffer): void {
    for (const one of this.#packager.push(bytes)) this.#take(one);
    if (this.#packager.hasBegun) this.#goOn();
  }

  /** The encoder has ended; the stream may go on. */
  pause(): void {
    for (const one of this.#packager.end()) this.#take(one);
  }

  /** No more will come. */
  end(): void {
    this.#ended = true;
    this.#changed();
    this.#publish();
  }

  standing(): Standing {
    const last = this.#held.at(-1);
    return {
      lastSequence: last?.segment.sequence ?? -1,
      lastParts: last?.parts.length ?? 0,
      openParts: this.#open?.parts.length ?? 0,
      partTargetMs: this.#packager.partTargetMs,
      ended: this.#ended,
    };
  }

  report(): RenditionReport {
    const { lastSequence, openParts, lastParts } = this.standing();
    const uri = `r${this.#parts.rendition}.m3u8`;
    return openParts > 0
      ? { uri, lastSequence: lastSequence + 1, lastPart: openParts - 1 }
      : { uri, lastSequence, lastPart: lastParts > 0 ? lastParts - 1 : undefined };
  }

  /** The first segment is complete. */
  get ready(): boolean {
    return this.#packager.targetMs !== undefined;
  }

  /** Undefined until it is ready. */
  playlist(skip: boolean): WrittenPlaylist | undefined {
    const { targetMs, partTargetMs } = this.#packager;
    if (targetMs === undefined) return undefined;
    const known = this.#playlists.get(skip);
    if (known !== undefined) return known;
    const listed = this.#held.slice(this.#firstListed());
    const text = writeLivePlaylist(
      {
        targetMs,
        partTargetMs,
        segments: listed,
        mediaSequence: listed[0]?.segment.sequence ?? this.#listedFrom,
        discontinuitySequence: this.#discontinuities,
        independent: !this.#dependent,
        open: this.#open,
        hintUri: this.#ended ? undefined : this.#hintUri(),
        reports: this.#parts.reports(),
        ended: this.#ended,
        extraTags: [this.#parts.tag()],
      },
      skip,
    );
    const playlist = written(text, !this.#ended, targetMs);
    this.#playlists.set(skip, playlist);
    return playlist;
  }

  /** Calls `changed` when there is more; returns its undo. */
  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  /** Bytes of an object of this rendition in memory. */
  bytesOf(path: string): Buffer | undefined {
    const part = this.#recent.findLast((one) => one.path === path);
    if (part !== undefined) return part.bytes;
    const init = this.#inits.find((one) => one.path === path);
    return init?.bytes ?? this.#held.findLast((one) => one.path === path)?.bytes;
  }

  /** Whether the next part, which the playlist hints at, is to be here. */
  isHinted(path: string): boolean {
    return !this.#ended && path === this.#hintUri();
  }

  #take(one: Packaged): void {
    if (one.type === 'described') this.#newInit(one);
    else if (one.type === 'part-made') this.#newPart(one);
    else this.#newSegment(one);
    this.#changed();
    this.#parts.onNews(one);
  }

  #newInit({ bytes, tracks }: Extract<Packaged, { type: 'described' }>): void {
    this.tracks = tracks;
    const body = Buffer.from(bytes);
    const digest = sha256(body);
    if (this.#inits.at(-1)?.bytes.equals(body)) return;
    const path = `${this.#prefix()}i${this.#initCount}.mp4`;
    this.#initCount += 1;
    this.#inits.push({ path, bytes: body, digest });
    this.#offer(path, placeOf(path));
  }

  #newPart(part: Part): void {
    const { sequence, index, durationMs, independent, discontinuity, startMs } = part;
    const bytes = Buffer.from(part.bytes.buffer, part.bytes.byteOffset, part.bytes.length);
    const { atMs, dateMs } = this.#began;
    this.#open ??= {
      dateMs: dateMs + startMs - atMs,
      discontinuity,
      mapTag: this.#mapTag(),
      parts: [],
    };
    this.#goesOn = false;
    if (index === 0 && !independent) this.#dependent = true;
    const path = this.#partPath(sequence, index);
    this.#open.parts.push({ uri: path, durationMs, independent });
    this.#recent.push({ path, bytes });
    this.#offer(path, placeOf(path));
    const flags =
      (independent ? FLAG.independent : 0) |
      (discontinuity && index === 0 ? FLAG.discontinuity : 0);
    const key = { rendition: this.#parts.rendition, sequence, part: index };
    const init = this.#inits.at(-1)?.digest;
    const hint = partHint(this.#open, this.#hintUri());
    const made = { key, bytes, init, hint, durationMs, mediaTimeMs: startMs, flags };
    this.#signer.made(made, this.#mayEnd());
  }

  /** A frame has come that is not the next segment's first. */
  #goOn(): void {
    if (this.#open === undefined || !this.#mayEnd()) return;
    this.#goesOn = true;
    this.#signer.goesOn(partHint(this.#open, this.#hintUri()));
    this.#changed();
  }

  #newSegment(done: Segment): void {
    const { mapTag, ...open } = this.#open as Open;
    this.#open = undefined;
    const { sequence, durationMs, discontinuity } = done;
    const path = `${this.#prefix()}${sequence}.m4s`;
    const segment: MediaSegment = {
      sequence,
      durationMs,
      uri: path,
      discontinuity,
      programDateTimeMs: open.dateMs,
      gap: false,
      mapTag,
      keyTags: [],
      otherTags: [],
    };
    this.#signer.ended(partHint({ ...open, mapTag }, this.#partPath(sequence + 1, 0), segment));
    this.#recent.splice(0, this.#recent.length - open.parts.length);
    const bytes = Buffer.concat(this.#recent.map((part) => part.bytes));
    let from = 0;
    for (const part of this.#recent) {
      const { length } = part.bytes;
      this.#offer(part.path, placeOf(path, { from, length }));
      from += length;
    }
    const { byteLength } = bytes;
    this.#held.push({ segment, parts: open.parts, bytes, byteLength, path });
    this.#parts.disk?.keep(path, bytes);
    this.#measure(byteLength, durationMs);
    this.#offer(path, placeOf(path));
    this.#slide();
    this.#changed();
    this.#publish();
  }

  /** Lets go what is older than the window. */
  #slide(): void {
    const { stream, rendition, config, disk } = this.#parts;
    const before = this.#listedFrom;
    if (disk !== undefined) {
      for (const one of this.#held.slice(0, this.#firstOf(MEMORY_MS))) one.bytes = undefined;
    }
    // What a full disk did not take is listed no longer than memory has it.
    const lost = this.#held.findLastIndex(({ bytes, path }) => !bytes && disk?.has(path) !== true);
    const first = this.#held[Math.max(this.#firstOf(config.windowMs), lost + 1)] as Held;
    this.#listedFrom = first.segment.sequence;
    const base = this.#held[0]?.segment.sequence ?? 0;
    for (let sequence = before; sequence < this.#listedFrom; sequence++) {
      if (this.#held[sequence - base]?.segment.discontinuity) this.#discontinuities += 1;
    }
    const old = Math.min(this.#firstOf(config.windowMs + GRACE_MS), this.#firstListed());
    const gone = this.#held.splice(0, old);
    for (const one of gone) {
      stream.objects.delete(one.path);
      for (const { uri } of one.parts) stream.objects.delete(uri);
      disk?.drop(one.path);
    }
    const oldest = this.#held[0]?.segment;
    if (gone.length > 0 && oldest !== undefined) stream.records.forget(rendition, oldest.sequence);
    this.#forgetInits();
  }

  #forgetInits(): void {
    const used = new Set(this.#held.map(({ segment }) => segment.mapTag));
    const isUsed = (path: string): boolean => used.has(mapTag(path));
    const old = this.#inits.slice(0, -1).filter(({ path }) => !isUsed(path));
    for (const one of old) {
      this.#inits.splice(this.#inits.indexOf(one), 1);
      this.#parts.stream.objects.delete(one.path);
    }
  }

  /** The first segment that is less than `ms` from the end. */
  #firstOf(ms: number): number {
    let [left, index] = [ms, this.#held.length];
    while (index > 0 && left > 0) {
      index -= 1;
      left -= (this.#held[index] as Held).segment.durationMs;
    }
    return Math.max(index, this.#held.length - SEGMENTS_LISTED_MAX);
  }

  #firstListed(): number {
    return Math.max(0, this.#listedFrom - (this.#held[0]?.segment.sequence ?? 0));
  }

  /**
   * The part after the last. A segment that is long enough ends at the next frame, by the keyframes
   * that encoders are asked for; a wrong hint costs its asker a request.
   */
  #hintUri(): string {
    const next = (this.#held.at(-1)?.segment.sequence ?? -1) + 1;
    const parts = this.#open?.parts ?? [];
    return this.#mayEnd() ? this.#partPath(next + 1, 0) : this.#partPath(next, parts.length);
  }

  /** The open segment ends before the next frame if that is a keyframe. */
  #mayEnd(): boolean {
    const soFarMs = (this.#open?.parts ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
    const leastMs = this.#parts.config.segmentMs - this.#packager.partTargetMs / 2;
    return !this.#goesOn && soFarMs >= leastMs;
  }

  #offer(path: string, place: Place): void {
    this.#parts.stream.objects.set(path, { place, type: mediaType(path), part: undefined });
  }

  #measure(bytes: number, durationMs: number): void {
    if (durationMs <= 0) return;
    this.peakBps = Math.max(this.peakBps, (8000 * bytes) / durationMs);
    this.#bits += 8 * bytes;
    this.#seconds += durationMs / 1000;
  }

  #publish(): void {
    const { stream, rendition } = this.#parts;
    const playlist = this.playlist(false);
    if (playlist !== undefined) stream.playlists.set(rendition, playlist);
  }

  #changed(): void {
    this.#playlists.clear();
    for (const changed of [...this.#watchers]) changed();
  }

  #mapTag(): string {
    return mapTag(this.#inits.at(-1)?.path ?? '');
  }

  #prefix(): string {
    const { stream, rendition } = this.#parts;
    return `r${rendition}/${stream.signing.epoch.toString(36)}-`;
  }

  #partPath(sequence: number, index: number): string {
    return `${this.#prefix()}${sequence}.${index}.m4s`;
  }
}

function placeOf(path: string, slice?: Place['slice']): Place {
  return { url: `live:${path}`, slice };
}
